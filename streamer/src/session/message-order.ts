/** Puts the numbered messages of one viewer in order, whichever ways they took. No I/O. */
import { type Fleeting, NUMBERED_WINDOW, type Numbered, ProtocolError } from '@deskside/protocol';

type Message = string | Uint8Array;

/** More may not wait for the ones before them: the viewer's window, and as much again for what was sent twice. */
const MAX_WAITING = 2 * NUMBERED_WINDOW;

export class MessageOrder {
  readonly #waiting = new Map<number, Message>();
  #waitingBytes = 0;
  #latest: Fleeting | undefined;
  #arrived = 0;

  /** Everything up to this number has arrived. */
  get arrived(): number {
    return this.#arrived;
  }

  /**
   * What is due now that this message has come, in order; nothing if it came before.
   *
   * @throws ProtocolError if too much waits for what is missing
   */
  *add({ number, message }: Numbered): Generator<Message> {
    if (number <= this.#arrived || this.#waiting.has(number)) return;
    this.#keep(number, message);
    for (let next = this.#take(); next !== undefined; next = this.#take()) yield next;
    const latest = this.#latest;
    if (latest && latest.after <= this.#arrived) {
      this.#latest = undefined;
      yield latest.message;
    }
  }

  /** The position, if all that was sent before it is there. Else the newest is kept until then. */
  *addFleeting(fleeting: Fleeting): Generator<Message> {
    if (fleeting.after <= this.#arrived) yield fleeting.message;
    else this.#latest = fleeting;
  }

  #keep(number: number, message: Message): void {
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > MAX_WAITING)
      throw new ProtocolError(`${MAX_WAITING} bytes after a message that is missing`);
    this.#waiting.set(number, message);
  }

  #take(): Message | undefined {
    const message = this.#waiting.get(this.#arrived + 1);
    if (message === undefined) return undefined;
    this.#arrived++;
    this.#waiting.delete(this.#arrived);
    this.#waitingBytes -= message.length;
    return message;
  }
}
