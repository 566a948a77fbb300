import type { VideoSurface } from './video-surface.ts';

/**
 * A `<video>` that plays a track, from `play()` on: the compositor shows its frames without a copy on the page. A page
 * counts as loading as long as a video in it plays and has no frame.
 */
export class TrackVideo implements VideoSurface {
  readonly element = document.createElement('video');
  readonly #track: MediaStreamTrack;
  readonly #onFrame: (frame: VideoFrameCallbackMetadata) => void;
  #callback = 0;

  /** @param onFrame told of each frame that is shown, or of the newest where the page was busy */
  constructor(track: MediaStreamTrack, onFrame: (frame: VideoFrameCallbackMetadata) => void) {
    this.#track = track;
    this.#onFrame = onFrame;
    const { element } = this;
    element.autoplay = element.muted = element.playsInline = element.disablePictureInPicture = true;
    this.#watch();
  }

  play(): void {
    this.element.srcObject ??= new MediaStream([this.#track]);
  }

  [Symbol.dispose](): void {
    this.element.cancelVideoFrameCallback(this.#callback);
    this.#track.stop();
    this.element.srcObject = null;
    this.element.remove();
  }

  #watch(): void {
    this.#callback = this.element.requestVideoFrameCallback((_, frame) => {
      this.#watch();
      this.#onFrame(frame);
    });
  }
}
