import { svg, type TemplateResult } from 'lit';

/** The project's sign: a desktop beside an editor. Drawn here too because the element brings no files of its own. */
export const logo: TemplateResult<2> = svg`<svg class="logo" viewBox="0 0 64 64" aria-hidden="true">
  <rect class="editor" x="4" y="12" width="22" height="36" rx="6" />
  <path class="lines" d="M10 21h9M10 28h6M10 35h9" />
  <rect class="screen" x="20" y="8" width="42" height="36" rx="8" />
  <path class="foot" d="M41 44v9M31 55h20" />
  <path class="pointer" d="m35 18 13 8.5-6.2 1.3L38.6 34z" />
</svg>`;
