/** How the screen of the desktop lies in the page. Geometry without a page. */

export interface Size {
  width: number;
  height: number;
}

/** `fit`: as large as it fits, undistorted; `1:1`: one pixel of the desktop on one pixel of the device. */
export type View = 'fit' | '1:1';

/** Where the screen lies, CSS pixels from the top left of the viewport; `scale`: CSS pixels to one of the desktop. */
export interface Placement {
  left: number;
  top: number;
  scale: number;
}

/**
 * @param screen device pixels of the desktop
 * @param viewport CSS pixels
 * @param devicePixelRatio device pixels of the viewer to one CSS pixel
 */
export function placeScreen(screen: Size, viewport: Size, view: View, devicePixelRatio: number): Placement {
  const fitting = Math.min(viewport.width / screen.width, viewport.height / screen.height);
  const exact = 1 / devicePixelRatio;
  const scale = view === 'fit' && fitting > 0 && !fillsExactly(screen, viewport, exact) ? fitting : exact;
  // On whole device pixels, or every pixel of the desktop would be smeared over two.
  const centre = (outer: number, inner: number): number =>
    Math.max(0, Math.round(((outer - inner * scale) / 2) * devicePixelRatio) / devicePixelRatio);
  return { left: centre(viewport.width, screen.width), top: centre(viewport.height, screen.height), scale };
}

/** Whether a desktop that has followed the window fills it but for less than a pixel: it is not to be smeared for that. */
function fillsExactly(screen: Size, viewport: Size, scale: number): boolean {
  const fills = (shown: number, outer: number): boolean => shown <= outer + 1e-6 && outer - shown < scale;
  return fills(screen.width * scale, viewport.width) && fills(screen.height * scale, viewport.height);
}

/**
 * The pixel of the desktop under a point of the page; the nearest one where the point lies beside the screen.
 *
 * @param point CSS pixels of the page's viewport
 * @param rect where the whole screen is shown, CSS pixels of the page's viewport
 * @param screen device pixels of the desktop
 */
export function desktopPoint(
  point: { clientX: number; clientY: number },
  rect: { left: number; top: number; width: number; height: number },
  screen: Size,
): { x: number; y: number } {
  const pixel = (offset: number, shown: number, size: number): number =>
    Math.max(0, Math.min(size - 1, Math.floor((offset / shown) * size))) || 0;
  return {
    x: pixel(point.clientX - rect.left, rect.width, screen.width),
    y: pixel(point.clientY - rect.top, rect.height, screen.height),
  };
}
