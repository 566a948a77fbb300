export interface TrackPlayerOptions {
  context: AudioContext;
  /** Where the sound goes. */
  target: AudioNode;
  track: MediaStreamTrack;
  /** 0 to 1, of a browser that plays tracks past the target. */
  volume: number;
}

/** Sound that comes as a track of WebRTC: decoded and put together without gaps by the browser. */
export class TrackPlayer implements Disposable {
  readonly #element = new Audio();
  readonly #source: MediaStreamAudioSourceNode | undefined;

  constructor({ context, target, track, volume }: TrackPlayerOptions) {
    const stream = new MediaStream([track]);
    try {
      this.#source = context.createMediaStreamSource(stream);
      this.#source.connect(target);
      // Chromium lets the sound of a remote track flow only while an element plays it (crbug.com/933677).
      this.#element.muted = true;
    } catch {
      // Firefox connects no track to a context of another rate than the device's: the element itself is heard.
      this.volume = volume;
    }
    this.#element.srcObject = stream;
    this.#element.play().catch(() => {});
  }

  set volume(volume: number) {
    this.#element.volume = volume;
  }

  /** While nobody hears it. */
  set paused(paused: boolean) {
    if (paused) this.#element.pause();
    else this.#element.play().catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#source?.disconnect();
    this.#element.srcObject = null;
  }
}
