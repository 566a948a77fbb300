import { type Copy, ProtocolError, type Rectangle, type Tile, type VideoUnit } from '@deskside/protocol';
import type { VideoLayer } from '../media/decoder-messages.ts';
import { Framebuffer } from './framebuffer.ts';
import { LayerCanvases } from './layer-canvases.ts';
import { union } from './rectangle.ts';
import { Takeovers } from './takeovers.ts';
import { TileDecoder } from './tile-decoder.ts';

/** The layer of exact pixels over the video. */
export class PictureLayer implements Disposable {
  readonly #framebuffer: Framebuffer;
  readonly #canvases: LayerCanvases;
  readonly #takeovers = new Takeovers();
  readonly #tiles = new TileDecoder();

  /** `width`, `height`: of the screen, device pixels. */
  constructor(parent: HTMLElement, width: number, height: number) {
    this.#framebuffer = new Framebuffer(width, height);
    this.#canvases = new LayerCanvases(parent, this.#framebuffer);
  }

  /** Whether exact pixels are everywhere but in the rectangle, where anything may be. */
  isOpaqueBeside(rectangle: Rectangle | undefined): boolean {
    return this.#canvases.isOpaqueBeside(rectangle);
  }

  /**
   * Applies copies, then tiles, as one step.
   *
   * @throws ProtocolError if one of them leaves the screen or a tile cannot be read
   */
  draw(copies: readonly Copy[], tiles: readonly Tile[]): void {
    for (const copy of copies) {
      this.#check(copy);
      this.#check({ ...copy, x: copy.x - copy.dx, y: copy.y - copy.dy });
    }
    for (const tile of tiles) this.#check(tile);
    for (const copy of copies) this.#framebuffer.copy(copy);
    const { pixels, width } = this.#framebuffer;
    for (const tile of tiles) {
      this.#tiles.decode(tile, pixels, width);
      this.#framebuffer.drawn(tile);
    }
    for (const drawn of [...copies, ...tiles]) this.#takeovers.drawn(drawn);
    // Copies of one scroll lie side by side: one large write costs less than many small ones.
    const moved = copies.reduce<Rectangle | undefined>(union, undefined);
    this.#canvases.draw(moved ? [moved, ...tiles] : tiles);
  }

  /**
   * This video frame owns rectangles: they are cleared when it is shown. Frames are numbered upwards.
   *
   * @throws ProtocolError if one of them leaves the screen
   */
  expectVideo(frame: number, { area, owns }: Pick<VideoUnit, 'area' | 'owns'>): void {
    for (const rectangle of area ? [area, ...owns] : owns) this.#check(rectangle);
    this.#clear(this.#takeovers.expect(frame, area ? 'area' : 'screen', [...owns]));
  }

  /** This video frame is on the screen. */
  videoShown(frame: number, layer: VideoLayer): void {
    this.#clear(this.#takeovers.shown(frame, layer));
  }

  [Symbol.dispose](): void {
    this.#canvases[Symbol.dispose]();
  }

  #clear(rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) this.#canvases.clear(rectangle);
  }

  #check({ x, y, width, height }: Rectangle): void {
    const inside =
      x >= 0 && y >= 0 && x + width <= this.#framebuffer.width && y + height <= this.#framebuffer.height;
    if (!inside) throw new ProtocolError(`the rectangle ${width}x${height}+${x}+${y} leaves the screen`);
  }
}
