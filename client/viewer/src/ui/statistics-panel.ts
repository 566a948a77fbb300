import { html, type TemplateResult } from 'lit';
import type { Statistics } from '../core/index.ts';
import { language, t } from '../words/words.ts';

/** All figures of the last second, as a table. */
export function statisticsPanel(statistics: Statistics | undefined): TemplateResult {
  if (!statistics) return html`<p>${t('statistics.none')}</p>`;
  const { latency, roundTrip, fps, bitrate, width, height, codec, encoder, way } = statistics;
  const rows: [string, string][] = [
    [
      t('statistics.latency'),
      latency
        ? t('statistics.latency.value', { p50: milliseconds(latency.p50), p95: milliseconds(latency.p95) })
        : t('statistics.still'),
    ],
    [t('statistics.round-trip'), roundTrip === undefined ? '–' : milliseconds(roundTrip)],
    [t('statistics.pictures'), t('statistics.pictures.value', { fps })],
    [t('statistics.received'), `${bitrate.toLocaleString(language())} kbit/s`],
    [t('statistics.desktop'), `${width} × ${height}`],
    [t('statistics.video'), t('statistics.video.value', { codec, encoder })],
    [t('statistics.way'), `${way.name}: ${way.reason}`],
    ...way.tried.map(({ way, outcome }): [string, string] => [t('statistics.tried', { way }), outcome]),
  ];
  return html`<table>
    <caption>${t('statistics.caption')}</caption>
    ${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
  </table>`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
