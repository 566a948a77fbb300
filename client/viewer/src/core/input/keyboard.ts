import { MAX_TEXT, type ViewerMessage } from '@deskside/protocol';
import { listen } from '../listen.ts';
import { HeldKeys } from './held-keys.ts';
import { type KeyMeaning, meaningOf } from './key-meaning.ts';
import { lostModifiers, missedModifiers } from './modifiers.ts';
import type { Platform } from './platform.ts';
import { pieces, type TextEdit } from './text-edit.ts';
import { TextField } from './text-field.ts';

export interface KeyboardOptions {
  /** Has the focus while keys go to the desktop; its text is what input methods write. */
  target: HTMLTextAreaElement;
  platform: Platform;
  /** The only keyboard is the one on the screen. */
  soft: boolean;
  send(message: ViewerMessage): void;
  /** Keys that are the viewer's own: true if it acted on the event. */
  onShortcut(event: KeyboardEvent): boolean;
  /** A key that pastes is about to be sent. True: the browser is to make a paste event of it, too. */
  onPaste(): boolean;
}

/** How a person wants the keys of an Apple keyboard to be taken; others are not concerned. */
export interface AppleKeys {
  /** Cmd is sent as Ctrl. */
  cmdIsCtrl: boolean;
  /** Option and a key type a character, as they do there; else Option is Alt. */
  optionTypes: boolean;
}

/** Longest wait for the AltGr that makes a Ctrl void, ms: Windows tells of both at once. */
const ALT_GR_WITHIN = 20;

/**
 * Sends keys by their position and text that no key gives. Whatever is down is lifted when the focus, the page or the
 * connection goes: a key that stays down is worse than one that comes up early.
 */
export class Keyboard implements Disposable {
  appleKeys: AppleKeys = { cmdIsCtrl: true, optionTypes: true };
  readonly #options: KeyboardOptions;
  readonly #held = new HeldKeys();
  readonly #text: TextField;
  readonly #listeners = new DisposableStack();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #heldEvery = 500;
  #locks = '';
  /** A dead key was pressed: the browser makes something of it and the next key. */
  #dead = false;
  #waitingCtrl: ReturnType<typeof setTimeout> | undefined;

  constructor(options: KeyboardOptions) {
    this.#options = options;
    const { target, platform, soft } = options;
    const listeners = this.#listeners;
    this.#text = listeners.use(
      new TextField({ target, soft, live: platform.android, onEdit: (edit) => this.#edit(edit) }),
    );
    listeners.use(listen(target, 'keydown', (event: KeyboardEvent) => this.#keyDown(event)));
    listeners.use(listen(target, 'keyup', (event: KeyboardEvent) => this.#keyUp(event)));
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
    this.#dropCtrl();
    if (this.#held.size > 0) this.#options.send({ type: 'release' });
    this.#liftAll();
    this.#text.clear();
  }

  /**
   * Lifts everything because the connection was lost. The streamer has done so itself, but presses that it has not heard
   * of may reach it yet.
   */
  forgetAll(): void {
    this.#dropCtrl();
    if (this.#held.size > 0) this.#options.send({ type: 'release' });
    this.#liftAll();
    this.#locks = '';
  }

  /** Presses and lifts keys one after the other, e.g. for a key that the browser keeps for itself. */
  chord(codes: readonly string[]): void {
    for (const code of codes) this.#options.send({ type: 'key', code, down: true });
    for (const code of [...codes].reverse()) this.#options.send({ type: 'key', code, down: false });
  }

  /** Does something while keys are down that may not be down here: `codes` without those that are. */
  holding(codes: readonly string[], act: () => void): void {
    const { send } = this.#options;
    const missing = codes.filter((code) => !this.isDown(code));
    for (const code of missing) send({ type: 'key', code, down: true });
    act();
    for (const code of missing.reverse()) send({ type: 'key', code, down: false });
  }

  /** Whether a key is down at the desktop, as far as this keyboard holds it, e.g. `ControlLeft`. */
  isDown(code: string): boolean {
    return this.#held.codes.some((held) => this.#sent(held) === code);
  }

  /** Whether an input method is at work. */
  get composing(): boolean {
    return this.#text.composing;
  }

  /** Types text as if by keys, e.g. where nothing can be pasted. */
  type(text: string): void {
    for (const piece of pieces(text, MAX_TEXT)) this.#options.send({ type: 'text', text: piece });
  }

  /** The caret is elsewhere from now on: nothing that was written before is taken back. */
  caretMoved(): void {
    this.#text.clear();
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
    const meaning = this.#meaningOf(event);
    this.#tellLocks(event);
    if (meaning.kind === 'compose') return;
    if (!this.#isPaste(event) || !this.#options.onPaste()) event.preventDefault();
    this.#text.clear();
    this.#flushCtrl(meaning);
    for (const code of lostModifiers(event)) this.#lift(code);
    if (meaning.kind === 'text') this.type(meaning.text);
    else if (meaning.kind === 'key') this.#press(event, meaning);
  }

  #meaningOf(event: KeyboardEvent): KeyMeaning {
    const meaning = meaningOf(event, this.#options.platform, this.appleKeys.optionTypes);
    if (event.key === 'Dead') this.#dead = true;
    else if (
      this.#dead &&
      meaning.kind === 'key' &&
      meaning.gives !== undefined &&
      meaning.gives !== 'AltGraph'
    ) {
      this.#dead = false;
      return { kind: 'compose' };
    }
    return meaning;
  }

  #keyUp(event: KeyboardEvent): void {
    event.stopPropagation();
    this.#tellLocks(event);
    // macOS tells of no key that comes up while Cmd is down.
    if (event.key === 'Meta' && this.#options.platform.apple) {
      this.releaseAll();
      return;
    }
    this.#flushCtrl();
    const code = event.code || event.key;
    if (this.#held.has(code)) event.preventDefault();
    this.#lift(code);
  }

  #press(event: KeyboardEvent, { code, gives }: Extract<KeyMeaning, { kind: 'key' }>): void {
    const { platform } = this.#options;
    if (platform.windows && code === 'ControlLeft') {
      this.#waitingCtrl ??= setTimeout(() => this.#flushCtrl(), ALT_GR_WITHIN);
      return;
    }
    const shortcut = event.ctrlKey || event.altKey || event.metaKey;
    const missed = missedModifiers(event, (each) => this.#held.has(each));
    // A character says by itself whether Shift is down.
    const matters = missed.length > 0 && gives !== 'AltGraph' && (shortcut || gives === undefined);
    // Under Cmd its coming up would not be told.
    const tap = matters || (platform.apple && event.metaKey && event.key !== 'Meta');
    if (tap) this.#tap(missed, code, gives);
    else this.#hold(code, gives);
  }

  /** Presses and lifts a key and modifiers that nobody told of: nobody would tell when they come up. */
  #tap(missed: readonly string[], code: string, gives: string | undefined): void {
    const modifiers = missed.map((each) => this.#sent(each));
    this.holding(modifiers, () => {
      this.#send(code, true, gives);
      if (!this.#held.has(code)) this.#send(code, false);
    });
  }

  #hold(code: string, gives: string | undefined): void {
    // What can be held is not repeated: the desktop does that. Whether a character can be is known there.
    const repeats = !this.#held.press(code);
    if (repeats && gives === undefined) return;
    this.#send(code, true, gives);
    this.#beat();
  }

  #lift(code: string): void {
    if (!this.#held.lift(code)) return;
    this.#send(code, false);
    this.#beat();
  }

  #send(code: string, down: boolean, gives?: string): void {
    const key = gives === undefined ? {} : { key: gives };
    this.#options.send({ type: 'key', code: this.#sent(code), down, ...key });
  }

  #liftAll(): void {
    this.#held.clear();
    this.#dead = false;
    this.#beat();
  }

  /** The key that the desktop sees in place of one here. */
  #sent(code: string): string {
    const swap = this.#options.platform.apple && this.appleKeys.cmdIsCtrl;
    return swap ? code.replace(/^(Meta|OS)(?=Left|Right)/, 'Control') : code;
  }

  /** Ctrl+V, also with Shift as terminals have it, and Shift+Insert; Cmd+V where that is the browser's. */
  #isPaste({ code, ctrlKey, shiftKey, altKey, metaKey, repeat }: KeyboardEvent): boolean {
    const { apple } = this.#options.platform;
    if (altKey || repeat || (apple ? ctrlKey : metaKey)) return false;
    if (apple ? metaKey : ctrlKey) return code === 'KeyV';
    return shiftKey && code === 'Insert';
  }

  /** The Ctrl that Windows presses by itself before it tells of AltGr must not reach the desktop. */
  #flushCtrl(next?: KeyMeaning): void {
    if (this.#waitingCtrl === undefined) return;
    this.#dropCtrl();
    if (next?.kind !== 'key' || next.gives !== 'AltGraph') this.#hold('ControlLeft', undefined);
  }

  #dropCtrl(): void {
    clearTimeout(this.#waitingCtrl);
    this.#waitingCtrl = undefined;
  }

  #tellLocks(event: KeyboardEvent): void {
    const { platform, send } = this.#options;
    const capsLock = event.getModifierState('CapsLock');
    // Keyboards of Apple and of phones have no Num Lock: their number pads type numbers.
    const numLock = platform.apple || platform.android || event.getModifierState('NumLock');
    const locks = `${capsLock} ${numLock}`;
    if (locks === this.#locks) return;
    this.#locks = locks;
    send({ type: 'locks', capsLock, numLock });
  }

  /** Text from an input method, a soft keyboard or dictation. */
  #edit({ removed, added }: TextEdit): void {
    this.#dead = false;
    for (let count = 0; count < removed; count++) this.chord(['Backspace']);
    this.type(added);
  }

  /** While anything is down the streamer hears of it, and lifts what it hears no more of. */
  #beat(): void {
    if (this.#held.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
      return;
    }
    this.#heartbeat ??= setInterval(
      () => this.#options.send({ type: 'held', codes: this.#held.codes.map((code) => this.#sent(code)) }),
      this.#heldEvery,
    );
  }
}
