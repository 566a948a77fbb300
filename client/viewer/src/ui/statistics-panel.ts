import { html, type TemplateResult } from 'lit';
import { copyByCommand, textClip } from '../core/clipboard/browser-clipboard.ts';
import type { Statistics } from '../core/index.ts';
import { language, t } from '../words/words.ts';

type Row = [name: string, value: string];

/** All figures of the last second and each way that was tried: as a table, and as text to send to somebody. */
export function statisticsPanel(statistics: Statistics | undefined): TemplateResult {
  if (!statistics) return html`<p>${t('statistics.none')}</p>`;
  const rows = [...figures(statistics), ...ways(statistics)];
  const copy = (): void => void copyByCommand(textClip(report(rows)));
  return html`<table>
      <caption>${t('statistics.caption')}</caption>
      ${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
    </table>
    <button class="chip" @click=${copy}>${t('statistics.copy')}</button>`;
}

function figures({ latency, roundTrip, fps, bitrate, width, height, codec, encoder }: Statistics): Row[] {
  return [
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
  ];
}

function ways({ way }: Statistics): Row[] {
  return [
    [t('statistics.way'), `${way.name}: ${way.reason}`],
    ...way.tried.map(({ way, outcome }): Row => [t('statistics.tried', { way }), outcome]),
  ];
}

/** With what else whoever gets it will ask for. */
function report(rows: readonly Row[]): string {
  return rows.map((row) => `${row.join(': ')}\n`).join('') + navigator.userAgent;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
