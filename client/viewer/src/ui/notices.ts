import { html, nothing, type TemplateResult } from 'lit';
import type { Notice } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';

/** What a person should know while the desktop goes on. */
export function notices(all: readonly Notice[], dismiss: (code: string) => void): TemplateResult {
  return html`<div class="notices" role="status" aria-live="polite">
    ${all.map(
      ({ code, level, message, remedy }) => html`<div class="notice ${level}">
        <p>${message}${remedy ? html` <span class="detail">${remedy}</span>` : nothing}</p>
        <button class="tool" aria-label=${t('dismiss')} title=${t('dismiss')} @click=${() => dismiss(code)}>${icons.close}</button>
      </div>`,
    )}
  </div>`;
}
