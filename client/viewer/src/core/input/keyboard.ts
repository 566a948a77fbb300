import { MAX_TEXT, type ViewerMessage } from '@deskside/protocol';
import { listen } from '../listen.ts';
import { HeldKeys } from './held-keys.ts';
import { meaningOf } from './key-meaning.ts';

export interface KeyboardOptions {
  /** Has the focus while keys go to the desktop; its text is what input methods write. */
  target: HTMLTextAreaElement;
  send(message: ViewerMessage): void;
  /** Keys that are the viewer's own: true if it acted on the event. */
  onShortcut(event: KeyboardEvent): boolean;
  /** A key that pastes is about to be sent. True: the browser is to make a paste event of it, too. */
  onPaste(): boolean;
}

/** Modifiers by the state that every keyboard event tells, and the keys that make them. */
const MODIFIERS: readonly (readonly [string, readonly string[]])[] = [
  ['Shift', ['ShiftLeft', 'ShiftRight']],
  ['Control', ['ControlLeft', 'ControlRight']],
  ['Meta', ['MetaLeft', 'MetaRight']],
];

/**
 * Sends keys by their position and text that no key gives. Whatever is down is lifted when the focus, the page or the
 * connection goes: a key that stays down is worse than one that comes up early.
 */
export class Keyboard implements Disposable {
  readonly #options: KeyboardOptions;
  readonly #held = new HeldKeys();
  readonly #listeners = new DisposableStack();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #heldEvery = 500;

  constructor(options: KeyboardOptions) {
    this.#options = options;
    const { target } = options;
    const listeners = this.#listeners;
    listeners.use(listen(target, 'keydown', (event: KeyboardEvent) => this.#keyDown(event)));
    listeners.use(listen(target, 'keyup', (event: KeyboardEvent) => this.#keyUp(event)));
    listeners.use(listen(target, ['input', 'compositionend'], (event: InputEvent) => this.#input(event)));
    listeners.use(listen(target, 'blur', () => this.releaseAll()));
    listeners.use(listen(window, ['blur', 'pagehide'], () => this.releaseAll()));
    listeners.use(listen(document, 'visibilitychange', () => this.releaseAll()));
  }

  /** How often the streamer wants to hear what is down, ms. */
  set heldEvery(interval: number) {
    this.#heldEvery = interval;
  }

  /** Lifts everything, here and at the desktop. */
  releaseAll(): void {
    if (this.#held.size > 0) this.#options.send({ type: 'release' });
    this.forgetAll();
  }

  /** Lifts everything here; the streamer has done so itself because the connection was lost. */
  forgetAll(): void {
    this.#held.clear();
    this.#beat();
  }

  /** Presses and lifts keys one after the other, e.g. for a key that the browser keeps for itself. */
  chord(codes: readonly string[]): void {
    for (const code of codes) this.#options.send({ type: 'key', code, down: true });
    for (const code of [...codes].reverse()) this.#options.send({ type: 'key', code, down: false });
  }

  [Symbol.dispose](): void {
    this.releaseAll();
    this.#listeners.dispose();
  }

  #keyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.#options.onShortcut(event)) {
      event.preventDefault();
      return;
    }
    const meaning = meaningOf(event);
    if (meaning.kind === 'compose') return;
    if (!isPaste(event) || !this.#options.onPaste()) event.preventDefault();
    this.#liftLostModifiers(event);
    if (meaning.kind === 'text') this.#type(meaning.text);
    else if (meaning.kind === 'position') this.#press(event.code);
    // Windows presses Ctrl by itself before it tells of AltGr.
    else if (event.key === 'AltGraph') this.#lift('ControlLeft');
  }

  #keyUp(event: KeyboardEvent): void {
    event.stopPropagation();
    // macOS tells of no key that comes up while Cmd is down.
    if (event.key === 'Meta') {
      this.releaseAll();
      return;
    }
    if (this.#held.has(event.code)) event.preventDefault();
    this.#lift(event.code);
  }

  #press(code: string): void {
    if (!this.#held.press(code)) return;
    this.#options.send({ type: 'key', code, down: true });
    this.#beat();
  }

  #lift(code: string): void {
    if (!this.#held.lift(code)) return;
    this.#options.send({ type: 'key', code, down: false });
    this.#beat();
  }

  /** A modifier that came up where nobody saw it, e.g. in a dialog of the browser. */
  #liftLostModifiers(event: KeyboardEvent): void {
    for (const [name, codes] of MODIFIERS) {
      if (event.getModifierState(name) || codes.includes(event.code)) continue;
      for (const code of codes) this.#lift(code);
    }
  }

  /** Text from an input method, a soft keyboard or dictation, once it is settled. */
  #input(event: InputEvent): void {
    if (event.type === 'input' && event.isComposing) return;
    const { target } = this.#options;
    const text = target.value;
    target.value = '';
    this.#type(text);
  }

  #type(text: string): void {
    for (let start = 0; start < text.length; start += MAX_TEXT) {
      this.#options.send({ type: 'text', text: text.slice(start, start + MAX_TEXT) });
    }
  }

  /** While anything is down the streamer hears of it, and lifts what it hears no more of. */
  #beat(): void {
    if (this.#held.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
      return;
    }
    this.#heartbeat ??= setInterval(
      () => this.#options.send({ type: 'held', codes: this.#held.codes }),
      this.#heldEvery,
    );
  }
}

/** Ctrl+V, also with Shift as terminals have it, and Shift+Insert. */
function isPaste({ code, ctrlKey, shiftKey, altKey, metaKey, repeat }: KeyboardEvent): boolean {
  if (altKey || metaKey || repeat) return false;
  return ctrlKey ? code === 'KeyV' : shiftKey && code === 'Insert';
}
