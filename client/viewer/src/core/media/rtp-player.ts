import type { OnPresented, VideoSurface } from './video-surface.ts';

/**
 * Shows video that comes over RTP. Frames are known by the RTP time stamps that `requestVideoFrameCallback` tells of;
 * where a browser does not tell, the newest expected frame is taken to be the one on the screen.
 */
export class RtpPlayer implements VideoSurface {
  readonly element = document.createElement('video');
  readonly #track: MediaStreamTrack;
  readonly #onPresented: OnPresented;
  readonly #expected = new Map<number, number>();
  /** On the screen before it was expected: its update travels apart, and may be slower. */
  #early: number | undefined;
  #callback = 0;

  constructor(track: MediaStreamTrack, onPresented: OnPresented) {
    this.#track = track;
    this.#onPresented = onPresented;
    this.element.autoplay = this.element.muted = this.element.playsInline = true;
    this.element.disablePictureInPicture = true;
    this.element.srcObject = new MediaStream([track]);
    this.#watch();
  }

  /** The frame with this number will come with this RTP time stamp. */
  expect(frame: number, timestamp: number): void {
    this.#expected.set(timestamp, frame);
    if (timestamp === this.#early) this.#shown(timestamp, performance.timeOrigin + performance.now());
  }

  [Symbol.dispose](): void {
    this.element.cancelVideoFrameCallback(this.#callback);
    this.#track.stop();
    this.element.srcObject = null;
    this.element.remove();
  }

  #watch(): void {
    this.#callback = this.element.requestVideoFrameCallback((_, { rtpTimestamp, presentationTime }) => {
      this.#watch();
      const timestamp = rtpTimestamp ?? [...this.#expected.keys()].at(-1);
      if (timestamp !== undefined) this.#shown(timestamp, performance.timeOrigin + presentationTime);
    });
  }

  #shown(timestamp: number, time: number): void {
    const shown = this.#expected.get(timestamp);
    this.#early = shown === undefined ? timestamp : undefined;
    if (shown === undefined) return;
    for (const [earlier, frame] of this.#expected) if (frame <= shown) this.#expected.delete(earlier);
    this.#onPresented(shown, time);
  }
}
