import { decodeAudioPacket } from '@deskside/protocol';
import type { Piece } from '@deskside/protocol/playout';
import { foldSides } from './fold.ts';
import { opusHead } from './opus-head.ts';
import { PLAYOUT, type PlayoutOptions } from './worklet-messages.ts';

export interface PacketPlayerOptions {
  context: AudioContext;
  /** Where the sound goes. */
  target: AudioNode;
  /** Address of the bundled worklet.ts. */
  worklet: string;
  channels: number;
}

/** Packets: after a longer gap it begins anew, as after a silence. */
const MAX_MISSED = 50;

/** Whether this page may decode: neither exists outside a secure context, and older browsers lack the decoder. */
export function playsPackets(): boolean {
  return typeof AudioDecoder === 'function' && typeof AudioWorkletNode === 'function';
}

/** Sound that comes in packets: decoded here, put together without gaps on the audio thread. */
export class PacketPlayer implements Disposable {
  readonly #node: AudioWorkletNode;
  readonly #channels: number;
  readonly #sampleRate: number;
  /** There are more channels than Web Audio can mix down. */
  readonly #folds: boolean;
  /** Of packets that the decoder has and not yet given out, in order. */
  readonly #decoding: Omit<Piece, 'channels'>[] = [];
  #decoder: AudioDecoder | undefined;
  /** Of the coming packet. */
  #sequence: number | undefined;

  /** @throws DOMException where the browser refuses the worklet */
  static async open(options: PacketPlayerOptions): Promise<PacketPlayer> {
    await options.context.audioWorklet.addModule(options.worklet);
    return new PacketPlayer(options);
  }

  private constructor({ context, target, channels }: PacketPlayerOptions) {
    this.#channels = channels;
    this.#sampleRate = context.sampleRate;
    this.#folds = channels === 8 && context.destination.maxChannelCount < 8;
    const played = this.#folds ? 6 : channels;
    const processorOptions: PlayoutOptions = { channels: played };
    this.#node = new AudioWorkletNode(context, PLAYOUT, {
      numberOfInputs: 0,
      outputChannelCount: [played],
      processorOptions,
    });
    this.#node.connect(target);
  }

  /** Takes the bytes of an `AudioPacket`. */
  play(bytes: Uint8Array): void {
    const { sequence, marker, data } = decodeAudioPacket(bytes);
    const missed = (sequence - (this.#sequence ?? sequence)) | 0;
    // It was overtaken on its way, which its neighbours have made up for.
    if (missed < 0 && !marker) return;
    const decoder = this.#openDecoder();
    this.#sequence = (sequence + 1) >>> 0;
    const begins = marker || missed > MAX_MISSED;
    this.#decoding.push({ marker: begins, lost: begins ? 0 : missed });
    const timestamp = sequence;
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: data as BufferSource }));
  }

  [Symbol.dispose](): void {
    if (this.#decoder?.state === 'configured') this.#decoder.close();
    this.#node.disconnect();
  }

  #openDecoder(): AudioDecoder {
    if (this.#decoder?.state === 'configured') return this.#decoder;
    this.#decoding.length = 0;
    const decoder = new AudioDecoder({
      output: (sound) => this.#give(sound),
      // The next packet opens another one: any packet will do to begin with.
      error: () => {},
    });
    const description = opusHead(this.#channels);
    const format = { codec: 'opus', sampleRate: this.#sampleRate, numberOfChannels: this.#channels };
    decoder.configure({ ...format, ...(description && { description }) });
    this.#decoder = decoder;
    return decoder;
  }

  #give(sound: AudioData): void {
    const about = this.#decoding.shift();
    const planes = Array.from({ length: sound.numberOfChannels }, (_, planeIndex) => {
      const samples = new Float32Array(sound.numberOfFrames);
      sound.copyTo(samples, { planeIndex, format: 'f32-planar' });
      return samples;
    });
    sound.close();
    const channels = this.#folds ? foldSides(planes) : planes;
    const piece: Piece = { marker: false, lost: 0, ...about, channels };
    this.#node.port.postMessage(
      piece,
      channels.map(({ buffer }) => buffer),
    );
  }
}
