import { PacketPlayer, playsPackets } from './packet-player.ts';
import { TrackPlayer } from './track-player.ts';

/** Opus is decoded to this rate (RFC 6716 section 2); the browser converts it to that of the device. */
const SAMPLE_RATE = 48_000;

/** Silence after which the audio thread rests, ms. It takes some ms to wake: pauses in what is played are to cost none. */
const REST_AFTER = 10_000;

/** The page's loudspeaker, for sound in packets, or as a track where packets cannot be played. */
export class SoundOutput implements Disposable {
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  #packets: PacketPlayer | undefined;
  #track: TrackPlayer | undefined;
  #volume = 1;
  #on = false;
  /** When the last packet came, ms; a track does not tell. */
  #heardAt = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param worklet address of the bundled worklet.ts
   * @throws DOMException where the browser refuses
   */
  static async open(worklet: string, channels: number): Promise<SoundOutput> {
    const output = new SoundOutput(channels);
    try {
      if (playsPackets()) await output.#openPackets(worklet, channels);
      return output;
    } catch (error) {
      output[Symbol.dispose]();
      throw error;
    }
  }

  private constructor(channels: number) {
    // The least that the device does: Chromium on Linux makes 8 ms of it, and 32 of 'interactive'.
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 0 });
    const { destination } = context;
    destination.channelCount = Math.min(Math.max(channels, 2), destination.maxChannelCount);
    this.#context = context;
    this.#gain = context.createGain();
    this.#gain.connect(destination);
  }

  setVolume(volume: number): void {
    // A time constant of 10 ms: no click.
    this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, 0.01);
    this.#volume = volume;
    if (this.#track) this.#track.volume = volume;
  }

  /** While nobody hears it, the audio thread rests. */
  run(on: boolean): void {
    this.#on = on;
    if (on) this.#wake();
    else void this.#context.suspend();
    if (this.#track) this.#track.paused = !on;
  }

  /** Takes the bytes of an `AudioPacket`. */
  play(packet: Uint8Array): void {
    this.#heardAt = performance.now();
    if (this.#on && this.#context.state !== 'running') this.#wake();
    this.#packets?.play(packet);
  }

  /** From now on this track is heard, and an earlier one no more. */
  useTrack(track: MediaStreamTrack): void {
    this.#track?.[Symbol.dispose]();
    this.#track = new TrackPlayer({
      context: this.#context,
      target: this.#gain,
      track,
      volume: this.#volume,
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#rest);
    this.#track?.[Symbol.dispose]();
    this.#packets?.[Symbol.dispose]();
    void this.#context.close();
  }

  #wake(): void {
    void this.#context.resume();
    clearTimeout(this.#rest);
    if (this.#packets) this.#rest = setTimeout(() => this.#restIfSilent(), REST_AFTER);
  }

  /** A thread that puts silence together costs a twentieth of a core. */
  #restIfSilent(): void {
    const left = this.#heardAt + REST_AFTER - performance.now();
    if (left > 0) this.#rest = setTimeout(() => this.#restIfSilent(), left);
    else void this.#context.suspend();
  }

  async #openPackets(worklet: string, channels: number): Promise<void> {
    this.#packets = await PacketPlayer.open({
      context: this.#context,
      target: this.#gain,
      worklet,
      channels,
    });
  }
}
