import { screenshot } from '../support/chromium.ts';
import { compare, crop, type Image } from '../support/image.ts';
import type { Stage } from './stage.ts';

/** Text, and none of what pages lay over a desktop's edges. */
const LOOKED_AT = { x: 320, y: 200, width: 1200, height: 720 };

/** What moves before it comes to rest, s. */
const MOTION_S = 1;

const PATIENCE_MS = 4000;

/** How sharp the picture becomes after the last change. */
export interface Rest {
  /**
   * Until every pixel is the screen's, ms; infinite if it never came to that. If the first look finds it so, the last
   * picture was exact as it was seen, since nothing came after it.
   */
  exactAfter: number;
  /** Peak signal-to-noise ratio 1 s after the last change, dB. */
  psnrAfter1s: number;
}

/** Lets the stage's scene move, and looks again and again until the page shows the very pixels of the screen. */
export async function measureRest(stage: Stage): Promise<Rest> {
  const { page, x, running } = stage;
  const { x: left, y: top, width, height } = LOOKED_AT;
  const corner = running.corner ?? { x: 0, y: 0 };
  await stage.sightings();
  await stage.move(MOTION_S);
  await x.sync();
  const start = performance.now();
  let real: Image | undefined;
  let psnrAfter1s = Number.NaN;
  for (;;) {
    const time = performance.now() - start;
    const shown = crop(await screenshot(page), left + corner.x, top + corner.y, width, height);
    const isFirstLook = real === undefined;
    // After the first look: it takes its time, and nothing moves.
    real ??= await x.read(LOOKED_AT);
    const { psnr } = compare(shown, real);
    if (time >= 1000 && Number.isNaN(psnrAfter1s)) psnrAfter1s = psnr;
    if (psnr === Number.POSITIVE_INFINITY) {
      const exactAfter = isFirstLook ? await lastDelay(stage) : time;
      return { exactAfter, psnrAfter1s: Number.isNaN(psnrAfter1s) ? psnr : psnrAfter1s };
    }
    if (time > PATIENCE_MS) return { exactAfter: Number.POSITIVE_INFINITY, psnrAfter1s };
  }
}

/** From drawn to seen of the last picture that was seen, ms. */
async function lastDelay(stage: Stage): Promise<number> {
  const last = (await stage.sightings()).at(-1);
  return last ? last.seen - last.drawn : Number.NaN;
}
