/** What the page and its audio worklet agree on, besides `Piece`, which is what the page sends to play. */

/** Name of the processor that plays. */
export const PLAYOUT = 'deskside-playout';

export interface PlayoutOptions {
  channels: number;
}

/** Name of the processor that records; it sends `Float32Array`s. */
export const CAPTURE = 'deskside-capture';

export interface CaptureOptions {
  /** Of each piece. */
  samples: number;
}
