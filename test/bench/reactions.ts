/** How soon one change is seen: after a key, after a rest, and exactly after what moved. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, live, screenshot } from '../support/chromium.ts';
import { compare } from '../support/image.ts';
import { processTree } from '../support/process.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import { deskside, startBuilt } from './contenders/deskside.ts';
import { type KeyToGlass, measureKeys } from './key-to-glass.ts';
import { pace } from './pacer.ts';
import { lastUpdate, listenToWire, sinceUpdate } from './page-wire.ts';
import { clockOffset, collectSightings, installReader } from './reader.ts';
import { keys as keyScene } from './scenes/keys.ts';
import { SCREEN } from './scenes/scene.ts';
import { drawEditor, typing } from './scenes/typing.ts';
import { video } from './scenes/video.ts';
import { Stage } from './stage.ts';
import { drawCode } from './time-code.ts';

const CODE_AT = { x: 32, y: 32 };
const PROBES = [{ name: 'code', ...CODE_AT }];

const KEYS = 40;

/** Long enough that everything has gone to sleep, ms. */
const REST = 1500;
const RESTS = 12;

/** Longer than what was in motion is waited for before it is sharpened, ms. */
const SILENCE = 400;

/** Each in ms. */
export interface Reactions {
  keys: KeyToGlass;
  /** From a change on a desktop that rested until the page shows it. */
  wakes: number[];
  /** From the last picture of a film over the whole screen until every pixel of the page is the screen's. */
  rests: number[];
  /** The longest time without a new picture after the media process was killed while somebody typed. */
  recoveries: number[];
}

export async function measureReactions(): Promise<Reactions> {
  const keys = await measureKeysOnly();
  await using streamer = await startBuilt();
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await openPage(browser, streamer);
  const wakes = await measureWakes(page, streamer);
  const rests = await measureRests(page, streamer);
  return { keys, wakes, rests, recoveries: await measureRecoveries(page, streamer) };
}

async function measureKeysOnly(): Promise<KeyToGlass> {
  await using stage = await Stage.open(deskside, keyScene);
  return await measureKeys(stage, KEYS);
}

async function openPage(browser: Browser, streamer: Streamer): Promise<Page> {
  const page = await (await browser.newContext({ viewport: SCREEN })).newPage();
  await installReader(page, PROBES);
  await listenToWire(page);
  // Over the WebSocket updates can be watched as they come.
  await page.goto(streamer.page({ view: '1:1', transport: 'websocket' }));
  await live(page);
  // The toolbar's handle lies over the desktop.
  await page.locator('remote-desktop').evaluate((desktop) => Object.assign(desktop, { controls: false }));
  return page;
}

/** The time in the page at which a code was seen first. */
async function seenAt(page: Page, wanted: number): Promise<number> {
  return await until(
    `code ${wanted} in the page`,
    async () => (await collectSightings(page)).find(({ counter }) => counter === wanted)?.time,
  );
}

async function measureWakes(page: Page, streamer: Streamer): Promise<number[]> {
  using x = await XClient.connect(streamer.address);
  const window = drawEditor(x);
  const offset = await clockOffset(page);
  const delays: number[] = [];
  for (let counter = 1; counter <= RESTS; counter++) {
    await sleep(REST);
    const drawn = performance.now();
    drawCode(x, window, CODE_AT, counter);
    delays.push((await seenAt(page, counter)) + offset - drawn);
  }
  return delays;
}

async function measureRests(page: Page, streamer: Streamer): Promise<number[]> {
  const delays: number[] = [];
  for (let round = 0; round < 3; round++) {
    using x = await XClient.connect(streamer.address);
    const motion = (await video.prepare(x))!;
    const offset = await clockOffset(page);
    let counter = 0;
    await pace(2, () => motion(counter++));
    await x.sync();
    const drawn = performance.now();
    await until('every pixel to be the same', async () => {
      // Looking takes more of the machine than sharpening does.
      await until('no more updates', async () => (await sinceUpdate(page)) > SILENCE);
      return compare(await screenshot(page), await x.read()).pixels === 0;
    });
    delays.push((await lastUpdate(page)) + offset - drawn);
  }
  return delays;
}

async function measureRecoveries(page: Page, streamer: Streamer): Promise<number[]> {
  using x = await XClient.connect(streamer.address);
  const motion = (await typing.prepare(x))!;
  let counter = 0;
  const gaps: number[] = [];
  for (let round = 0; round < 3; round++) {
    await pace(1, () => motion(counter++));
    await collectSightings(page);
    const media = processTree(streamer.pid).find(({ command }) => command.startsWith('deskside-media'))!;
    process.kill(media.pid, 'SIGKILL');
    await pace(2, () => motion(counter++));
    const times = (await collectSightings(page)).map(({ time }) => time);
    gaps.push(Math.max(...times.slice(1).map((time, i) => time - times[i]!)));
  }
  return gaps;
}
