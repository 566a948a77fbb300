import { html, svg, type TemplateResult } from 'lit';

/** Line icons drawn on a grid of 20, in the colour of the text beside them. */
export function icon(shape: TemplateResult<2>): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${shape}</svg>`;
}

export const icons = {
  fit: icon(
    svg`<path d="M3 7V4.5A1.5 1.5 0 0 1 4.5 3H7M13 3h2.5A1.5 1.5 0 0 1 17 4.5V7M17 13v2.5a1.5 1.5 0 0 1-1.5 1.5H13M7 17H4.5A1.5 1.5 0 0 1 3 15.5V13"/><rect x="6.5" y="7.5" width="7" height="5" rx="1"/>`,
  ),
  pixels: icon(svg`<path d="M4 6.5 6 5v10M14 6.5 16 5v10M10 8v.01M10 12v.01"/>`),
  pointer: icon(svg`<path d="m6.5 3.5 8 7.5-3.6.4 2.1 4.1-1.9 1-2-4.2-2.6 2.5zM3 8.5V16h4M17 8.5V16h-1"/>`),
  type: icon(svg`<path d="M4 5.5V4h12v1.5M10 4v9.5M8 13.5h4M3 17h14"/>`),
  touch: icon(svg`<rect x="3" y="4" width="14" height="12" rx="2"/><path d="M3 12.5h14M10 12.5V16"/>`),
  fullScreen: icon(svg`<path d="M11.5 3H17v5.5M17 3l-6 6M8.5 17H3v-5.5M3 17l6-6"/>`),
  keyboard: icon(
    svg`<rect x="2" y="5" width="16" height="10.5" rx="2"/><path d="M5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 12.3h7"/>`,
  ),
  sound: icon(svg`<path d="M3 8v4h3l4 3.5v-11L6 8zM13 7.5a3.5 3.5 0 0 1 0 5M15.3 5a7 7 0 0 1 0 10"/>`),
  muted: icon(svg`<path d="M3 8v4h3l4 3.5v-11L6 8zM13.5 8l4 4M17.5 8l-4 4"/>`),
  microphone: icon(
    svg`<rect x="7.5" y="2.5" width="5" height="9" rx="2.5"/><path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5M7 17.5h6"/>`,
  ),
  clipboard: icon(
    svg`<path d="M7.5 4.5h-2A1.5 1.5 0 0 0 4 6v10.5A1.5 1.5 0 0 0 5.5 18h9a1.5 1.5 0 0 0 1.5-1.5V6a1.5 1.5 0 0 0-1.5-1.5h-2M7 10h6M7 13.5h4"/><rect x="7.5" y="2.5" width="5" height="4" rx="1"/>`,
  ),
  files: icon(
    svg`<path d="M3 15.5v-10A1.5 1.5 0 0 1 4.5 4h3L9.5 6h6A1.5 1.5 0 0 1 17 7.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5zM10 14V9.5M8 11.3l2-2 2 2"/>`,
  ),
  power: icon(svg`<path d="M10 3v6.5M6 5.3a6.5 6.5 0 1 0 8 0"/>`),
  more: icon(svg`<path d="M5 10h.01M10 10h.01M15 10h.01" stroke-width="2.6"/>`),
  close: icon(svg`<path d="m5 5 10 10M15 5 5 15"/>`),
  eye: icon(
    svg`<path d="M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10z"/><circle cx="10" cy="10" r="2.3"/>`,
  ),
  people: icon(
    svg`<circle cx="7.5" cy="7" r="2.8"/><path d="M2.5 16c.4-3 2.300-4.500 5-4.500s4.600 1.500 5 4.500M13 4.500a2.600 2.600 0 0 1 0 5M14.500 11.800c1.800.5 2.800 1.900 3 4.200"/>`,
  ),
  lock: icon(svg`<rect x="4" y="9" width="12" height="8" rx="2"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>`),
  plug: icon(svg`<path d="M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v3"/>`),
  warning: icon(svg`<path d="M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.3v.01"/>`),
};
