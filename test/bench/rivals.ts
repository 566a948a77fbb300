/** `npm run bench -- --rivals`: Deskside beside what people use today, in the same scenes, browser, screen and link. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from '../support/lab/lab.ts';
import type { Contender } from './contenders/contender.ts';
import { deskside, desksideOver } from './contenders/deskside.ts';
import type { Rival } from './contenders/rivals/rival.ts';
import { selkiesWebRtc, selkiesWebSocket } from './contenders/rivals/selkies.ts';
import { tigerVnc } from './contenders/rivals/tigervnc.ts';
import { xpra } from './contenders/rivals/xpra.ts';
import { type KeyToGlass, prepareKeys, pressKeys } from './key-to-glass.ts';
import { type Load, readLoad, readMemory, readMemoryWithX, share } from './load.ts';
import { WARM_UP_S } from './measure.ts';
import { measureRest, type Rest } from './rest.ts';
import { idle } from './scenes/idle.ts';
import type { Scene } from './scenes/scene.ts';
import { scrolling } from './scenes/scrolling.ts';
import { typing } from './scenes/typing.ts';
import { video } from './scenes/video.ts';
import { type Smoothness, smoothness } from './smoothness.ts';
import { Stage } from './stage.ts';

export const RIVALS: readonly Rival[] = [selkiesWebSocket, selkiesWebRtc, tigerVnc, xpra];

/** Each as people get it; Selkies and Deskside, which know two ways, by both. */
export const COMPETITORS: readonly Contender[] = [
  { ...deskside, name: 'Deskside' },
  desksideOver('websocket', 'Deskside WebSocket'),
  ...RIVALS,
];

/** Bottleneck of the last row, kbit/s; it queues 200 ms. */
export const SLOW_LINK = 6000;

/** After the first picture, s: what a page and its browser do once it has loaded is over, and what rests has been noticed. */
const SETTLE_S = 10;

/** The same at rest, s: until 38 s after it was loaded V8 collects what a page left, here and in the browser. */
const REST_S = 45;
const IDLE_S = 10;
const KEYS = 30;

/** Processor time, per cent of one core. */
interface Cost {
  /** Streamer and X server together: TigerVNC's are one process. */
  server: number;
  browser: number;
}

export interface Moving extends Smoothness, Cost {}

/** One contender in all scenes, one after another, in one browser. */
export interface Tour {
  firstPicture: number;
  /** PSS, MB. */
  memory: { server: number; withX: number };
  idle: Cost;
  keys: KeyToGlass & Cost;
  typing: Moving;
  scrolling: Moving;
  rest: Rest;
  video: Moving;
}

export interface Runs {
  contender: string;
  tours: Tour[];
  /** Scrolling over the slow link. */
  slow: Moving[];
  /** Why there are no more of them, by part. */
  failed: Partial<Record<Part, string>>;
}

/** Runs as JSON, which has no infinity. */
export function writeRuns(runs: readonly Runs[]): string {
  return JSON.stringify(runs, (_, value) => (value === Number.POSITIVE_INFINITY ? 'never' : value));
}

export function readRuns(text: string): Runs[] {
  return JSON.parse(text, (_, value) =>
    value === 'never' ? Number.POSITIVE_INFINITY : (value ?? Number.NaN),
  );
}

export interface Extent {
  /** Runs of each contender, those that are there already included. */
  rounds: number;
  /** Length of each run, s. */
  seconds: number;
  /** Nothing new is begun after so long, s. */
  within: number;
}

const PARTS = {
  /** All scenes on this machine. */
  tours: (contender: Contender, seconds: number) => tour(contender, seconds),
  /** Scrolling over the slow link. */
  slow: (contender: Contender, seconds: number) => overSlowLink(contender, seconds),
};

export type Part = keyof typeof PARTS;

/**
 * Goes round among the contenders, so that a slow minute of the machine hits all of them, and begins with whoever has
 * the fewest runs yet.
 *
 * @param onRun after each run, which is in `runs` by then
 */
export async function measureRivals(
  runs: Runs[],
  competitors: readonly Contender[],
  parts: readonly Part[],
  { rounds, seconds, within }: Extent,
  onRun: () => Promise<void>,
): Promise<void> {
  const end = performance.now() + within * 1000;
  const places = parts.flatMap((part) =>
    competitors.map((contender) => {
      const own = runsOf(runs, contender.name);
      return { part, contender, done: own[part] as unknown[], failed: own.failed };
    }),
  );
  while (performance.now() < end) {
    const next = places.toSorted((a, b) => a.done.length - b.done.length)[0];
    if (!next || next.done.length >= rounds) return;
    const { part, contender, done, failed } = next;
    const what = `${contender.name}: ${part}, run ${done.length + 1} of ${rounds}`;
    console.error(what);
    try {
      done.push(await PARTS[part](contender, seconds));
      delete failed[part];
    } catch (error) {
      // The others are measured all the same.
      failed[part] = (error as Error).message;
      console.error(`${what} failed: ${failed[part]}`);
      places.splice(places.indexOf(next), 1);
    }
    await onRun();
  }
}

function runsOf(runs: Runs[], contender: string): Runs {
  const known = runs.find((one) => one.contender === contender);
  if (known) return known;
  const fresh: Runs = { contender, tours: [], slow: [], failed: {} };
  runs.push(fresh);
  return fresh;
}

async function tour(contender: Contender, seconds: number): Promise<Tour> {
  await using stage = await Stage.open(contender, idle);
  const { firstPicture, running } = stage;
  await sleep(REST_S * 1000);
  const idling = await costing(stage, async () => void (await stage.move(IDLE_S)));
  const memory = { server: readMemory(running), withX: readMemoryWithX(running) };
  await prepareKeys(stage);
  const pressed = await costing(stage, () => pressKeys(stage, KEYS));
  const typed = await moving(stage, typing, seconds);
  const scrolled = await moving(stage, scrolling, seconds);
  const rest = await measureRest(stage);
  const played = await moving(stage, video, seconds);
  return {
    firstPicture,
    memory,
    idle: idling,
    keys: pressed,
    typing: typed,
    scrolling: scrolled,
    rest,
    video: played,
  };
}

async function moving(stage: Stage, scene: Scene, seconds: number): Promise<Moving> {
  await stage.show(scene);
  await stage.move(WARM_UP_S);
  await stage.sightings();
  return await seen(stage, seconds);
}

/** What is seen from now on, and what that costs. */
async function seen(stage: Stage, seconds: number): Promise<Moving> {
  const { server, browser } = await costing(stage, async () => void (await stage.move(seconds)));
  return { ...smoothness(await stage.sightings(), seconds), server, browser };
}

/** What the work gives, and what it costs. */
async function costing<T>({ running, browserPid }: Stage, work: () => Promise<T>): Promise<T & Cost> {
  const before: Load = readLoad(running, browserPid);
  const result = await work();
  const { streamer, xServer, browser } = share(before, readLoad(running, browserPid));
  return { ...result, server: streamer + xServer, browser };
}

async function overSlowLink(contender: Contender, seconds: number): Promise<Moving> {
  await using lab = await Lab.create({ rate: SLOW_LINK });
  await using stage = await Stage.open(contender, scrolling, lab);
  await stage.move(SETTLE_S);
  await stage.sightings();
  return await seen(stage, seconds);
}
