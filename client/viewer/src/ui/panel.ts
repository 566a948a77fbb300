import { css, LitElement } from 'lit';
import type { Viewer } from '../core/index.ts';
import { styles } from './remote-desktop.styles.ts';
import type { StatisticsHistory } from './statistics-history.ts';

/** What panels work on. */
export interface PanelContext {
  viewer: Viewer;
  history: StatisticsHistory;
  /** The desktop's address. */
  address: URL;
}

/** A dialog that few people open: its file comes when it is asked for. It is gone from the page when it is closed. */
export abstract class Panel extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: contents;
      }
      h2 {
        margin: 18px 0 6px;
        font-size: 14px;
      }
      ul {
        display: grid;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li,
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .row {
        justify-content: flex-start;
      }
      .row + .row {
        margin-top: 8px;
      }
      li .grow {
        flex: 1 1 140px;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      small {
        display: block;
        color: var(--soft);
      }
      input,
      select {
        flex: 1 1 110px;
        min-width: 0;
        padding: 6px 10px;
        border: 1px solid var(--line);
        border-radius: 9px;
        background: var(--ground);
        color: inherit;
        font: inherit;
      }
      .chip[aria-pressed='true'] {
        border-color: var(--accent);
        color: var(--accent);
      }
      figure {
        margin: 12px 0 0;
      }
      figcaption {
        display: flex;
        justify-content: space-between;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      figcaption b {
        color: var(--accent);
      }
      figcaption b.second {
        color: var(--warning);
      }
      .graph {
        position: relative;
        margin-top: 4px;
        padding: 4px 0;
        border: 1px solid var(--line);
        border-radius: 9px;
        background: var(--ground);
      }
      .graph small {
        position: absolute;
        top: 2px;
        left: 8px;
        font-size: 11px;
      }
      .graph svg {
        display: block;
        width: 100%;
        height: 48px;
        overflow: visible;
      }
      .graph path {
        fill: none;
        stroke: var(--graph, var(--accent));
        stroke-width: 1.5;
        stroke-linecap: round;
        stroke-linejoin: round;
        vector-effect: non-scaling-stroke;
      }
      .graph .second {
        --graph: var(--warning);
      }
      .graph .area {
        stroke: none;
        fill: var(--graph, var(--accent));
        opacity: 0.12;
      }
      .graph .grid {
        stroke: var(--line);
        stroke-width: 1;
      }
    `,
  ];

  protected readonly context: PanelContext;
  readonly #subscriptions = new DisposableStack();

  constructor(context: PanelContext) {
    super();
    this.context = context;
  }

  async show(): Promise<void> {
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector('dialog')!;
    dialog.addEventListener('close', () => this.remove());
    dialog.showModal();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#subscriptions.dispose();
  }

  /** Goes with the panel. */
  protected until(subscription: Disposable): void {
    this.#subscriptions.use(subscription);
  }
}
