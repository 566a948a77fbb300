import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { changeWay } from '../support/change-way.ts';
import { launchChromium } from '../support/chromium.ts';
import { hideDecoder, longestGap, openWithEar } from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';
import { XClient } from '../support/x-client.ts';
import { untilOver } from './network.ts';
import { clockOffset, collectSightings, installReader } from './reader.ts';
import { median } from './report.ts';
import { drawCode } from './time-code.ts';

const SAMPLES_PER_MS = 48;
const BYTES_PER_SAMPLE = 4;

/** Each with a flash on the screen. */
const BURSTS = 15;

/** Length of one, ms: more than the program's buffer, so that it is played at once. */
const BURST = 60;

/** How far ahead of the sound server the program writes, ms: what a call or a game asks for. */
const PROGRAM_LATENCY = 20;

/** Within this time a burst belongs to what was played, ms. */
const INTERVAL = 1000;

/** Where the flash is, device pixels. */
const FLASH = { x: 96, y: 96 };

/** What became of one burst and its flash, ms after the program played and drew. */
export interface SoundRun {
  /** Its first packet is at the page's decoder; undefined where a page has none and plays a track. */
  arrived: number | undefined;
  /** It is at the loudspeaker. */
  heard: number;
  /** The flash is on the screen. */
  seen: number;
}

/** The ways that sound takes to the page; `track`: to one that has no decoder of its own. */
const WAYS = ['websocket', 'webrtc', 'track'] as const;

export interface SoundReport {
  /** Burst by burst, by the way that they took. */
  runs: Record<(typeof WAYS)[number], SoundRun[]>;
  /** The longest silence with each change between the ways, ms. */
  changes: number[];
}

export async function measureSound(): Promise<SoundReport> {
  const runs = {
    websocket: await measureWay('websocket'),
    webrtc: await measureWay('webrtc'),
    track: await measureWay('track'),
  };
  return { runs, changes: await measureChanges() };
}

const NAMES: Record<(typeof WAYS)[number], string> = {
  websocket: 'the WebSocket',
  webrtc: 'WebRTC',
  track: 'WebRTC to a page without a decoder',
};

/** A line for each way, and one for the changes. */
export function describeSound({ runs, changes }: SoundReport): string[] {
  const middle = (values: number[]) => `${median(values).toFixed(0)} ms`;
  const ways = WAYS.map((way) => {
    const heard = middle(runs[way].map((run) => run.heard));
    const late = middle(runs[way].map((run) => run.heard - run.seen));
    const arrived = runs[way].flatMap((run) => run.arrived ?? []);
    const to = arrived.length > 0 ? ` (${middle(arrived)} to the page)` : '';
    const what = `Sound over ${NAMES[way]}, ${runs[way].length} bursts`;
    return `${what}: ${heard} from a program to the loudspeaker${to}, ${late} after a flash drawn with it.`;
  });
  const gaps = changes.map((gap) => gap.toFixed(0)).join(', ');
  return [...ways, `Silence when sound changes its way: ${gaps} ms.`];
}

/** From a program to the loudspeaker and the screen of a page in Chromium. */
async function measureWay(way: (typeof WAYS)[number]): Promise<SoundRun[]> {
  const transport = way === 'websocket' ? 'websocket' : 'webrtc';
  await using streamer = await Streamer.start({ size: '1280x720', flags: ['--transport', transport] });
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const player = await Player.on(streamer);
  const prepare = async (page: Page): Promise<void> => {
    if (way === 'track') await hideDecoder(page);
    else await page.addInitScript(noteArrivals);
    await installReader(page, [{ name: 'flash', ...FLASH }]);
  };
  await using ear = await openWithEar(browser, streamer.page(), prepare);
  using x = await XClient.connect(streamer.address);
  const window = x.coverScreen(0x808080);
  drawCode(x, window, FLASH, 0);
  await untilOver(ear.page, transport);
  await player.heard();
  const played: number[] = [];
  for (let burst = 1; burst <= BURSTS; burst++) {
    played.push(await playBurst(player, () => drawCode(x, window, FLASH, burst)));
    await sleep(INTERVAL);
  }
  const heard = await ear.onsets();
  const arrived = await ear.page.evaluate(
    () => (globalThis as unknown as { arrivals?: number[] }).arrivals ?? [],
  );
  const offset = performance.timeOrigin + (await clockOffset(ear.page));
  const seen = (await collectSightings(ear.page)).map(({ counter, time }) => ({
    counter,
    time: time + offset,
  }));
  return played.flatMap((time, index) => {
    const after = (moments: number[]) => {
      const moment = moments.find((candidate) => candidate > time && candidate < time + INTERVAL);
      return moment === undefined ? undefined : moment - time;
    };
    const flash = seen.find(({ counter }) => counter === index + 1);
    const sound = after(heard);
    if (sound === undefined || !flash) return [];
    return [{ arrived: after(arrived), heard: sound, seen: flash.time - time }];
  });
}

/** Time between two changes of the way, ms. */
const CHANGE_EVERY = 3000;

/** The longest silence of a tone with each change between the ways, ms. */
async function measureChanges(): Promise<number[]> {
  await using streamer = await Streamer.start({ size: '1280x720' });
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const player = await Player.on(streamer);
  await using ear = await openWithEar(browser, streamer.page());
  await player.heard();
  const changes = ['webrtc', 'websocket', 'webrtc', 'websocket', 'webrtc'] as const;
  // It takes a second until the page tells that it has changed.
  const played = player.tone(String((changes.length * 2 * CHANGE_EVERY) / 1000), 'sine', '440');
  const moments: number[] = [];
  for (const way of changes) {
    await sleep(CHANGE_EVERY);
    moments.push(await ear.heardSoFar());
    await changeWay(ear.page, way);
  }
  await played;
  const [left] = await ear.heard();
  return moments.map((moment) =>
    longestGap(left.subarray(moment, moment + (CHANGE_EVERY - 500) * SAMPLES_PER_MS)),
  );
}

/** @returns when it was written, ms since the Unix epoch */
async function playBurst(player: Player, flash: () => void): Promise<number> {
  const format = ['--raw', '--format=s16le', '--rate=48000', '--channels=2'];
  const program = spawn('pacat', ['--playback', `--latency-msec=${PROGRAM_LATENCY}`, ...format], {
    env: player.environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await player.plays();
  const bytes = tone(BURST);
  const time = performance.timeOrigin + performance.now();
  program.stdin.end(bytes);
  flash();
  await once(program, 'close');
  return time;
}

function tone(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(milliseconds * SAMPLES_PER_MS * BYTES_PER_SAMPLE);
  for (let i = 0; i < milliseconds * SAMPLES_PER_MS; i++) {
    const sample = Math.round(20_000 * Math.cos((2 * Math.PI * 1000 * i) / 48_000));
    bytes.writeInt16LE(sample, i * BYTES_PER_SAMPLE);
    bytes.writeInt16LE(sample, i * BYTES_PER_SAMPLE + 2);
  }
  return bytes;
}

/** Runs inside the page: when packets after a silence came to its decoder, ms since the Unix epoch. */
function noteArrivals(): void {
  const arrivals: number[] = [];
  Object.assign(globalThis, { arrivals });
  let last = 0;
  const { decode } = AudioDecoder.prototype;
  AudioDecoder.prototype.decode = function (this: AudioDecoder, chunk) {
    const now = performance.timeOrigin + performance.now();
    if (now - last > 100) arrivals.push(now);
    last = now;
    decode.call(this, chunk);
  };
}
