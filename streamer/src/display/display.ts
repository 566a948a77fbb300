import { setTimeout as after } from 'node:timers/promises';
import type { ClipOffer, CursorShape } from '@deskside/protocol';
import type { Display, DisplayEvents, Layout, Locks, Size } from './api.ts';
import { keycodeOf } from './keys.ts';
import { isSameLayout, layoutFor } from './layouts.ts';
import { LiveDisplay } from './live-display.ts';

export interface DisplayOptions {
  /** `:N`, a display of this machine. */
  display: string;
  /** File with the X cookie; without it `$XAUTHORITY`, then `~/.Xauthority`. */
  xauthority?: string;
  /** Largest size that `resize` takes; the X server may have a smaller limit of its own. */
  maxSize: Size;
  /** What counts as copied; `off` if it is not given. */
  clipboard?: 'off' | 'clipboard' | 'clipboard-and-primary';
  log: Log;
}

/** The part of a pino logger that the display needs. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** Waits between two attempts to find the X server again, ms; the last one repeats. */
const RECONNECT_DELAYS = [50, 100, 200, 400, 800, 1600];

/**
 * Connects to an X server and stays with its display number: when the server goes away, waits for the next one.
 *
 * @throws Error that says why there is no connection and what to do
 */
export async function connectDisplay(options: DisplayOptions): Promise<Display> {
  const display = new ReconnectingDisplay(options);
  await display.connect();
  return display;
}

class ReconnectingDisplay implements Display {
  readonly #options: DisplayOptions;
  readonly #listeners = new Set<Partial<DisplayEvents>>();
  readonly #disposing = new AbortController();
  #live: LiveDisplay | undefined;
  #following: Promise<void> | undefined;
  #size: Size = { width: 0, height: 0 };
  #cursor: CursorShape | undefined;
  #clip: ClipOffer | undefined;
  /** What was asked for last: a new X server gets it too. */
  readonly #wanted: { size?: Size; layout?: Layout; scale?: number } = {};

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  get size(): Size {
    return this.#size;
  }

  get cursor(): CursorShape | undefined {
    return this.#cursor;
  }

  get layout(): Layout | undefined {
    return this.#wanted.layout ?? this.#live?.layout;
  }

  get clip(): ClipOffer | undefined {
    return this.#clip;
  }

  on(events: Partial<DisplayEvents>): Disposable {
    this.#listeners.add(events);
    return { [Symbol.dispose]: () => this.#listeners.delete(events) };
  }

  movePointer(x: number, y: number): void {
    this.#live?.input(({ pointer }) => pointer.move(x, y));
  }

  movePointerBy(dx: number, dy: number): void {
    this.#live?.input(({ pointer }) => pointer.moveBy(dx, dy));
  }

  setButtons(buttons: number): void {
    this.#live?.input(({ pointer }) => pointer.setButtons(buttons));
  }

  wheel(dx: number, dy: number): void {
    this.#live?.input(({ pointer }) => pointer.turnWheel(dx, dy));
  }

  key(code: string, down: boolean, gives?: string): boolean {
    if (keycodeOf(code) === undefined) return false;
    this.#live?.input(({ keyboard }) => (down ? keyboard.press(code, gives) : keyboard.lift(code)));
    return true;
  }

  text(text: string): void {
    this.#live?.input(({ keyboard }) => keyboard.type(text));
  }

  get rest(): number {
    return this.#live?.rest ?? Number.POSITIVE_INFINITY;
  }

  syncLocks(locks: Locks): void {
    this.#live?.input(({ keyboard }) => keyboard.syncLocks(locks));
  }

  async setLayout(layout: Layout): Promise<void> {
    await this.#live?.setLayout(layout);
    this.#wanted.layout = layout;
    this.#tell((listener) => listener.onLayout?.(layout));
  }

  async followKeyboard(pairs: Iterable<readonly [code: string, key: string]>): Promise<void> {
    const layout = layoutFor(pairs, this.layout);
    if (layout && !isSameLayout(layout, this.layout)) await this.setLayout(layout);
  }

  offerClip(clip: ClipOffer): void {
    this.#clip = clip;
    this.#live?.clipboard?.offer(clip);
  }

  releaseAll(): void {
    this.#live?.releaseAll();
  }

  async setScale(scale: number): Promise<void> {
    this.#wanted.scale = scale;
    await this.#live?.density.set(scale);
  }

  async resize(size: Size): Promise<void> {
    if (!this.#live) throw new Error(`The X server of display ${this.#options.display} is not there.`);
    await this.#live.screen.set(size);
    this.#wanted.size = size;
  }

  async connect(): Promise<void> {
    const live = await LiveDisplay.open({
      clipboard: 'off',
      ...this.#options,
      onClip: (clip) => {
        this.#clip = clip;
        this.#tell((listener) => listener.onClip?.(clip));
      },
      onCursor: (cursor) => {
        this.#cursor = cursor;
        if (this.#live) this.#tell((listener) => listener.onCursor?.(cursor));
      },
      onSize: (size) => {
        this.#size = size;
        if (this.#live) this.#tell((listener) => listener.onSize?.(size));
      },
      onFailure: (error) => this.#warn(error),
    });
    const { size, layout, scale } = this.#wanted;
    const restored = await Promise.allSettled([
      size && live.screen.set(size),
      layout && live.setLayout(layout),
      scale !== undefined && live.density.set(scale),
    ]);
    for (const result of restored) if (result.status === 'rejected') this.#warn(result.reason);
    // The programs that had copied are gone; what they copied is not.
    if (this.#clip) live.clipboard?.offer(this.#clip);
    this.#size = live.screen.now;
    this.#live = live;
    this.#following = this.#follow(live);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing.abort();
    this.#listeners.clear();
    await this.#live?.[Symbol.asyncDispose]();
    await this.#following;
  }

  async #follow(live: LiveDisplay): Promise<void> {
    await live.closed;
    this.#live = undefined;
    if (this.#disposing.signal.aborted) return;
    this.#options.log.warn(`The X server of display ${this.#options.display} is gone; waiting for it.`);
    this.#tell((listener) => listener.onPresence?.(false));
    await this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let attempt = 0; !this.#disposing.signal.aborted; attempt++) {
      const delay = RECONNECT_DELAYS[Math.min(attempt, RECONNECT_DELAYS.length - 1)];
      await after(delay, undefined, { signal: this.#disposing.signal }).catch(() => {});
      if (this.#disposing.signal.aborted) return;
      try {
        await this.connect();
      } catch (error) {
        if (attempt === RECONNECT_DELAYS.length) this.#warn(error);
        continue;
      }
      if (this.#disposing.signal.aborted) return this.#live?.[Symbol.asyncDispose]();
      this.#options.log.info(`The X server of display ${this.#options.display} is back.`);
      this.#announce();
      return;
    }
  }

  #announce(): void {
    const cursor = this.#cursor;
    this.#tell((listener) => {
      listener.onPresence?.(true);
      listener.onSize?.(this.#size);
      if (cursor) listener.onCursor?.(cursor);
    });
  }

  #tell(event: (listener: Partial<DisplayEvents>) => void): void {
    for (const listener of this.#listeners) event(listener);
  }

  #warn(error: unknown): void {
    this.#options.log.warn(error instanceof Error ? error.message : String(error));
  }
}
