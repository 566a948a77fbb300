import type { Page } from 'playwright-core';
import { launchChromium, openViewer } from '../support/chromium.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

const STORMS = 10;

/** Sizes that a window has on its way, as when somebody drags its corner. */
const STEPS = 12;

interface Watched {
  /** When the window had its size, and when the first picture of a desktop of that size came; of a page's clock, ms. */
  resized: number;
  pictures: { width: number; height: number; time: number }[];
}

/** From the last change of a window's size to the first picture of a desktop that has it, ms, storm by storm. */
export async function measureResize(): Promise<number[]> {
  await using streamer = await Streamer.start({ resize: 'auto' });
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await openViewer(browser, streamer.page({ transport: 'websocket' }), {}, watch);
  const settled: number[] = [];
  for (let storm = 0; storm < STORMS; storm++) settled.push(await measureStorm(page, storm));
  return settled;
}

async function measureStorm(page: Page, storm: number): Promise<number> {
  const last = { width: 900 + 20 * storm, height: 600 + 10 * storm };
  for (let step = STEPS; step >= 0; step--) {
    await page.setViewportSize({ width: last.width + 8 * step, height: last.height + 4 * step });
  }
  return await until('a picture of the last size', () =>
    page.evaluate(({ width, height }) => {
      const { resized, pictures } = (window as unknown as { watched: Watched }).watched;
      const fits = (side: number, wanted: number): boolean => side === wanted || side === wanted + 1;
      const picture = pictures.find(
        (each) => fits(each.width, width) && fits(each.height, height) && each.time > resized,
      );
      return picture && picture.time - resized;
    }, last),
  );
}

/** Runs inside the page before its own scripts: notes when its window and the pictures of its socket change. */
function watch(): void {
  const watched: Watched = { resized: 0, pictures: [] };
  Object.assign(window, { watched });
  window.addEventListener('resize', () => {
    watched.resized = performance.now();
  });
  const PICTURE = 1;
  window.WebSocket = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      let next: { width: number; height: number } | undefined;
      this.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') {
          const message = JSON.parse(data);
          if (message.type === 'stream') next = message;
        } else if (next && new Uint8Array(data)[0] === PICTURE) {
          watched.pictures.push({ width: next.width, height: next.height, time: performance.now() });
          next = undefined;
        }
      });
    }
  };
}
