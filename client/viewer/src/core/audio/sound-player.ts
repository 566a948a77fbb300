import {
  type AudioPacket,
  decodeAudioPacket,
  type Of,
  type StreamerMessage,
  type ViewerMessage,
} from '@deskside/protocol';
import type { Piece } from '@deskside/protocol/playout';
import { Emitter } from '../emitter.ts';
import { listen } from '../listen.ts';
import { PLAYOUT, type PlayoutOptions } from './worklet-messages.ts';

/**
 * `none`: the desktop is mute. `unsupported`: this browser cannot play it. `waiting`: for a click or a key, without
 * which browsers keep pages silent. `on`, `muted`: as the person wants it.
 */
export type SoundState = 'none' | 'unsupported' | 'waiting' | 'on' | 'muted';

export interface SoundPlayerOptions {
  send(message: ViewerMessage): void;
  /** Address of the bundled worklet.ts. */
  worklet(): string;
}

/** Opus is decoded to this rate (RFC 6716 section 2); the browser converts it to that of the device. */
const SAMPLE_RATE = 48_000;

/** What lets a page sound, in every browser; a click's own handlers still see it waiting. */
const GESTURES = ['pointerup', 'click', 'keydown'];

/** Decodes the desktop's sound and plays it. Asks for it only while the person hears it. */
export class SoundPlayer implements Disposable {
  readonly events = new Emitter<{ state: SoundState }>();
  readonly #options: SoundPlayerOptions;
  readonly #resources = new DisposableStack();
  #channels: number | undefined;
  #muted = false;
  #volume = 1;
  #output: Output | undefined;
  #opening = false;
  /** The browser refused what it seemed to be able to do. */
  #refused = false;
  #disposed = false;

  constructor(options: SoundPlayerOptions) {
    this.#options = options;
    this.#resources.use(listen(window, GESTURES, () => void this.#open(), { capture: true, passive: true }));
  }

  get state(): SoundState {
    if (this.#channels === undefined) return 'none';
    if (!isSupported() || this.#refused) return 'unsupported';
    if (this.#muted) return 'muted';
    return this.#output ? 'on' : 'waiting';
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    void this.#open();
    this.#changed();
  }

  /** 0 to 1. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#output?.setVolume(volume);
  }

  /** The streamer has sound to offer; each connection says so anew. */
  offered({ channels }: Of<StreamerMessage, 'sound'>): void {
    if (this.#channels !== channels) this.#close();
    this.#channels = channels;
    if (navigator.userActivation?.hasBeenActive) void this.#open();
    this.#changed();
  }

  receive(bytes: Uint8Array): void {
    this.#output?.play(decodeAudioPacket(bytes));
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#resources.dispose();
    this.#close();
  }

  /** Within a gesture, or after one. */
  async #open(): Promise<void> {
    if (this.#channels === undefined || this.#output || this.#opening || this.#muted || !isSupported())
      return;
    this.#opening = true;
    try {
      const output = await Output.open(this.#options.worklet(), this.#channels!);
      if (this.#disposed) return output[Symbol.dispose]();
      this.#output = output;
      output.setVolume(this.#volume);
    } catch {
      this.#refused = true;
    } finally {
      this.#opening = false;
    }
    this.#changed();
  }

  #close(): void {
    this.#output?.[Symbol.dispose]();
    this.#output = undefined;
  }

  #changed(): void {
    const { state } = this;
    const on = state === 'on';
    if (state === 'on' || state === 'muted') this.#options.send({ type: 'listen', on });
    this.#output?.run(on);
    this.events.emit('state', state);
  }
}

/** Neither exists outside a secure context, and older browsers lack the decoder. */
function isSupported(): boolean {
  return typeof AudioDecoder === 'function' && typeof AudioWorkletNode === 'function';
}

/** From packets to the loudspeaker. */
class Output implements Disposable {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #gain: GainNode;
  readonly #channels: number;
  /** Of packets that the decoder has and not yet given out, in order. */
  readonly #decoding: Omit<Piece, 'channels'>[] = [];
  #decoder: AudioDecoder | undefined;
  #sequence: number | undefined;

  static async open(worklet: string, channels: number): Promise<Output> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
    try {
      await context.audioWorklet.addModule(worklet);
      return new Output(context, channels);
    } catch (error) {
      void context.close();
      throw error;
    }
  }

  private constructor(context: AudioContext, channels: number) {
    this.#context = context;
    this.#channels = channels;
    const processorOptions: PlayoutOptions = { channels };
    this.#node = new AudioWorkletNode(context, PLAYOUT, {
      numberOfInputs: 0,
      outputChannelCount: [channels],
      processorOptions,
    });
    this.#gain = context.createGain();
    this.#node.connect(this.#gain).connect(context.destination);
  }

  setVolume(volume: number): void {
    // A time constant of 10 ms: no click.
    this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, 0.01);
  }

  /** While nobody hears it, the audio thread rests. */
  run(on: boolean): void {
    void (on ? this.#context.resume() : this.#context.suspend());
  }

  play({ sequence, marker, data }: AudioPacket): void {
    const decoder = this.#openDecoder();
    const expected = this.#sequence ?? sequence;
    this.#sequence = (sequence + 1) >>> 0;
    // What was lost before a silence is not missed.
    this.#decoding.push({ marker, lost: marker ? 0 : (sequence - expected) >>> 0 });
    const timestamp = sequence;
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: data as BufferSource }));
  }

  [Symbol.dispose](): void {
    if (this.#decoder?.state === 'configured') this.#decoder.close();
    void this.#context.close();
  }

  #openDecoder(): AudioDecoder {
    if (this.#decoder?.state === 'configured') return this.#decoder;
    this.#decoding.length = 0;
    const decoder = new AudioDecoder({
      output: (sound) => this.#give(sound),
      // The next packet opens another one: any packet will do to begin with.
      error: () => {},
    });
    decoder.configure({ codec: 'opus', sampleRate: SAMPLE_RATE, numberOfChannels: this.#channels });
    this.#decoder = decoder;
    return decoder;
  }

  #give(sound: AudioData): void {
    const about = this.#decoding.shift();
    const channels = Array.from({ length: sound.numberOfChannels }, (_, planeIndex) => {
      const samples = new Float32Array(sound.numberOfFrames);
      sound.copyTo(samples, { planeIndex, format: 'f32-planar' });
      return samples;
    });
    sound.close();
    const piece: Piece = { marker: false, lost: 0, ...about, channels };
    this.#node.port.postMessage(
      piece,
      channels.map(({ buffer }) => buffer),
    );
  }
}
