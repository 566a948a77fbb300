/** The streamer's own page: one desktop that fills the window. */
import { onChord } from '../core/index.ts';
import { language } from '../words/words.ts';
import { PageDesktop } from './page-desktop.ts';
import { parameters } from './parameters.ts';

customElements.define('remote-desktop', PageDesktop);

const { token, view, resize, transport, lang, release, address } = parameters(new URL(location.href));
// The cookie carries the token from now on; it does not belong into the history or a screenshot.
history.replaceState(history.state, '', address);

const desktop = document.createElement('remote-desktop') as PageDesktop;
desktop.controls = true;
desktop.view = view;
desktop.resize = resize;
desktop.transport = transport;
desktop.token = token;
if (lang !== undefined) desktop.lang = lang;
desktop.addEventListener('connected', (event) => {
  document.documentElement.lang = language();
  document.title = `${(event as CustomEvent<{ desktop: string }>).detail.desktop} – Deskside`;
});
document.body.replaceChildren(desktop);
// The page around a frame sees no key that is pressed in it.
if (release !== undefined && parent !== window) onChord(release, giveKeyboardBack);

function giveKeyboardBack(): void {
  (document.activeElement as HTMLElement | null)?.blur();
  parent.postMessage({ type: 'deskside.keyboard-released' }, '*');
}
