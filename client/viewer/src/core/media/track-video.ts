import type { VideoSurface } from './video-surface.ts';

/** A `<video>` that plays a track: the compositor shows its frames without a copy on the page. */
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
    element.srcObject = new MediaStream([track]);
    this.#watch();
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
