import type { XClient } from '../../support/x-client.ts';
import { generator } from './page-of-text.ts';

/** Forwards and backwards, this many pictures make a loop without a jump; each stays in the X server as a pixmap. */
const PICTURES = 24;

const TEXTURE = 1024;
const GRAIN = 1 << 16;

/**
 * A film to be played from pixmaps: a landscape of clouds under a camera that pans and zooms, things that fly through
 * it, and the grain of a sensor. Neither copies of the last picture nor noise, as real footage.
 *
 * @returns which pixmap a counter shows
 */
export async function loadFilm(x: XClient, width: number, height: number): Promise<(n: number) => number> {
  const texture = makeTexture();
  const grain = makeGrain();
  const picture = new Uint32Array(width * height);
  const pixmaps: number[] = [];
  for (let n = 0; n < PICTURES; n++) {
    render(picture, width, n, texture, grain);
    const pixmap = x.createPixmap(width, height);
    x.put(pixmap, { x: 0, y: 0, width, height }, new Uint8Array(picture.buffer));
    // One at a time, or all of them lie in this process's memory.
    await x.sync();
    pixmaps.push(pixmap);
  }
  const loop = PICTURES * 2 - 2;
  return (n) => {
    const position = n % loop;
    return pixmaps[position < PICTURES ? position : loop - position]!;
  };
}

function render(
  picture: Uint32Array,
  width: number,
  n: number,
  texture: Uint32Array,
  grain: Uint32Array,
): void {
  const height = picture.length / width;
  const zoom = 0.45 + 0.002 * n;
  const left = 100 + 3.3 * n;
  const top = 60 + 1.7 * n;
  let noise = (n * 7919) % GRAIN;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (((top + y * zoom) | 0) % TEXTURE) * TEXTURE;
    for (let x = 0; x < width; x++, i++) {
      picture[i] = texture[row + (((left + x * zoom) | 0) % TEXTURE)]! + grain[noise]!;
      noise = (noise + 1) % GRAIN;
    }
    // Rows that did not begin at different places would show as columns.
    noise = (noise + 977) % GRAIN;
  }
  for (let flyer = 0; flyer < 5; flyer++) fly(picture, width, n, flyer);
}

/** A shaded disc on a path of its own. */
function fly(picture: Uint32Array, width: number, n: number, flyer: number): void {
  const height = picture.length / width;
  const radius = (40 + flyer * 12) * (width / 1920);
  const centreX = (0.15 + flyer * 0.17) * width + (flyer - 2) * 4.5 * n;
  const centreY = (0.5 + 0.3 * Math.sin(flyer * 2 + n / 9)) * height;
  for (let y = Math.max(0, centreY - radius) | 0; y < Math.min(height, centreY + radius); y++) {
    for (let x = Math.max(0, centreX - radius) | 0; x < Math.min(width, centreX + radius); x++) {
      const distance = Math.hypot(x - centreX, y - centreY) / radius;
      if (distance > 1) continue;
      const light = 220 - 150 * distance;
      picture[y * width + x] = (light << 16) | ((light * (0.4 + flyer * 0.1)) << 8) | (60 + flyer * 30);
    }
  }
}

/** Clouds that tile: octaves of value noise, coloured from dusk to sky. */
function makeTexture(): Uint32Array {
  const clouds = new Float32Array(TEXTURE * TEXTURE);
  for (let cells = 4, weight = 0.5; cells <= 256; cells *= 2, weight *= 0.55) addNoise(clouds, cells, weight);
  return Uint32Array.from(clouds, (value) => {
    const level = Math.min(1, Math.max(0, value));
    return ((60 + 160 * level) << 16) | ((50 + 140 * level) << 8) | (90 + 90 * (1 - level));
  });
}

function addNoise(target: Float32Array, cells: number, weight: number): void {
  const random = generator(cells);
  const lattice = Float32Array.from({ length: cells * cells }, () => random(1000) / 1000);
  const size = TEXTURE / cells;
  for (let y = 0; y < TEXTURE; y++) {
    const row = Math.floor(y / size);
    const below = (row + 1) % cells;
    const v = smooth(y / size - row);
    for (let x = 0; x < TEXTURE; x++) {
      const column = Math.floor(x / size);
      const right = (column + 1) % cells;
      const u = smooth(x / size - column);
      const upper = lattice[row * cells + column]! * (1 - u) + lattice[row * cells + right]! * u;
      const lower = lattice[below * cells + column]! * (1 - u) + lattice[below * cells + right]! * u;
      target[y * TEXTURE + x]! += weight * (upper * (1 - v) + lower * v);
    }
  }
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Zero to six on every channel alike; the texture leaves room for it. */
function makeGrain(): Uint32Array {
  const random = generator(5);
  return Uint32Array.from({ length: GRAIN }, () => random(7) * 0x010101);
}
