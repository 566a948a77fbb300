import { peekPictureUpdate } from '@deskside/protocol';

/** More than the streamer has under way to a viewer at once. */
const MOST = 32;

/**
 * Updates of another stream than the one that is shown. Word of the next stream takes the WebSocket, which updates that
 * take WebRTC may overtake; or they are left over from a stream that ended.
 */
export class EarlyUpdates {
  readonly #updates: Uint8Array<ArrayBuffer>[] = [];

  add(update: Uint8Array<ArrayBuffer>): void {
    this.#updates.push(update);
    if (this.#updates.length > MOST) this.#updates.shift();
  }

  /** What is to be shown of a stream that begins now, in order; all else is over. */
  take(stream: number): Uint8Array<ArrayBuffer>[] {
    const own = this.#updates.splice(0).filter((update) => peekPictureUpdate(update).stream === stream);
    // A stream begins with a key frame each time that it is told of: what came before is of an earlier time.
    const begin = own.findLastIndex((update) => peekPictureUpdate(update).key);
    return begin < 0 ? [] : own.slice(begin);
  }
}
