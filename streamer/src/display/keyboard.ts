import { setTimeout as after } from 'node:timers/promises';
import type { Locks } from './api.ts';
import { Keymap, type Stroke } from './keymap.ts';
import { keycodeOf } from './keys.ts';
import { keysymsOf } from './keysym.ts';
import { SpareKeycodes } from './spare-keycodes.ts';
import type { XConnection } from './x-connection.ts';
import type { XkbState } from './x-protocol.ts';

/** Caps Lock, and what makes a shortcut of a key: Control, Mod1 (Alt), Mod4 (Super) (X11 protocol, SETofKEYMASK). */
const LOCK_MASK = 1 << 1;
const SHORTCUT_MASK = (1 << 2) | (1 << 3) | (1 << 6);

/** MappingNotify's `request` for the pointer's buttons, which are no business of the keyboard. */
const MAPPING_POINTER = 2;

/** The keyboard of one X server. */
export class Keyboard {
  readonly #x: XConnection;
  /** Keycodes that are down, by `KeyboardEvent.code`. */
  readonly #held = new Map<string, number>();
  #keymap: Keymap;
  #spare: SpareKeycodes;
  #pressedAt = Number.NEGATIVE_INFINITY;

  static async open(x: XConnection): Promise<Keyboard> {
    return new Keyboard(x, await readKeymap(x));
  }

  private constructor(x: XConnection, keymap: Keymap) {
    this.#x = x;
    this.#keymap = keymap;
    this.#spare = new SpareKeycodes(keymap.spare);
    x.onEvent((event) => {
      if (event.name !== 'MappingNotify' || event.request === MAPPING_POINTER) return;
      const own = event.count === 1 && this.#spare.has(event.firstKeyCode!);
      if (!own) this.reload().catch(() => {});
    });
  }

  /** When a key was pressed last, ms of `performance.now()`. */
  get pressedAt(): number {
    return this.#pressedAt;
  }

  /**
   * Repeats that a browser sends while a key is held do nothing: the X server repeats by itself.
   *
   * @param gives as for `Display.key`
   */
  press(code: string, gives?: string): void | Promise<void> {
    if (this.#held.has(code)) return;
    const keycode = keycodeOf(code);
    if (gives === 'AltGraph') this.#hold(code, this.#keymap.level3);
    else if (gives === undefined || keycode === undefined) this.#hold(code, keycode);
    else return this.#pressFor(code, keycode, gives);
  }

  lift(code: string): void {
    const keycode = this.#held.get(code);
    if (keycode !== undefined) this.#fake(keycode, false);
    this.#held.delete(code);
  }

  releaseAll(): void {
    for (const code of [...this.#held.keys()]) this.lift(code);
  }

  /** Types text. Modifiers that are held and Caps Lock do not change it: they rest meanwhile. */
  async type(text: string): Promise<void> {
    const state = await this.#readState();
    const resting = [...this.#held.values()].filter((keycode) => this.#keymap.modifiers.has(keycode));
    for (const keycode of resting) this.#fake(keycode, false);
    const capsLock = (state.lockedMods & LOCK_MASK) !== 0;
    if (capsLock) this.#lock(LOCK_MASK, 0);
    let group = state.group;
    try {
      for (const character of text.replace(/\r\n?/g, '\n')) {
        const stroke = await this.#strokeFor(character.codePointAt(0)!);
        if (!stroke) continue;
        if (stroke.group !== undefined && stroke.group !== group) {
          group = stroke.group;
          this.#lockGroup(group);
        }
        this.#press(stroke);
      }
    } finally {
      if (group !== state.group) this.#lockGroup(state.lockedGroup);
      if (capsLock) this.#lock(LOCK_MASK, LOCK_MASK);
      for (const keycode of resting) if (this.#isHeld(keycode)) this.#fake(keycode, true);
    }
  }

  /** Reads anew what the keys give. */
  async reload(): Promise<void> {
    this.#keymap = await readKeymap(this.#x);
    this.#spare = new SpareKeycodes(this.#keymap.spare);
  }

  /** Puts Caps and Num Lock into this state, whatever they were. */
  syncLocks({ capsLock, numLock }: Locks): void {
    const numLockMask = this.#keymap.numLock;
    this.#lock(LOCK_MASK | numLockMask, (capsLock ? LOCK_MASK : 0) | (numLock ? numLockMask : 0));
  }

  /** Presses a key that gives something at the viewer: by its position where it gives the same here. */
  async #pressFor(code: string, keycode: number, gives: string): Promise<void> {
    const state = await this.#readState();
    if (this.#keymap.characterAt(keycode, state) === gives) this.#hold(code, keycode);
    else if ((state.mods & SHORTCUT_MASK) === 0) await this.type(gives);
    else
      this.#holdShortcut(
        code,
        this.#keymap.find(keysymsOf(gives.codePointAt(0)!)) ?? { keycode, group: undefined },
        state,
      );
  }

  /** Ctrl+Z is where z is: at the viewer, not at the desktop. */
  #holdShortcut(code: string, { keycode, group }: Pick<Stroke, 'keycode' | 'group'>, state: XkbState): void {
    const other = group !== undefined && group !== state.group;
    if (other) this.#lockGroup(group);
    this.#hold(code, keycode);
    if (other) this.#lockGroup(state.lockedGroup);
  }

  #hold(code: string, keycode: number | undefined): void {
    if (keycode === undefined || this.#isHeld(keycode)) return;
    this.#held.set(code, keycode);
    this.#fake(keycode, true);
  }

  #isHeld(keycode: number): boolean {
    return this.#held.values().some((held) => held === keycode);
  }

  #readState(): Promise<XkbState> {
    const { xkb } = this.#x;
    return this.#x.ask<XkbState>((callback) => xkb.GetState(xkb.UseCoreKbd, callback));
  }

  async #strokeFor(codePoint: number): Promise<Stroke | undefined> {
    const keysyms = keysymsOf(codePoint);
    const stroke = this.#keymap.find(keysyms);
    if (stroke || keysyms.length === 0) return stroke;
    const keysym = keysyms[0]!;
    const lease = this.#spare.take(keysym, performance.now());
    if (!lease) return undefined;
    if (lease.wait > 0) await after(lease.wait);
    if (lease.fresh) this.#map(lease.keycode, keysym);
    return { keycode: lease.keycode, shift: false, level3: false, group: undefined };
  }

  /** The same keysym with and without Shift: a key of one level would get the other case as its second. */
  #map(keycode: number, keysym: number): void {
    this.#x.client.ChangeKeyboardMapping(keycode, 2, [keysym, keysym]);
  }

  #press({ keycode, shift, level3 }: Stroke): void {
    const around = [shift ? this.#keymap.shift : undefined, level3 ? this.#keymap.level3 : undefined];
    const modifiers = around.filter((modifier) => modifier !== undefined);
    for (const modifier of modifiers) this.#fake(modifier, true);
    // A key that is held could not be pressed.
    for (const [code, held] of [...this.#held]) if (held === keycode) this.lift(code);
    this.#fake(keycode, true);
    this.#fake(keycode, false);
    for (const modifier of modifiers.reverse()) this.#fake(modifier, false);
  }

  #lock(affected: number, locked: number): void {
    const { xkb } = this.#x;
    xkb.LatchLockState(xkb.UseCoreKbd, affected, locked, false, 0, 0, 0, false, 0);
  }

  #lockGroup(group: number): void {
    const { xkb } = this.#x;
    xkb.LatchLockState(xkb.UseCoreKbd, 0, 0, true, group, 0, 0, false, 0);
  }

  #fake(keycode: number, down: boolean): void {
    const { xtest } = this.#x;
    if (down) this.#pressedAt = performance.now();
    xtest.FakeInput(down ? xtest.KeyPress : xtest.KeyRelease, keycode, 0, 0, 0, 0);
  }
}

async function readKeymap(x: XConnection): Promise<Keymap> {
  const { client, minKeycode, maxKeycode } = x;
  const [rows, modifierRows] = await Promise.all([
    x.ask<number[][]>((callback) =>
      client.GetKeyboardMapping(minKeycode, maxKeycode - minKeycode + 1, callback),
    ),
    x.ask<number[][]>((callback) => client.GetModifierMapping(callback)),
  ]);
  return new Keymap(minKeycode, rows, modifierRows);
}
