import { html, type TemplateResult } from 'lit';
import type { Statistics } from '../core/index.ts';

/** All figures of the last second, as a table. */
export function statisticsPanel(statistics: Statistics | undefined): TemplateResult {
  if (!statistics) return html`<p>Nothing was measured yet.</p>`;
  const { latency, roundTrip, fps, bitrate, width, height, codec, encoder, way } = statistics;
  const rows: [string, string][] = [
    [
      'Drawn to seen',
      latency ? `${milliseconds(latency.p50)}, 95 % within ${milliseconds(latency.p95)}` : 'nothing moves',
    ],
    ['Round trip', roundTrip === undefined ? '–' : milliseconds(roundTrip)],
    ['Pictures', `${fps} a second`],
    ['Received', `${bitrate.toLocaleString()} kbit/s`],
    ['Desktop', `${width} × ${height}`],
    ['Video', `${codec} by ${encoder}`],
    ['Way', `${way.name}: ${way.reason}`],
    ...way.tried.map(({ way, outcome }): [string, string] => [`Tried: ${way}`, outcome]),
  ];
  return html`<table>
    <caption>The last second</caption>
    ${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
  </table>`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
