import { type CursorShape, MAX_CURSOR_SIDE } from '@deskside/protocol';
import type { XConnection } from './x-connection.ts';
import type { CursorImage } from './x-protocol.ts';

const HIDDEN: CursorShape = { width: 0, height: 0, hotX: 0, hotY: 0, rgba: new Uint8Array() };

/** Follows the shape of the pointer. */
export class CursorWatch {
  readonly #x: XConnection;
  readonly #onShape: (shape: CursorShape) => void;
  #shape: CursorShape | undefined;
  #asking = false;
  #changed = false;

  /** @param onShape told of the shape at once, then of each other one; of the newest only where they come fast */
  constructor(x: XConnection, onShape: (shape: CursorShape) => void) {
    this.#x = x;
    this.#onShape = onShape;
    x.fixes.SelectCursorInput(x.root, x.fixes.CursorNotifyMask.DisplayCursor);
    x.onEvent(({ name }) => {
      if (name === 'CursorNotify') this.#ask();
    });
    this.#ask();
  }

  #ask(): void {
    this.#changed = true;
    if (!this.#asking) this.#read().catch(() => {});
  }

  async #read(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#changed) {
        this.#changed = false;
        // The error is that there is no cursor, which is how a server begins.
        const image = await this.#x
          .ask<CursorImage>((callback) => this.#x.fixes.GetCursorImage(callback))
          .catch(() => undefined);
        if (!this.#x.open) return;
        this.#tell(image ? toShape(image) : HIDDEN);
      }
    } finally {
      this.#asking = false;
    }
  }

  #tell(shape: CursorShape): void {
    if (this.#shape && same(shape, this.#shape)) return;
    this.#shape = shape;
    this.#onShape(shape);
  }
}

/** The shape of an XFIXES cursor: straight RGBA instead of premultiplied ARGB; nothing that is seen is hidden. */
export function toShape({ width, height, xhot, yhot, cursorImage }: CursorImage): CursorShape {
  // No browser shows more than 128 pixels, so what is cut off here is never seen.
  const shownWidth = Math.min(width, MAX_CURSOR_SIDE);
  const shownHeight = Math.min(height, MAX_CURSOR_SIDE);
  const rgba = new Uint8Array(shownWidth * shownHeight * 4);
  let visible = false;
  for (let y = 0; y < shownHeight; y++) {
    for (let x = 0; x < shownWidth; x++) {
      const argb = cursorImage.readUInt32LE((y * width + x) * 4);
      const alpha = argb >>> 24;
      if (alpha === 0) continue;
      visible = true;
      const at = (y * shownWidth + x) * 4;
      rgba[at] = straight((argb >>> 16) & 0xff, alpha);
      rgba[at + 1] = straight((argb >>> 8) & 0xff, alpha);
      rgba[at + 2] = straight(argb & 0xff, alpha);
      rgba[at + 3] = alpha;
    }
  }
  if (!visible) return HIDDEN;
  return {
    width: shownWidth,
    height: shownHeight,
    hotX: Math.min(xhot, shownWidth - 1),
    hotY: Math.min(yhot, shownHeight - 1),
    rgba,
  };
}

function straight(premultiplied: number, alpha: number): number {
  return Math.min(255, Math.round((premultiplied * 255) / alpha));
}

function same(a: CursorShape, b: CursorShape): boolean {
  return (
    a.width === b.width && a.hotX === b.hotX && a.hotY === b.hotY && Buffer.compare(a.rgba, b.rgba) === 0
  );
}
