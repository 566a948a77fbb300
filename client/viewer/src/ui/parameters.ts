import type { TransportWish, View } from '../core/index.ts';

/** What the page's address asks for. */
export interface Parameters {
  token: string | undefined;
  view: View;
  transport: TransportWish;
  resize: 'auto' | 'off' | `${number}x${number}`;
  /** The tag of a language; undefined: the browser's. */
  lang: string | undefined;
  /** Keys that give the keyboard back to the page around this one's frame, e.g. `Ctrl+Alt+Escape`. */
  release: string | undefined;
  /** The address to show: without the token. */
  address: URL;
}

/** Reads `token`, `view`, `resize`, `transport`, `lang` and `release`; what is not understood has its default. */
export function parameters(page: URL): Parameters {
  const address = new URL(page);
  address.searchParams.delete('token');
  const transport = page.searchParams.get('transport');
  return {
    token: page.searchParams.get('token') || undefined,
    view: page.searchParams.get('view') === '1:1' ? '1:1' : 'fit',
    resize: resizeOf(page.searchParams.get('resize') ?? ''),
    transport: transport === 'webrtc' || transport === 'websocket' ? transport : 'auto',
    lang: page.searchParams.get('lang') || undefined,
    release: page.searchParams.get('release') || undefined,
    address,
  };
}

function resizeOf(text: string): Parameters['resize'] {
  return text === 'off' || /^\d{2,5}x\d{2,5}$/.test(text) ? (text as Parameters['resize']) : 'auto';
}
