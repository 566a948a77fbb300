import { setTimeout as sleep } from 'node:timers/promises';
import { collectSightings, readAfterDrawing } from './reader.ts';
import { keys } from './scenes/keys.ts';
import { quantile } from './smoothness.ts';
import type { Stage } from './stage.ts';

interface PageWindow extends Window {
  /** When each key went down, ms on the page's clock. */
  keysDown: number[];
}

/** From the page's `keydown` until the page shows what the program drew, ms. */
export interface KeyToGlass {
  p50: number;
  p95: number;
  /** Keys whose answer was seen. */
  seen: number;
}

/** After the editor was drawn, ms: what it cost to show is over, and no part of what a key costs. */
const DRAWN = 2000;

export async function measureKeys(stage: Stage, presses: number): Promise<KeyToGlass> {
  await prepareKeys(stage);
  return await pressKeys(stage, presses);
}

/** Shows an editor that answers keys, with the focus. */
export async function prepareKeys(stage: Stage): Promise<void> {
  const { page } = stage;
  await stage.show(keys);
  await page.evaluate(() => {
    const target = window as unknown as PageWindow;
    target.keysDown = [];
    window.addEventListener('keydown', () => target.keysDown.push(performance.now()), { capture: true });
  });
  await page.mouse.click(960, 700);
  await sleep(DRAWN);
}

/** Presses keys at uneven intervals, so that they meet the screen's refresh at every phase. */
export async function pressKeys({ page }: Stage, presses: number): Promise<KeyToGlass> {
  await using _reader = await readAfterDrawing(page);
  await collectSightings(page);
  for (let i = 0; i < presses; i++) {
    await page.keyboard.press('a');
    await sleep(110 + ((i * 37) % 60));
  }
  await sleep(300);
  const down = await page.evaluate(() => (window as unknown as PageWindow).keysDown);
  const delays = (await collectSightings(page))
    .filter(({ counter }) => counter > 0 && counter <= down.length)
    .map(({ counter, time }) => time - down[counter - 1]!)
    .sort((a, b) => a - b);
  return { p50: quantile(delays, 0.5), p95: quantile(delays, 0.95), seen: delays.length };
}
