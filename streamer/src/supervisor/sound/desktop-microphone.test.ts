import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeAudioPacket } from '@deskside/protocol';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Speaking } from '../../media/audio/api.ts';
import { CodecPipeline } from '../../media/gstreamer.ts';
import { processesOf } from '../processes.ts';
import { Supervised } from '../supervised.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { DesktopMicrophone } from './desktop-microphone.ts';
import { MICROPHONE, MICROPHONE_FEED, type SoundServerKind } from './kind.ts';
import { pulseServerOf, SOUND_SERVERS, startSoundServer } from './sound-server.ts';

const servers: SoundServerKind[] = Object.values(SOUND_SERVERS);

const RATE = 48_000;
const FRAME = 480;

/** A sound server with a microphone, and what plays to it. */
async function desktop(kind: SoundServerKind) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const output = new PassThrough();
  output.resume();
  const instance = randomBytes(8).toString('hex');
  const server = pulseServerOf(folder.path);
  const options = { folder: folder.path, desktop: 'lab', channels: 2 as const, microphone: true };
  const start = () => startSoundServer(kind, { ...options, instance, output });
  const supervised = stack.use(await Supervised.start(start));
  const log = pino({ level: 'silent' });
  const microphone = stack.use(
    new DesktopMicrophone({ server, device: MICROPHONE_FEED, instance, output, log }),
  );
  const env = { ...process.env, HOME: folder.path, PULSE_SERVER: server };
  /** A program that records what it takes for the microphone, from now on. */
  function record() {
    const format = ['--raw', '--format=s16le', `--rate=${RATE}`, '--channels=1', '--latency-msec=20'];
    const program = spawn('parecord', [...format, `--device=${MICROPHONE}`], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    program.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
    const samples = (): Float32Array => {
      const all = Buffer.concat(chunks);
      return Float32Array.from({ length: all.length >> 1 }, (_, i) => all.readInt16LE(i * 2) / 32768);
    };
    return {
      samples,
      async [Symbol.asyncDispose]() {
        program.kill();
        await once(program, 'exit');
      },
    };
  }
  const parts = stack.move();
  return { microphone, supervised, instance, record, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Opens the microphone and writes down what becomes of it. */
function open(microphone: DesktopMicrophone) {
  const events: string[] = [];
  const speaking = microphone.speak({
    onReady: () => events.push('ready'),
    onFailed: () => events.push('failed'),
    onTaken: () => events.push('taken'),
  });
  return { events, speaking };
}

/** A tone at half of full scale, as a page sends it: a packet every 10 ms. */
async function sayTone(speaking: Speaking, hertz: number, seconds: number): Promise<void> {
  const caps = `audio/x-raw,format=S16LE,layout=interleaved,rate=${RATE},channels=1`;
  await using encoder = new CodecPipeline(
    `appsrc name=in is-live=true do-timestamp=true format=time caps=${caps} ! opusenc name=codec frame-size=10 bitrate=40000 ! appsink name=out sync=false`,
  );
  await encoder.play('tone');
  const start = performance.now();
  for (let sequence = 0; sequence < seconds * 100; sequence++) {
    const samples = Buffer.alloc(FRAME * 2);
    for (let i = 0; i < FRAME; i++) {
      const phase = (2 * Math.PI * hertz * (sequence * FRAME + i)) / RATE;
      samples.writeInt16LE(Math.round(16_384 * Math.sin(phase)), i * 2);
    }
    const { data } = await encoder.passCopy(samples, 2000);
    speaking.send(encodeAudioPacket({ sequence, captureTime: 0, marker: sequence === 0, channels: 1, data }));
    await delay(Math.max(0, start + (sequence + 1) * 10 - performance.now()));
  }
}

/** Hz of most 50 ms that are loud from end to end: a machine that is busy otherwise makes gaps of its own. */
function frequency(samples: Float32Array): number {
  const found: number[] = [];
  for (let from = 0; from + WINDOW <= samples.length; from += WINDOW) {
    const window = samples.subarray(from, from + WINDOW);
    const upwards = crossings(window);
    if (upwards.length > 2) found.push(((upwards.length - 1) * RATE) / (upwards.at(-1)! - upwards[0]!));
  }
  return found.sort((a, b) => a - b)[found.length >> 1]!;
}

const WINDOW = RATE / 20;

/** Where a tone crosses zero upwards. */
function crossings(tone: Float32Array): number[] {
  const found: number[] = [];
  for (let i = 1; i < tone.length; i++) if (tone[i - 1]! < 0 && tone[i]! >= 0) found.push(i);
  return found;
}

const loudSeconds = (samples: Float32Array): number =>
  samples.filter((sample) => Math.abs(sample) > 0.05).length / RATE;

describe.each(servers)('with $name', (kind) => {
  it('programs record what a person says, and silence before and after', async () => {
    await using desk = await desktop(kind);
    await using program = desk.record();
    await expect.poll(() => program.samples().length, { timeout: 10_000 }).toBeGreaterThan(RATE / 4);
    expect(loudSeconds(program.samples())).toBe(0);
    const { events, speaking } = open(desk.microphone);
    await expect.poll(() => events, { timeout: 10_000 }).toEqual(['ready']);
    await sayTone(speaking, 660, 2);
    // A machine that is busy otherwise makes gaps of its own.
    await expect.poll(() => loudSeconds(program.samples()), { timeout: 5_000 }).toBeGreaterThan(0.4);
    expect(frequency(program.samples())).toBeCloseTo(660, -1);
    const loudest = program.samples().reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeCloseTo(0.5, 1);
    const before = await processesOf(desk.instance);
    speaking[Symbol.dispose]();
    await expect.poll(() => processesOf(desk.instance), { timeout: 5_000 }).toHaveLength(before.length - 1);
    const length = program.samples().length;
    await expect.poll(() => program.samples().length, { timeout: 5_000 }).toBeGreaterThan(length + RATE / 4);
    expect(loudSeconds(program.samples().subarray(length + RATE / 8))).toBe(0);
  }, 60_000);

  it('goes on while no program records', async () => {
    await using desk = await desktop(kind);
    const { events, speaking } = open(desk.microphone);
    await expect.poll(() => events, { timeout: 10_000 }).toEqual(['ready']);
    await sayTone(speaking, 660, 5);
    expect(events).toEqual(['ready']);
  }, 60_000);

  it('comes back with a server that has died', async () => {
    await using desk = await desktop(kind);
    const { events, speaking } = open(desk.microphone);
    await expect.poll(() => events, { timeout: 10_000 }).toEqual(['ready']);
    const talking = new AbortController();
    void keepTalking(speaking, talking.signal);
    process.kill(desk.supervised.pid, 'SIGKILL');
    await expect.poll(() => events, { timeout: 20_000 }).toContain('failed');
    await expect.poll(() => events.at(-1), { timeout: 20_000 }).toBe('ready');
    await using program = desk.record();
    await expect.poll(() => loudSeconds(program.samples()), { timeout: 10_000 }).toBeGreaterThan(0.5);
    talking.abort();
  }, 60_000);
});

async function keepTalking(speaking: Speaking, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sayTone(speaking, 660, 1);
}

it('is handed on: who spoke before is told, and no longer heard', async () => {
  await using desk = await desktop(servers[0]!);
  const first = open(desk.microphone);
  await expect.poll(() => first.events, { timeout: 10_000 }).toEqual(['ready']);
  const second = open(desk.microphone);
  expect(first.events).toEqual(['ready', 'taken']);
  await expect.poll(() => second.events, { timeout: 10_000 }).toEqual(['ready']);
  await using program = desk.record();
  await expect.poll(() => program.samples().length, { timeout: 10_000 }).toBeGreaterThan(0);
  await sayTone(first.speaking, 660, 0.5);
  first.speaking[Symbol.dispose]();
  await sayTone(second.speaking, 440, 1);
  await expect.poll(() => loudSeconds(program.samples()), { timeout: 5_000 }).toBeGreaterThan(0.4);
  expect(frequency(program.samples())).toBeCloseTo(440, -1);
}, 30_000);
