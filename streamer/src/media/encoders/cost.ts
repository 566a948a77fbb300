/** What encoders cost on this machine: measured once by `deskside doctor`, kept for every desktop after that. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import koffi from 'koffi';
import * as v from 'valibot';
import { cacheFile } from '../cache-file.ts';
import { gstreamerVersion } from '../gstreamer.ts';
import type { Pixels } from '../yuv.ts';
import { Encoder } from './encoder.ts';
import type { EncoderKind } from './encoder-kind.ts';
import { minQuantizerFor } from './min-quantizer.ts';

const CostFile = v.object({
  /** Of the machine, GStreamer and the table: costs of another one say nothing. */
  version: v.string(),
  /** CPU time for a frame of 1280x720, ms. */
  milliseconds: v.record(v.string(), v.pipe(v.number(), v.minValue(0))),
});

export type MeasuredCosts = Readonly<Record<string, number>>;

/** Where the costs are kept. */
export function costFile(environment: NodeJS.ProcessEnv = process.env): string {
  return cacheFile('encoder-costs.json', environment);
}

/** Costs that were measured with this table on this machine; none if there are none or they cannot be read. */
export async function readCosts(file: string, table: readonly EncoderKind[]): Promise<MeasuredCosts> {
  try {
    const { version, milliseconds } = v.parse(CostFile, JSON.parse(await readFile(file, 'utf8')));
    return version === versionOf(table) ? milliseconds : {};
  } catch {
    return {};
  }
}

/**
 * Replaces the file at once, so that nobody reads half of it. A place that cannot be written (a read-only home, a full
 * disk) costs no more than measuring again.
 *
 * @returns whether they were kept
 */
export async function writeCosts(
  file: string,
  table: readonly EncoderKind[],
  milliseconds: MeasuredCosts,
): Promise<boolean> {
  const fresh = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(fresh, JSON.stringify({ version: versionOf(table), milliseconds }));
    await rename(fresh, file);
    return true;
  } catch {
    return false;
  }
}

/**
 * CPU time that a frame takes when a third of it changes, ms, all threads together. Of the whole process: nothing else
 * should be going on in it.
 *
 * @throws Error if the encoder does not run
 */
export async function measureCost(kind: EncoderKind, gpu = 0): Promise<number> {
  using scene = new Scene();
  await using encoder = await Encoder.start(kind, SETTINGS, gpu);
  encoder.load(scene.pixels, [{ x: 0, y: 0, ...SIZE }]);
  await encoder.encode(true);
  const before = process.cpuUsage();
  for (let frame = 1; frame <= FRAMES; frame++) {
    scene.change(frame);
    encoder.load(scene.pixels, [CHANGING]);
    await encoder.encode(false);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / FRAMES;
}

const SIZE = { width: 1280, height: 720 };
const SETTINGS = { ...SIZE, fps: 60, bitrate: 8000, minQuantizer: minQuantizerFor(8000) };
const CHANGING = { x: 0, y: 240, width: 1280, height: 240 };
/** Half a second of work for the slowest. */
const FRAMES = 12;

/** A picture with a band of moving stripes and soft gradients, which no encoder gets for nothing. */
class Scene implements Disposable {
  readonly pixels: Pixels;
  readonly #words: Uint32Array;

  constructor() {
    const memory = koffi.alloc('uint8_t', SIZE.width * SIZE.height * 4);
    const address = Number(koffi.address(memory));
    this.pixels = { address, ...SIZE, stride: SIZE.width * 4 };
    this.#words = new Uint32Array(koffi.view(memory, SIZE.width * SIZE.height * 4));
    this.#words.fill(0xffffff);
  }

  change(frame: number): void {
    const { y: top, width, height } = CHANGING;
    for (let y = top; y < top + height; y++) {
      for (let x = 0; x < width; x++) {
        const red = (x + frame * 7) & 255;
        const green = ((y * 3 + frame * 5) ^ (x >> 3)) & 255;
        const blue = (x + y + frame) % 37 < 18 ? 40 : 200;
        this.#words[y * width + x] = (red << 16) | (green << 8) | blue;
      }
    }
  }

  [Symbol.dispose](): void {
    koffi.free(this.pixels.address);
  }
}

function versionOf(table: readonly EncoderKind[]): string {
  const machine = [gstreamerVersion(), cpus().length, cpus()[0]?.model];
  const encoders = table.map((kind) => [kind.name, kind.properties(SETTINGS)]);
  return createHash('sha256')
    .update(JSON.stringify([machine, encoders]))
    .digest('hex');
}
