/** What decoded video is shown on. */
export interface VideoSurface extends Disposable {
  readonly element: HTMLVideoElement | HTMLCanvasElement;
}

/**
 * Told when a frame reached the screen, or does so with the coming repaint.
 *
 * @param frame its number
 * @param time ms since the Unix epoch
 */
export type OnPresented = (frame: number, time: number) => void;
