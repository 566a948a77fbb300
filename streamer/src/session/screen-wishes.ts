import { MIN_SCREEN_SIDE } from '@deskside/protocol';
import type { Display, Size } from '../display/api.ts';

/** What a controller's window shows without scaling: device pixels, and `devicePixelRatio`. */
export interface ScreenWish extends Size {
  scale: number;
}

/**
 * The desktop's size by the windows of those who control it. The newest wish counts; when who had it leaves, the newest
 * one of the others. While one change is under way, only the newest further wish is kept.
 */
export class ScreenWishes {
  readonly #display: Pick<Display, 'size' | 'resize' | 'setScale'>;
  readonly #maxSize: Size;
  /** The newest one stands last. */
  readonly #wishes = new Map<unknown, ScreenWish & { onFailure(error: Error): void }>();
  #scale = 1;
  #changing = false;
  #again = false;

  constructor(display: Pick<Display, 'size' | 'resize' | 'setScale'>, maxSize: Size) {
    this.#display = display;
    this.#maxSize = maxSize;
  }

  /** @param onFailure told why the desktop cannot be like that */
  wish(whose: unknown, wish: ScreenWish, onFailure: (error: Error) => void): void {
    this.#wishes.delete(whose);
    this.#wishes.set(whose, { ...wish, onFailure });
    void this.#change();
  }

  /** The desktop stays as it is if nobody else has a wish. */
  withdraw(whose: unknown): void {
    if (this.#wishes.delete(whose) && this.#wishes.size > 0) void this.#change();
  }

  async #change(): Promise<void> {
    this.#again = true;
    if (this.#changing) return;
    this.#changing = true;
    while (this.#again) {
      this.#again = false;
      const newest = [...this.#wishes.values()].at(-1);
      if (!newest) continue;
      try {
        await this.#apply(withinLimit(newest, this.#maxSize));
      } catch (error) {
        newest.onFailure(error as Error);
      }
    }
    this.#changing = false;
  }

  async #apply({ width, height, scale }: ScreenWish): Promise<void> {
    const { size } = this.#display;
    if (width !== size.width || height !== size.height) await this.#display.resize({ width, height });
    if (scale === this.#scale) return;
    this.#scale = scale;
    await this.#display.setScale(scale);
  }
}

/**
 * As large as `limit` allows in the same proportions, so that the picture still fills the window. What is drawn grows
 * less by as much as the picture is stretched more.
 */
export function withinLimit({ width, height, scale }: ScreenWish, limit: Size): ScreenWish {
  const factor = Math.min(1, limit.width / width, limit.height / height);
  const side = (wanted: number, most: number): number =>
    Math.max(MIN_SCREEN_SIDE, Math.min(most, Math.round(wanted * factor)));
  return { width: side(width, limit.width), height: side(height, limit.height), scale: scale * factor };
}
