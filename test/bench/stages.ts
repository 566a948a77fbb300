/** Where the time goes between a program that draws and the page that shows it, by the streamer's own trace. */
import { launchChromium } from '../support/chromium.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import { startBuilt } from './contenders/deskside.ts';
import { pace } from './pacer.ts';
import { clockOffset, collectSightings, installReader, type Sighting } from './reader.ts';
import { median } from './report.ts';
import { SCREEN, type Scene } from './scenes/scene.ts';

const WARM_UP_S = 2;

/** Those of the trace, between what the bench knows by itself: when it drew, and when that was seen. */
const TRACED = ['read', 'plan', 'convert', 'encode', 'to the gateway', 'network', 'decode'] as const;
type Traced = (typeof TRACED)[number];

/** In the order of the way, as the table calls them. */
export const STAGE_NAMES = ['damage', ...TRACED, 'shown'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Medians over all pictures that were seen, ms; of a stage, over those that went through it. */
export interface Stages {
  scene: string;
  /** Pictures that were followed. */
  pictures: number;
  medians: Record<StageName, number>;
  /** Per cent of the pictures that went through it. */
  shares: Record<StageName, number>;
}

/** What became of one picture: how long it was in each stage, ms. */
type Journey = Partial<Record<StageName, number>>;

/** An update's stages in the trace, ms since the Unix epoch. */
type Trace = Partial<Record<Traced, { start: number; end: number }>>;

export async function measureStages(scene: Scene, seconds: number): Promise<Stages> {
  await using streamer = await startBuilt();
  using x = await XClient.connect(streamer.address);
  const motion = (await scene.prepare(x))!;
  await x.sync();
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await (await browser.newContext({ viewport: SCREEN })).newPage();
  await installReader(page, scene.probes);
  await page.goto(streamer.page({ view: '1:1', transport: 'websocket' }));
  await until('a first picture', async () => (await collectSightings(page)).length > 0);
  const toUnix = (await clockOffset(page)) + performance.timeOrigin;

  let counter = 0;
  const drawn = new Map<number, number>();
  await pace(WARM_UP_S, () => motion(counter++));
  await collectSightings(page);
  const tracing = traceOf(streamer, seconds);
  await pace(seconds, () => {
    drawn.set(counter, performance.timeOrigin + performance.now());
    motion(counter++);
  });
  const sightings = await collectSightings(page);
  return summarize(scene.name, journeysOf(sightings, drawn, toUnix, await tracing));
}

/** What of Chrome's trace events counts here; times in us. */
interface TraceEvent {
  ph: string;
  name: string;
  ts: number;
  dur: number;
  args: { stream: number; id: number };
}

/** Every update that was sent in this time, in the order in which they were read. */
async function traceOf(streamer: Streamer, seconds: number): Promise<Trace[]> {
  const answer = await fetch(new URL(`trace?seconds=${seconds}`, streamer.url), {
    headers: { authorization: `Bearer ${streamer.token}` },
  });
  const { traceEvents } = (await answer.json()) as { traceEvents: TraceEvent[] };
  const updates = new Map<string, Trace>();
  for (const { ph, name, ts, dur, args } of traceEvents) {
    if (ph !== 'X' || !TRACED.includes(name as Traced)) continue;
    const key = `${args.stream}/${args.id}`;
    updates.set(key, { ...updates.get(key), [name]: { start: ts / 1000, end: (ts + dur) / 1000 } });
  }
  return [...updates.values()]
    .filter(({ read, decode }) => read && decode)
    .sort((a, b) => a.read!.end - b.read!.end);
}

/** @param toUnix ms from the page's clock to the Unix epoch */
function journeysOf(
  sightings: readonly Sighting[],
  drawn: ReadonlyMap<number, number>,
  toUnix: number,
  updates: readonly Trace[],
): Journey[] {
  return sightings.flatMap(({ counter, time }) => {
    const start = drawn.get(counter);
    // The first that was read after it was drawn is the one that shows it.
    const update = start === undefined ? undefined : updates.find(({ read }) => read!.end >= start);
    if (!update) return [];
    const journey: Journey = {
      damage: update.read!.start - start!,
      shown: time + toUnix - update.decode!.end,
    };
    for (const name of TRACED) if (update[name]) journey[name] = update[name].end - update[name].start;
    return [journey];
  });
}

function summarize(scene: string, journeys: readonly Journey[]): Stages {
  const times = (name: StageName) => journeys.flatMap((journey) => journey[name] ?? []);
  const each = (value: (name: StageName) => number) =>
    Object.fromEntries(STAGE_NAMES.map((name) => [name, value(name)])) as Record<StageName, number>;
  return {
    scene,
    pictures: journeys.length,
    medians: each((name) => median(times(name))),
    shares: each((name) => (100 * times(name).length) / journeys.length),
  };
}
