import {
  type ClipItem,
  ClipLine,
  type ClipMessage,
  type ClipOffer,
  MAX_CLIP,
  type Of,
  offerOf,
  type StreamerMessage,
} from '@deskside/protocol';
import { Emitter } from '../emitter.ts';
import { listen } from '../listen.ts';
import {
  clipOf,
  copyByCommand,
  mayRead,
  readClipboard,
  type TextClipboard,
  textClip,
  textOf,
  writeClipboard,
} from './browser-clipboard.ts';
import type { KeyGate } from './key-gate.ts';

export interface ClipboardOptions {
  /** Has the focus while keys go to the desktop: paste events come here. */
  target: HTMLElement;
  gate: KeyGate;
  /** Takes the place of the browser's clipboard. */
  embedder: TextClipboard | undefined;
  send(message: ClipMessage): void;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** What was copied here is more than crosses, and stays here. */
  onTooLarge(): void;
}

export type ClipboardPolicy = Pick<Of<StreamerMessage, 'clipboard-policy'>, 'in' | 'out'>;

/**
 * Keeps the desktop's clipboard and the one here the same, as far as the browser lets a page: what it does not let us
 * write now is written at the next click or key; what it does not let us read comes with the keys that paste. Nothing
 * here makes the browser ask, except `askToRead`.
 */
export class Clipboard implements Disposable {
  readonly events = new Emitter<{ change: undefined }>();
  readonly #options: ClipboardOptions;
  readonly #resources = new DisposableStack();
  #line: ClipLine | undefined;
  #policy: ClipboardPolicy = { in: false, out: false };
  #latest: readonly ClipItem[] = [];
  /** A clip of the desktop that could not be written yet. */
  #unwritten: readonly ClipItem[] | undefined;
  /** The desktop copied last, for all that can be known: nobody else could have copied here since. */
  #desktopIsNewest = false;
  #lost: ClipOffer | undefined;
  #pasted: (() => void) | undefined;

  constructor(options: ClipboardOptions) {
    this.#options = options;
    const { target } = options;
    this.#resources.use(listen(target, 'paste', (event: ClipboardEvent) => this.#paste(event)));
    this.#resources.use(listen(window, 'blur', () => this.#leave()));
    this.#resources.use(listen(window, ['focus', 'pageshow'], () => void this.#refresh()));
    this.#resources.use(listen(document, ['copy', 'cut'], () => this.#leave()));
    const gestures = ['keydown', 'pointerdown', 'pointerup'];
    this.#resources.use(listen(window, gestures, () => void this.#writeNow(), { capture: true }));
  }

  get policy(): ClipboardPolicy {
    return this.#policy;
  }

  /** What was copied last, there or here. */
  get latest(): readonly ClipItem[] {
    return this.#latest;
  }

  /** Sends text, as if it had been copied here. */
  offerText(text: string): void {
    this.#offer(offerOf(textClip(text)));
  }

  /** Reads the browser's clipboard, for which it may ask. @throws Error if the person does not want it */
  async askToRead(): Promise<void> {
    this.#desktopIsNewest = false;
    await this.#take(await readClipboard());
  }

  /** A key that pastes was pressed. True: the browser is to act on it too, so that its paste event comes. */
  beforePaste(): boolean {
    if (!this.#line || !this.#policy.in || this.#desktopIsNewest) return false;
    const { gate, embedder } = this.#options;
    if (embedder) {
      void gate.holdUntil(this.#refresh());
      return false;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pasted = resolve;
    void gate.holdUntil(promise);
    return true;
  }

  /** Another connection, or none any more. */
  restart(): void {
    this.#lost = this.#line?.underWay ?? this.#lost;
    this.#line?.[Symbol.dispose]();
    this.#line = undefined;
    this.#policy = { in: false, out: false };
    this.events.emit('change', undefined);
  }

  /** @throws ProtocolError if it does not follow the protocol */
  receive(message: ClipMessage | Of<StreamerMessage, 'clipboard-policy'>): void {
    if (message.type === 'clipboard-policy') this.#start(message);
    else this.#line?.receive(message);
  }

  /** @throws ProtocolError if it does not follow the protocol */
  receiveBinary(bytes: Uint8Array): void {
    this.#line?.receiveBinary(bytes);
  }

  [Symbol.dispose](): void {
    this.restart();
    this.#resources.dispose();
  }

  #start(policy: ClipboardPolicy): void {
    const { send, sendBinary } = this.#options;
    this.#policy = policy;
    this.#line = new ClipLine({ send, sendBinary, onOffer: (clip) => void this.#desktopCopied(clip) });
    if (this.#lost && policy.in) this.#line.offer(this.#lost);
    this.#lost = undefined;
    this.events.emit('change', undefined);
    void this.#refresh();
  }

  async #desktopCopied({ content, earlier }: ClipOffer): Promise<void> {
    // What does not come as a whole has made way for something newer.
    const clip = await content.catch(() => undefined);
    if (!clip) return;
    const known = this.#latest;
    this.#latest = clip;
    this.events.emit('change', undefined);
    // What was copied before this page was there must not take the place of what was copied here since.
    if (earlier && (known.length === 0 || textOf(known) === textOf(clip))) return;
    this.#desktopIsNewest = true;
    this.#unwritten = clip;
    await this.#writeNow();
  }

  async #writeNow(): Promise<void> {
    const clip = this.#unwritten;
    if (!clip) return;
    try {
      await this.#write(clip);
    } catch {
      // The next click or key is tried again.
      return;
    }
    if (this.#unwritten === clip) this.#unwritten = undefined;
  }

  async #write(clip: readonly ClipItem[]): Promise<void> {
    const { embedder } = this.#options;
    if (embedder) {
      // A picture alone leaves the embedder's text as it is.
      const text = textOf(clip);
      return text === undefined ? undefined : embedder.write(text);
    }
    if (navigator.clipboard) return writeClipboard(clip);
    if (!navigator.userActivation?.isActive || !copyByCommand(clip)) throw new Error('not now');
  }

  /** From now on others may copy: what is here may be newer than what the desktop has. */
  #leave(): void {
    this.#desktopIsNewest = false;
    this.#unwritten = undefined;
  }

  /** Takes what was copied here, where no prompt is in the way. */
  async #refresh(): Promise<void> {
    const { embedder } = this.#options;
    if (!this.#policy.in || this.#desktopIsNewest) return;
    try {
      if (embedder) await this.#take(textClip(await embedder.read()));
      else if (await mayRead()) await this.#take(await readClipboard());
    } catch {
      // The focus has gone meanwhile, or there is nothing that we could take: keys that paste bring it.
    }
  }

  #paste(event: ClipboardEvent): void {
    event.preventDefault();
    if (event.clipboardData && !this.#isKnown(event.clipboardData.getData('text/plain'))) {
      this.#offer(clipOf(event.clipboardData));
    }
    this.#pasted?.();
  }

  async #take(clip: readonly ClipItem[]): Promise<void> {
    if (!this.#isKnown(textOf(clip) ?? '')) this.#offer(offerOf(clip));
  }

  /** Browsers tidy up HTML and pictures on their way through the clipboard; the same text means the same clip. */
  #isKnown(text: string): boolean {
    return this.#desktopIsNewest || (text !== '' && text.replaceAll('\r\n', '\n') === textOf(this.#latest));
  }

  #offer(clip: ClipOffer): void {
    const size = clip.items.reduce((total, item) => total + item.size, 0);
    if (!this.#line || !this.#policy.in || size === 0) return;
    if (size > MAX_CLIP) {
      this.#options.onTooLarge();
      return;
    }
    this.#line.offer(clip);
    clip.content.then(
      (latest) => {
        this.#latest = latest;
        this.events.emit('change', undefined);
      },
      () => {},
    );
  }
}
