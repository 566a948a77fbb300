import { html, nothing, type TemplateResult } from 'lit';
import type { Notice } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';

/** A visit that is about to end for lack of use. */
export interface IdleNotice {
  /** As `performance.now()`, ms. */
  endsAt: number;
  stay(): void;
}

/** What a person should know while the desktop goes on. */
export function notices(
  all: readonly Notice[],
  idle: IdleNotice | undefined,
  dismiss: (code: string) => void,
): TemplateResult {
  return html`<div class="notices" role="status" aria-live="polite">
    ${idle ? idleNotice(idle) : nothing}
    ${all.map(
      ({ code, level, message, remedy }) => html`<div class="notice ${level}">
        <p>${message}${remedy ? html` <span class="detail">${remedy}</span>` : nothing}</p>
        <button class="tool" aria-label=${t('dismiss')} title=${t('dismiss')} @click=${() => dismiss(code)}>${icons.close}</button>
      </div>`,
    )}
  </div>`;
}

function idleNotice({ endsAt, stay }: IdleNotice): TemplateResult {
  const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  return html`<div class="notice warning">
    <p>${t('idle.text', { seconds })}</p>
    <button class="primary" @click=${stay}>${t('idle.stay')}</button>
  </div>`;
}
