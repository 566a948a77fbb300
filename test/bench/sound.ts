import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from '../support/chromium.ts';
import { openWithEar } from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';

const SAMPLES_PER_MS = 48;
const BYTES_PER_SAMPLE = 4;

const BURSTS = 10;

/** Length of one, ms: more than the program's buffer, so that it is played at once. */
const BURST = 60;

/** How far ahead of the sound server the program writes, ms: what a call or a game asks for. */
const PROGRAM_LATENCY = 20;

/** Within this time a burst belongs to what was played, ms. */
const INTERVAL = 1000;

/** From a program's write to the loudspeaker of a page in Chromium, ms, burst by burst. */
export async function measureSound(): Promise<number[]> {
  await using streamer = await Streamer.start();
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const player = await Player.on(streamer);
  await using ear = await openWithEar(browser, streamer.page());
  await player.heard();
  const played: number[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    played.push(await playBurst(player));
    await sleep(INTERVAL);
  }
  const heard = await ear.onsets();
  return played.flatMap((time) => {
    const onset = heard.find((moment) => moment > time && moment < time + INTERVAL);
    return onset === undefined ? [] : [onset - time];
  });
}

/** @returns when it was written, ms since the Unix epoch */
async function playBurst(player: Player): Promise<number> {
  const format = ['--raw', '--format=s16le', '--rate=48000', '--channels=2'];
  const program = spawn('pacat', ['--playback', `--latency-msec=${PROGRAM_LATENCY}`, ...format], {
    env: player.environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await player.plays();
  program.stdin.end(tone(BURST));
  const time = performance.timeOrigin + performance.now();
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
