/** The sign-in page. Its form works without this script, which only takes a whole address for a token as well. */
import { tokenOf } from './pasted-token.ts';

const input = document.querySelector<HTMLInputElement>('#token')!;
input.form!.addEventListener('submit', () => {
  input.value = tokenOf(input.value);
});

const page = new URL(location.href);
if (page.searchParams.has('token')) {
  document.querySelector<HTMLElement>('#wrong')!.hidden = false;
  input.ariaInvalid = 'true';
  page.searchParams.delete('token');
  history.replaceState(history.state, '', page);
}
