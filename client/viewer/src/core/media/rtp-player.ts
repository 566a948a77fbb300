import { now } from '../clock.ts';
import { listen } from '../listen.ts';
import { TrackVideo } from './track-video.ts';
import type { OnPresented } from './video-surface.ts';

/**
 * Shows video that comes over RTP. Frames are known by the RTP time stamps that `requestVideoFrameCallback` tells of;
 * where a browser does not tell, the newest expected frame is taken to be the one on the screen.
 */
export class RtpPlayer extends TrackVideo {
  readonly #onPresented: OnPresented;
  readonly #load: Disposable | undefined;
  /** By RTP time stamp: the frame's number, and since when it is expected. */
  readonly #expected = new Map<number, { frame: number; since: number }>();
  /** On the screen before it was expected: its update travels apart, and may be slower. */
  #early: number | undefined;

  constructor(track: MediaStreamTrack, onPresented: OnPresented) {
    super(track, ({ rtpTimestamp, presentationTime }) => {
      const timestamp = rtpTimestamp ?? [...this.#expected.keys()].at(-1);
      if (timestamp !== undefined) this.#shown(timestamp, performance.timeOrigin + presentationTime);
    });
    this.#onPresented = onPresented;
    // A way that is only tried may never bring a frame: the page is not to count as loading until then.
    if (document.readyState === 'complete') this.play();
    else this.#load = listen(window, 'load', () => this.play());
  }

  override [Symbol.dispose](): void {
    this.#load?.[Symbol.dispose]();
    super[Symbol.dispose]();
  }

  /** The frame with this number will come with this RTP time stamp. */
  expect(frame: number, timestamp: number): void {
    this.play();
    const since = now();
    this.#expected.set(timestamp, { frame, since });
    if (timestamp === this.#early) this.#shown(timestamp, since);
  }

  #shown(timestamp: number, time: number): void {
    const shown = this.#expected.get(timestamp);
    this.#early = shown === undefined ? timestamp : undefined;
    if (shown === undefined) return;
    for (const [earlier, { frame }] of this.#expected)
      if (frame <= shown.frame) this.#expected.delete(earlier);
    // The browser tells late where the page is busy: the update may have come between.
    this.#onPresented(shown.frame, Math.max(time, shown.since));
  }
}
