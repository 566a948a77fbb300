import { html, nothing, type TemplateResult } from 'lit';
import { type Clipboard, textOf } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';

/** What was copied last, to be taken or changed by hand: the way that works in every browser. */
export function clipboardDialog(clipboard: Clipboard): TemplateResult {
  const { policy, latest } = clipboard;
  const png = latest.find(({ type }) => type === 'image/png')?.data;
  const send = (event: SubmitEvent): void => {
    clipboard.offerText(String(new FormData(event.target as HTMLFormElement).get('text')));
  };
  return html`<dialog id="clipboard" aria-labelledby="clipboard-title" closedby="any">
    <header>
      <h1 id="clipboard-title">${t('clipboard.title')}</h1>
      <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
    </header>
    <p>${explain(policy)}</p>
    <form method="dialog" @submit=${send}>
      <textarea name="text" rows="7" aria-label=${t('clipboard.text')} placeholder=${t('clipboard.placeholder')}
        ?readonly=${!policy.in} .value=${textOf(latest) ?? ''}></textarea>
      ${png ? html`<img alt=${t('clipboard.picture')} src=${pictureAddress(png)} />` : nothing}
      <div class="actions">
        ${policy.in ? html`<button class="primary">${t('clipboard.send')}</button>` : nothing}
        ${policy.in && 'clipboard' in navigator ? html`<button type="button" class="chip" @click=${() => clipboard.askToRead().catch(() => {})}>${t('clipboard.read')}</button>` : nothing}
      </div>
    </form>
  </dialog>`;
}

function explain(policy: Clipboard['policy']): string {
  if (policy.in && policy.out) return t('clipboard.both');
  return policy.in ? t('clipboard.in') : t('clipboard.out');
}

const addresses = new WeakMap<Uint8Array, string>();

/** A data: address, which the page's Content-Security-Policy lets through. */
function pictureAddress(png: Uint8Array): string {
  const known = addresses.get(png);
  if (known !== undefined) return known;
  let binary = '';
  for (let start = 0; start < png.byteLength; start += 0x8000) {
    binary += String.fromCharCode(...png.subarray(start, start + 0x8000));
  }
  const address = `data:image/png;base64,${btoa(binary)}`;
  addresses.set(png, address);
  return address;
}
