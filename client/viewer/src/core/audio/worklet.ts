/** The program that runs on the browser's audio thread: loaded by sound-player.ts and capture.ts. */
import { type Piece, Playout } from '@deskside/protocol/playout';
import { CAPTURE, type CaptureOptions, PLAYOUT, type PlayoutOptions } from './worklet-messages.ts';

class PlayoutProcessor extends AudioWorkletProcessor {
  readonly #playout: Playout;

  constructor({ processorOptions }: { processorOptions: PlayoutOptions }) {
    super();
    this.#playout = new Playout(processorOptions.channels);
    this.port.onmessage = ({ data }: MessageEvent<Piece>) => this.#playout.push(data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    this.#playout.render(outputs[0]!);
    return true;
  }
}

/** Puts what the microphone gives into pieces of one length. */
class CaptureProcessor extends AudioWorkletProcessor {
  readonly #length: number;
  #piece: Float32Array;
  #filled = 0;

  constructor({ processorOptions }: { processorOptions: CaptureOptions }) {
    super();
    this.#length = processorOptions.samples;
    this.#piece = new Float32Array(this.#length);
  }

  process([input]: Float32Array[][]): boolean {
    // None while the device is not running.
    for (const sample of input?.[0] ?? []) {
      this.#piece[this.#filled++] = sample;
      if (this.#filled === this.#length) this.#give();
    }
    return true;
  }

  #give(): void {
    this.port.postMessage(this.#piece, [this.#piece.buffer]);
    this.#piece = new Float32Array(this.#length);
    this.#filled = 0;
  }
}

registerProcessor(PLAYOUT, PlayoutProcessor);
registerProcessor(CAPTURE, CaptureProcessor);
