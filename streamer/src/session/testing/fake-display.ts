import type { ClipOffer, CursorShape } from '@deskside/protocol';
import type { Display, DisplayEvents, Layout, Locks, Size } from '../../display/api.ts';

/** A display that writes down what is done to it, one line each. */
export class FakeDisplay implements Display {
  readonly log: string[] = [];
  size: Size = { width: 640, height: 480 };
  cursor: CursorShape | undefined;
  clip: ClipOffer | undefined;
  layout: Layout | undefined;
  rest = Number.POSITIVE_INFINITY;
  /** Set to have `resize` fail with it. */
  failure: Error | undefined;
  readonly #listeners = new Set<Partial<DisplayEvents>>();

  on(events: Partial<DisplayEvents>): Disposable {
    this.#listeners.add(events);
    return { [Symbol.dispose]: () => void this.#listeners.delete(events) };
  }

  showCursor(cursor: CursorShape): void {
    this.cursor = cursor;
    for (const { onCursor } of this.#listeners) onCursor?.(cursor);
  }

  /** A program copies. */
  copy(clip: ClipOffer): void {
    this.clip = clip;
    for (const { onClip } of this.#listeners) onClip?.(clip);
  }

  offerClip(clip: ClipOffer): void {
    this.clip = clip;
    this.log.push(`clip ${clip.items.map(({ type, size }) => `${type}:${size}`).join(' ')}`);
  }

  movePointer(x: number, y: number): void {
    this.log.push(`pointer ${x},${y}`);
  }

  movePointerBy(dx: number, dy: number): void {
    this.log.push(`motion ${dx},${dy}`);
  }

  setButtons(buttons: number): void {
    this.log.push(`buttons ${buttons}`);
  }

  wheel(dx: number, dy: number): void {
    this.log.push(`wheel ${dx},${dy}`);
  }

  key(code: string, down: boolean, gives?: string): boolean {
    this.log.push(`${code} ${down ? 'down' : 'up'}${gives === undefined ? '' : ` for ${gives}`}`);
    return true;
  }

  text(text: string): void {
    this.log.push(`text ${text}`);
  }

  syncLocks({ capsLock, numLock }: Locks): void {
    this.log.push(`locks${capsLock ? ' caps' : ''}${numLock ? ' num' : ''}`);
  }

  async setLayout({ layout, variant }: Layout): Promise<void> {
    if (this.failure) throw this.failure;
    this.log.push(`layout ${layout}${variant === undefined ? '' : `/${variant}`}`);
    this.layout = { layout, variant };
    for (const { onLayout } of this.#listeners) onLayout?.(this.layout);
  }

  async followKeyboard(pairs: Iterable<readonly [code: string, key: string]>): Promise<void> {
    this.log.push(`follow ${[...pairs].map((pair) => pair.join('=')).join(' ')}`);
  }

  async setScale(scale: number): Promise<void> {
    this.log.push(`scale ${scale}`);
  }

  releaseAll(): void {
    this.log.push('release all');
  }

  async resize(size: Size): Promise<void> {
    if (this.failure) throw this.failure;
    this.log.push(`resize ${size.width}x${size.height}`);
    this.size = size;
    for (const { onSize } of this.#listeners) onSize?.(size);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
