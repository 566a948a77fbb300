import { PacketPlayer, playsPackets } from './packet-player.ts';
import { TrackPlayer } from './track-player.ts';

/** Opus is decoded to this rate (RFC 6716 section 2); the browser converts it to that of the device. */
const SAMPLE_RATE = 48_000;

/** The page's loudspeaker, for sound in packets, or as a track where packets cannot be played. */
export class SoundOutput implements Disposable {
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  #packets: PacketPlayer | undefined;
  #track: TrackPlayer | undefined;
  #volume = 1;

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
    void (on ? this.#context.resume() : this.#context.suspend());
    if (this.#track) this.#track.paused = !on;
  }

  /** Takes the bytes of an `AudioPacket`. */
  play(packet: Uint8Array): void {
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
    this.#track?.[Symbol.dispose]();
    this.#packets?.[Symbol.dispose]();
    void this.#context.close();
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
