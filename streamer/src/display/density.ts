/** Scales that are taken; browsers zoom from a quarter to five times, on screens of at most four. */
const MIN_SCALE = 0.5;
const MAX_SCALE = 4;

/** Dots per inch at scale 1: a CSS pixel is 1/96 inch (CSS Values and Units 4, section 6.2). */
const DPI = 96;

/** Side of cursors at scale 1, pixels: what the common themes are drawn for. */
const CURSOR_SIZE = 24;

/** XSETTINGS has dots per inch in 1024ths. */
export const DPI_UNIT = 1024;

/** How large programs draw. Widgets grow by whole numbers only, text makes up for the rest. */
export interface Density {
  /** What text is to look like in the end, dots per inch. */
  dpi: number;
  /** Side of cursors in the end, pixels. */
  cursorSize: number;
  /** What widgets with their text grow by. */
  windowScale: number;
}

/** The density for a `devicePixelRatio`. */
export function densityFor(scale: number): Density {
  const within = Math.max(MIN_SCALE, Math.min(MAX_SCALE, Number.isFinite(scale) ? scale : 1));
  return {
    dpi: Math.round(DPI * within),
    cursorSize: Math.round(CURSOR_SIZE * within),
    windowScale: Math.max(1, Math.floor(within)),
  };
}
