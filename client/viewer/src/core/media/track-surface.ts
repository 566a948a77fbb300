import { frameNumber } from './decoder-messages.ts';
import type { OnPresented, VideoSurface } from './video-surface.ts';

/** A `<video>` that plays a track of decoded frames: the compositor shows them without a copy on the page. */
export class TrackSurface implements VideoSurface {
  readonly element = document.createElement('video');
  readonly #track: MediaStreamTrack;
  readonly #onPresented: OnPresented;
  #callback = 0;

  constructor(track: MediaStreamTrack, onPresented: OnPresented) {
    this.#track = track;
    this.#onPresented = onPresented;
    this.element.autoplay = this.element.muted = this.element.playsInline = true;
    this.element.disablePictureInPicture = true;
    this.element.srcObject = new MediaStream([track]);
    this.#watch();
  }

  [Symbol.dispose](): void {
    this.element.cancelVideoFrameCallback(this.#callback);
    this.#track.stop();
    this.element.srcObject = null;
    this.element.remove();
  }

  #watch(): void {
    this.#callback = this.element.requestVideoFrameCallback((_, { mediaTime, presentationTime }) => {
      this.#watch();
      this.#onPresented(frameNumber(mediaTime * 1e6), performance.timeOrigin + presentationTime);
    });
  }
}
