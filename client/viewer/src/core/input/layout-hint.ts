import { MAX_LAYOUT_KEYS, type Of, type ViewerMessage } from '@deskside/protocol';
import { listen } from '../listen.ts';

/** Keyboard Map API; Chromium only, in secure contexts. */
interface KeyboardMap {
  getLayoutMap?(): Promise<Iterable<[code: string, key: string]>>;
}

/** Tells the streamer what the keys here give, or which layout the person wants instead. */
export class LayoutHint implements Disposable {
  readonly #send: (message: Of<ViewerMessage, 'layout'>) => void;
  readonly #listener = listen(window, 'focus', () => void this.#tell());
  #choice: string | undefined;
  #active = false;
  #told = '';

  constructor(send: (message: Of<ViewerMessage, 'layout'>) => void) {
    this.#send = send;
  }

  /** A layout of XKB, e.g. `de` or `us/dvorak`; undefined: the one of the keyboard here. */
  set choice(name: string | undefined) {
    const before = this.#choice;
    this.#choice = name;
    if (name === before || !this.#active) return;
    if (name === undefined) this.#send({ type: 'layout' });
    void this.#tell();
  }

  /** Whether there is somebody to tell. Each time that it starts anew everything is told. */
  set active(active: boolean) {
    if (active === this.#active) return;
    this.#active = active;
    this.#told = '';
    void this.#tell();
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }

  async #tell(): Promise<void> {
    const hint = this.#choice === undefined ? await readMap() : { name: this.#choice };
    const text = JSON.stringify(hint);
    if (!this.#active || !hint || text === this.#told) return;
    this.#told = text;
    this.#send({ type: 'layout', ...hint });
  }
}

async function readMap(): Promise<{ keys: [string, string][] } | undefined> {
  const { keyboard } = navigator as Navigator & { keyboard?: KeyboardMap };
  try {
    const map = await keyboard?.getLayoutMap?.();
    return map && { keys: [...map].filter(([, key]) => key !== '').slice(0, MAX_LAYOUT_KEYS) };
  } catch {
    // A frame of another origin has no right to it: the layout shows in what is typed.
    return undefined;
  }
}
