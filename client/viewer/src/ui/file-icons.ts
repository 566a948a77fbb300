import { svg } from 'lit';
import { icon } from './icons.ts';

/** Icons of the panel of files, which comes with it. */
export const fileIcons = {
  folder: icon(
    svg`<path d="M3 15.5v-10A1.5 1.5 0 0 1 4.5 4h3L9.5 6h6A1.5 1.5 0 0 1 17 7.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5z"/>`,
  ),
  file: icon(
    svg`<path d="M5 3.5A1.5 1.5 0 0 1 6.5 2H12l4 4v10.5a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 5 16.5zM11.5 2.5V6.5H15.5"/>`,
  ),
  refresh: icon(svg`<path d="M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4"/>`),
  up: icon(svg`<path d="M10 16V4.5M5.5 9 10 4.5 14.5 9"/>`),
  down: icon(svg`<path d="M10 4v11.5M5.5 11 10 15.5 14.5 11"/>`),
};
