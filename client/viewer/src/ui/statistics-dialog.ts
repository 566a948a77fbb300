import { presetOf, presetRate, RATE_PRESETS, type RatePreset } from '@deskside/protocol/rate-presets';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Statistics } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';
import { Panel, type PanelContext } from './panel.ts';

/** Seconds that a graph shows: at first fewer, so that there is something to see. */
const SHOWN = 120;
const SHOWN_AT_FIRST = 30;

/** Choices within the operator's limits, kbit/s and frames per second. */
const BITRATES = [500, 1000, 2000, 4000, 8000, 16_000, 32_000];
const FRAME_RATES = [10, 15, 24, 30, 60, 120];

type Read = (statistics: Statistics) => number | undefined;

interface Graph {
  title: string;
  unit: string;
  /** The first is drawn in the accent's colour. */
  curves: readonly Read[];
}

/** Graphs of the last minutes, what video may take, and both to save. */
class StatisticsDialog extends Panel {
  constructor(context: PanelContext) {
    super(context);
    this.until(context.viewer.events.on('stats', () => this.requestUpdate()));
    this.until(context.viewer.events.on('rate', () => this.requestUpdate()));
    context.viewer.steadyStatistics = true;
    this.until({
      [Symbol.dispose]() {
        context.viewer.steadyStatistics = false;
      },
    });
  }

  protected override render(): TemplateResult {
    const graphs: Graph[] = [
      {
        title: t('graph.latency'),
        unit: 'ms',
        curves: [({ latency }) => latency?.p50, ({ latency }) => latency?.p95],
      },
      { title: t('statistics.pictures'), unit: 'fps', curves: [({ fps }) => fps] },
      { title: t('statistics.received'), unit: 'kbit/s', curves: [({ bitrate }) => bitrate] },
      { title: t('statistics.round-trip'), unit: 'ms', curves: [({ roundTrip }) => roundTrip] },
    ];
    return html`<dialog aria-labelledby="title" closedby="any">
      <header>
        <h1 id="title">${t('statistics.title')}</h1>
        <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
      </header>
      ${this.#rate()}
      ${graphs.map((graph) => this.#graph(graph))}
      <p class="row">
        <button class="chip" @click=${() => this.#save('json')}>${t('statistics.save', { format: 'JSON' })}</button>
        <button class="chip" @click=${() => this.#save('csv')}>${t('statistics.save', { format: 'CSV' })}</button>
      </p>
    </dialog>`;
  }

  #rate(): TemplateResult | typeof nothing {
    const { viewer } = this.context;
    const { rate, state } = viewer;
    if (!rate || state.name !== 'live' || state.role !== 'controller') return nothing;
    const { most, bitrate, fps } = rate;
    const current = presetOf(rate, most);
    const choose = (preset: RatePreset): void => {
      const chosen = presetRate(preset, most);
      viewer.setRate(chosen.bitrate, chosen.fps);
    };
    const pick = (name: 'bitrate' | 'fps', { target }: Event): void => {
      const value = Number((target as HTMLSelectElement).value);
      viewer.setRate(name === 'bitrate' ? value : bitrate, name === 'fps' ? value : fps);
    };
    return html`<h2>${t('rate.title')}</h2>
      <div class="row" role="group" aria-label=${t('rate.title')}>
        ${RATE_PRESETS.map((preset) => html`<button class="chip" aria-pressed=${preset === current} @click=${() => choose(preset)}>${t(`rate.${preset}`)}</button>`)}
      </div>
      <p class="row">
        <select aria-label=${t('rate.bitrate')} title=${t('rate.bitrate')} @change=${(event: Event) => pick('bitrate', event)}>
          ${choices(BITRATES, bitrate, most.bitrate).map((value) => html`<option value=${value} .selected=${value === bitrate}>${value} kbit/s</option>`)}
        </select>
        <select aria-label=${t('rate.fps')} title=${t('rate.fps')} @change=${(event: Event) => pick('fps', event)}>
          ${choices(FRAME_RATES, fps, most.fps).map((value) => html`<option value=${value} .selected=${value === fps}>${value} fps</option>`)}
        </select>
      </p>`;
  }

  #graph({ title, unit, curves }: Graph): TemplateResult {
    const samples = this.context.history.samples.slice(-SHOWN).map(({ statistics }) => statistics);
    const values = curves.map((read) => samples.map(read));
    const most = roundUp(Math.max(1, ...values.flat().map((value) => value ?? 0)));
    const last = values.map((of) => of.findLast((value) => value !== undefined));
    const width = Math.max(SHOWN_AT_FIRST, samples.length) - 1;
    return html`<figure>
      <figcaption>
        <span>${title}</span>
        <span>${last.map((value, index) => html`${index ? ' / ' : nothing}<b class=${index ? 'second' : ''}>${value === undefined ? '–' : Math.round(value)}</b>`)} ${unit}</span>
      </figcaption>
      <div class="graph">
        <svg viewBox="0 0 ${width} 100" preserveAspectRatio="none" role="img" aria-label=${title}>
          <path class="grid" d="M0,50H${width}" />
          ${values.map((of, index) => curve(of, most, width, index ? 'second' : ''))}
        </svg>
        <small>${most} ${unit}</small>
      </div>
    </figure>`;
  }

  #save(format: 'json' | 'csv'): void {
    const { history } = this.context;
    const [text, type] =
      format === 'json' ? [history.toJson(), 'application/json'] : [history.toCsv(), 'text/csv'];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `deskside-statistics.${format}`;
    link.click();
    // The browser reads it after this turn.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

/** The newest second at the right edge; a second without a value is left out, and one between two such is a dot. */
function curve(
  values: readonly (number | undefined)[],
  most: number,
  width: number,
  name: string,
): TemplateResult {
  const left = width + 1 - values.length;
  let [line, area] = ['', ''];
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const [x, y] = [left + index, 100 - (value / most) * 100];
    const begins = values[index - 1] === undefined;
    const ends = values[index + 1] === undefined;
    line += `${begins ? 'M' : 'L'}${x},${y}${begins && ends ? 'h0' : ''}`;
    area += `${begins ? `M${x},100` : ''}L${x},${y}${ends ? `V100Z` : ''}`;
  }
  return svg`<g class=${name}><path class="area" d=${area} /><path class="line" d=${line} /></g>` as TemplateResult;
}

/** The end of an axis: the next of 1, 2, 5, 10, 20 and so on. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value)!;
}

/** What may be chosen up to the limit, with what is so now. */
function choices(all: readonly number[], current: number, most: number): number[] {
  return [...new Set([...all.filter((value) => value < most), current, most])].sort((a, b) => a - b);
}

if (!customElements.get('deskside-statistics'))
  customElements.define('deskside-statistics', StatisticsDialog);

export { StatisticsDialog };
