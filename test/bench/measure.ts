import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from '../support/chromium.ts';
import { processTree } from '../support/process.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import type { Contender } from './contenders/contender.ts';
import { bytesBetween, readBytesSent, readLoad, readMemory, share } from './load.ts';
import { pace } from './pacer.ts';
import { clockOffset, collectSightings, installReader, type Sighting } from './reader.ts';
import type { Motion, Scene } from './scenes/scene.ts';
import { SCREEN } from './scenes/scene.ts';
import { COUNTERS } from './time-code.ts';

/** Encoders and pages settle in this time, s. */
const WARM_UP_S = 2;

/** What one contender did in one scene. */
export interface Measurement {
  probes: Record<string, Smoothness>;
  /** Per cent of one core. */
  cpu: { streamer: number; xServer: number; browser: number };
  /** From the streamer to the browser, kbit/s. */
  kbits: number;
  /** From the beginning of the navigation to the first picture, ms. */
  firstPicture: number;
  /** Memory (PSS) of the streamer without the X server, MB. */
  memory: number;
}

/** How well a time code was followed. */
export interface Smoothness {
  /** Different pictures a second that the page showed. */
  fps: number;
  /** From drawn to seen, ms. */
  p50: number;
  p95: number;
}

/** Shows a scene to one browser for a while. */
export async function measure(contender: Contender, scene: Scene, seconds: number): Promise<Measurement> {
  await using running = await contender.start();
  using x = await XClient.connect(running.address);
  const motion = await scene.prepare(x);
  await x.sync();

  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const browserPid = newestBrowser();
  const page = await (await browser.newContext({ viewport: SCREEN })).newPage();
  await installReader(page, scene.probes);
  await settled(browserPid);
  await page.goto(running.url);
  const first = await firstSightings(page, scene);
  const offset = await clockOffset(page);

  const drawn = new Map<number, number>();
  await move(motion, WARM_UP_S, drawn);
  const port = Number(new URL(running.url).port);
  const before = { load: readLoad(running, browserPid), bytes: await readBytesSent(port) };
  await collectSightings(page);
  await move(motion, seconds, drawn);
  const after = { load: readLoad(running, browserPid), bytes: await readBytesSent(port) };
  const elapsed = (after.load.time - before.load.time) / 1000;

  const sightings = (await collectSightings(page)).map((seen) => ({ ...seen, time: seen.time + offset }));
  return {
    probes: Object.fromEntries(
      scene.probes.map(({ name }) => [name, smoothness(name, sightings, drawn, elapsed)]),
    ),
    cpu: share(before.load, after.load),
    kbits: (bytesBetween(before.bytes, after.bytes) * 8) / 1000 / elapsed,
    firstPicture: first,
    memory: readMemory(running),
  };
}

/** Waits until a browser that was just launched has nothing left to do: a person's has been running for hours. */
async function settled(browserPid: number): Promise<void> {
  const used = () => processTree(browserPid).reduce((total, { cpu }) => total + cpu, 0);
  await until('the browser to come to rest', async () => {
    const before = used();
    await sleep(200);
    return used() - before <= 10;
  });
}

/** @returns when the last of the probes was seen first, ms since the navigation began */
async function firstSightings(page: Parameters<typeof collectSightings>[0], scene: Scene): Promise<number> {
  const seen = new Map<string, number>();
  await until(`a first picture in scene ${scene.name}`, async () => {
    for (const { probe, time } of await collectSightings(page)) {
      if (!seen.has(probe)) seen.set(probe, time);
    }
    return seen.size === scene.probes.length;
  });
  return Math.max(...seen.values());
}

/** @param drawn when each counter was drawn last is noted here */
async function move(motion: Motion, seconds: number, drawn: Map<number, number>): Promise<void> {
  if (!motion) return sleep(seconds * 1000);
  let counter = drawn.size;
  await pace(seconds, () => {
    drawn.set(counter % COUNTERS, performance.now());
    motion(counter % COUNTERS);
    counter++;
  });
}

function smoothness(
  probe: string,
  sightings: readonly Sighting[],
  drawn: ReadonlyMap<number, number>,
  elapsed: number,
): Smoothness {
  const delays = sightings
    .filter((seen) => seen.probe === probe && drawn.has(seen.counter))
    .map(({ counter, time }) => time - drawn.get(counter)!)
    .sort((a, b) => a - b);
  return { fps: delays.length / elapsed, p50: quantile(delays, 0.5), p95: quantile(delays, 0.95) };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The browser's first process; Playwright does not tell which it is. */
function newestBrowser(): number {
  const browsers = processTree(process.pid).filter(
    ({ command }) => command.includes('chromium') && !command.includes('--type='),
  );
  return Math.max(...browsers.map(({ pid }) => pid));
}
