/** What the page and its audio worklet agree on, besides `Piece`, which is what the page sends. */

/** Name of the worklet's processor. */
export const PLAYOUT = 'deskside-playout';

export interface PlayoutOptions {
  channels: number;
}
