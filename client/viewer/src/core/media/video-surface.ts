/** What decoded video is shown on. */
export interface VideoSurface extends Disposable {
  readonly element: HTMLVideoElement | HTMLCanvasElement;
  /** Lets the browser forget what it shows until `wake`; not there where frames may come before anybody knows. */
  sleep?(): void;
  wake?(): void;
}

/**
 * Told when a frame reached the screen, or does so with the coming repaint.
 *
 * @param frame its number
 * @param time ms since the Unix epoch
 */
export type OnPresented = (frame: number, time: number) => void;

/** Fills the stage with it, below the exact pixels. */
export function placeSurface(surface: VideoSurface, stage: HTMLElement): void {
  const { element } = surface;
  Object.assign(element.style, { position: 'absolute', inset: '0', width: '100%', height: '100%' });
  element.style.objectFit = 'fill';
  element.style.zIndex = String(BEHIND);
  stage.prepend(element);
}

/** Puts it before every other surface. Those behind it go on playing, which a hidden one might not. */
export function bringToFront(front: VideoSurface, behind: VideoSurface | undefined): void {
  front.element.style.zIndex = String(FRONT);
  if (behind) behind.element.style.zIndex = String(BEHIND);
}

/** Puts video of an area over that of the screen. */
export function placeArea(element: HTMLCanvasElement, stage: HTMLElement): void {
  Object.assign(element.style, { position: 'absolute', visibility: 'hidden' });
  element.style.zIndex = String(AREA);
  stage.append(element);
}

/** Below the layer of exact pixels, which has none of its own. */
const AREA = -1;
const FRONT = -2;
const BEHIND = -3;
