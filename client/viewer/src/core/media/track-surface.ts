import { frameNumber } from './decoder-messages.ts';
import { TrackVideo } from './track-video.ts';
import type { OnPresented } from './video-surface.ts';

/** ms; a frame late is soon enough for a picture that rests. */
const REPEAT_EVERY = 20;

/** Shows a track of decoded frames, which carry their numbers as time stamps. */
export class TrackSurface extends TrackVideo {
  readonly #repeat: () => void;
  #repeating: ReturnType<typeof setInterval> | undefined;

  /** @param repeat writes the newest frame to the track again */
  constructor(track: MediaStreamTrack, onPresented: OnPresented, repeat: () => void) {
    super(track, ({ mediaTime, presentationTime }) =>
      onPresented(frameNumber(mediaTime * 1e6), performance.timeOrigin + presentationTime),
    );
    this.#repeat = repeat;
    this.wake();
  }

  /** While a `<video>` plays a track, Chromium wakes the page four times a second, and once while it is paused. */
  sleep(): void {
    clearInterval(this.#repeating);
    this.element.srcObject = null;
  }

  /**
   * A track throws away what comes before its `<video>` listens, which takes a busy page a while; and a desktop at rest
   * sends no second frame. So the first one is written until it arrives.
   */
  wake(): void {
    this.play();
    clearInterval(this.#repeating);
    this.#repeating = setInterval(() => {
      if (this.element.readyState === HTMLMediaElement.HAVE_NOTHING) this.#repeat();
      else clearInterval(this.#repeating);
    }, REPEAT_EVERY);
  }

  override [Symbol.dispose](): void {
    clearInterval(this.#repeating);
    super[Symbol.dispose]();
  }
}
