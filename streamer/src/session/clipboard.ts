/** One clipboard for the desktop and everybody who controls it, within the operator's policy. */
import { ClipLine, type ClipMessage, type ClipOffer } from '@deskside/protocol';
import type { Display } from '../display/api.ts';
import type { ViewerConnection } from './connection.ts';

/** Which ways clips may go (`--clipboard`). */
export interface ClipboardPolicy {
  /** From viewers into the desktop. */
  in: boolean;
  /** From the desktop to viewers. */
  out: boolean;
}

/** A controller's access to the clipboard. Disposing of it leaves. Throws ProtocolError as {@link ClipLine} does. */
export interface ClipboardAccess extends Disposable {
  receive(message: ClipMessage): void;
  receiveBinary(bytes: Uint8Array): void;
}

export function clipboardPolicy(ways: 'both' | 'in' | 'out' | 'none'): ClipboardPolicy {
  return { in: ways === 'both' || ways === 'in', out: ways === 'both' || ways === 'out' };
}

const NO_WAY: ClipboardPolicy = { in: false, out: false };

export class SharedClipboard implements Disposable {
  readonly #display: Pick<Display, 'clip' | 'offerClip' | 'on'>;
  readonly #policy: ClipboardPolicy;
  readonly #lines = new Set<ClipLine>();
  readonly #subscription: Disposable;

  constructor(display: Pick<Display, 'clip' | 'offerClip' | 'on'>, policy = NO_WAY) {
    this.#display = display;
    this.#policy = policy;
    this.#subscription = display.on({ onClip: (clip) => this.#spread(clip) });
  }

  /** Lets a controller copy and paste; it is sent what there is to paste. */
  join(connection: Pick<ViewerConnection, 'send' | 'sendBinary'>): ClipboardAccess {
    const line: ClipLine = new ClipLine({
      send: (message) => connection.send(message),
      sendBinary: (bytes) => connection.sendBinary(bytes),
      onOffer: (clip) => this.#take(clip, line),
    });
    if (this.#policy.in || this.#policy.out) connection.send({ type: 'clipboard-policy', ...this.#policy });
    this.#lines.add(line);
    if (this.#policy.out && this.#display.clip) line.offer({ ...this.#display.clip, earlier: true });
    return {
      receive: (message) => {
        // What is not announced is not kept either.
        if (message.type === 'clipboard-received' || this.#policy.in) line.receive(message);
      },
      receiveBinary: (bytes) => line.receiveBinary(bytes),
      [Symbol.dispose]: () => {
        this.#lines.delete(line);
        line[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    for (const line of this.#lines) line[Symbol.dispose]();
    this.#lines.clear();
  }

  #take(clip: ClipOffer, from: ClipLine): void {
    this.#display.offerClip(clip);
    this.#spread(clip, from);
  }

  #spread(clip: ClipOffer, from?: ClipLine): void {
    if (!this.#policy.out) return;
    for (const line of this.#lines) if (line !== from) line.offer(clip);
  }
}
