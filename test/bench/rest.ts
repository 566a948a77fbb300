import { screenshot } from '../support/chromium.ts';
import { compare, crop, type Image } from '../support/image.ts';
import type { Stage } from './stage.ts';

/** Text, and none of what pages lay over a desktop's edges. */
const LOOKED_AT = { x: 320, y: 200, width: 1200, height: 720 };

const PATIENCE_MS = 4000;

/** How sharp the picture becomes after the last change. */
export interface Rest {
  /** Until every pixel is the screen's, ms; infinite if it never came to that. */
  exactAfter: number;
  /** Peak signal-to-noise ratio 1 s after the last change, dB. */
  psnrAfter1s: number;
}

/** Looks again and again until the page shows the very pixels of the screen. Nothing may move meanwhile. */
export async function measureRest({ page, x }: Stage): Promise<Rest> {
  const { x: left, y: top, width, height } = LOOKED_AT;
  await x.sync();
  const start = performance.now();
  let real: Image | undefined;
  let psnrAfter1s = Number.NaN;
  for (;;) {
    const time = performance.now() - start;
    const shown = crop(await screenshot(page), left, top, width, height);
    // After the first look: it takes its time, and nothing moves.
    real ??= await x.read(LOOKED_AT);
    const { psnr } = compare(shown, real);
    if (time >= 1000 && Number.isNaN(psnrAfter1s)) psnrAfter1s = psnr;
    if (psnr === Number.POSITIVE_INFINITY) {
      return { exactAfter: time, psnrAfter1s: Number.isNaN(psnrAfter1s) ? psnr : psnrAfter1s };
    }
    if (time > PATIENCE_MS) return { exactAfter: Number.POSITIVE_INFINITY, psnrAfter1s };
  }
}
