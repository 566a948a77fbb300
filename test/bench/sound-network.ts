/** `npm run bench -- --network --sound`: how a tone is heard over bad networks while a page scrolls. */
import { launchChromiumIn } from '../support/chromium.ts';
import { audible, gaps, openWithEar, seconds as secondsOf } from '../support/ear.ts';
import { Lab } from '../support/lab/lab.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import { type Network, untilOver, type Way } from './network.ts';
import { pace } from './pacer.ts';
import { scrolling } from './scenes/scrolling.ts';
import { COUNTERS } from './time-code.ts';

/** Silence this long inside a tone is heard as a gap, ms; shorter ones are transitions of the buffer. */
const GAP = 5;

/** The buffer learns how sound arrives in this time, s. */
const WARM_UP_S = 3;

export interface SoundNetworkRun {
  /** Packets that did not come in time and were made up for, per cent. */
  missing: number;
  /** Silence inside the tone, per cent of it. */
  silent: number;
  gaps: number;
  longestGap: number;
}

export async function measureSoundOver(
  network: Network,
  way: Way,
  seconds: number,
): Promise<SoundNetworkRun> {
  await using lab = await Lab.create({ ...network, ...way.condition });
  await using streamer = await Streamer.start({ lab, flags: ['--transport', way.transport] });
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromiumIn(lab);
  stack.defer(() => browser.close());
  const player = await Player.on(streamer);
  using x = await XClient.connect(streamer.address);
  const scroll = await scrolling.prepare(x);
  const address = streamer.page({ transport: way.transport });
  await using ear = await openWithEar(browser, address, async (page) => {
    await page.addInitScript(noteDecoded);
  });
  await untilOver(ear.page, way.transport);
  await player.heard();
  const length = WARM_UP_S + seconds;
  let counter = 0;
  await Promise.all([
    player.tone(String(length), 'sine', '440', 'gain', '-6'),
    pace(length, () => scroll?.(counter++ % COUNTERS)),
  ]);
  const heard = await until('the tone to its end', async () => {
    const [left] = await ear.heard();
    return secondsOf(audible(left)) > length * 0.9 && audible(left);
  });
  const steady = heard.subarray(heard.length - seconds * 48_000);
  const decoded = await ear.page.evaluate(() => (window as unknown as { decoded: number[] }).decoded);
  const found = gaps(steady).filter((gap) => gap >= GAP);
  const silence = found.reduce((sum, gap) => sum + gap, 0);
  return {
    missing: missingOf(decoded),
    silent: (silence / (seconds * 1000)) * 100,
    gaps: found.length,
    longestGap: Math.max(0, ...found),
  };
}

/** Per cent of the numbers from the first to the last. */
function missingOf(sequences: readonly number[]): number {
  const sent = sequences.at(-1)! - sequences[0]! + 1;
  return ((sent - sequences.length) / sent) * 100;
}

/** Runs inside the page: notes which packets come to its decoder, which knows them by their numbers. */
function noteDecoded(): void {
  const decoded: number[] = [];
  Object.assign(window, { decoded });
  const { decode } = AudioDecoder.prototype;
  AudioDecoder.prototype.decode = function (this: AudioDecoder, chunk) {
    decoded.push(chunk.timestamp);
    decode.call(this, chunk);
  };
}
