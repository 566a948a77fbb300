/** The sign-in page. It works without this script, which takes a whole address for a token and speaks other languages. */
import { commandsIn, language, t, useLanguage, type WordKey } from '../words/words.ts';
import { tokenOf } from './pasted-token.ts';

const input = document.querySelector<HTMLInputElement>('#token')!;
input.form!.addEventListener('submit', () => {
  input.value = tokenOf(input.value);
});

const page = new URL(location.href);
if (page.searchParams.has('token')) {
  input.ariaInvalid = 'true';
  page.searchParams.delete('token');
  history.replaceState(history.state, '', page);
}

await useLanguage(navigator.languages);
document.documentElement.lang = language();
for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
  const parts = commandsIn(t(element.dataset.t as WordKey));
  element.replaceChildren(...parts.map(({ text, isCommand }) => (isCommand ? code(text) : text)));
}

function code(text: string): HTMLElement {
  const element = document.createElement('code');
  element.textContent = text;
  return element;
}
