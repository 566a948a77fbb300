/** The program that runs on the browser's audio thread: loaded by sound-player.ts. */
import { type Piece, Playout } from '@deskside/protocol/playout';
import { PLAYOUT, type PlayoutOptions } from './worklet-messages.ts';

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

registerProcessor(PLAYOUT, PlayoutProcessor);
