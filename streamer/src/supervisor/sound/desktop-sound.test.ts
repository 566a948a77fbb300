import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { type AudioPacket, decodeAudioPacket } from '@deskside/protocol';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CodecPipeline } from '../../media/gstreamer.ts';
import { processesOf } from '../processes.ts';
import { Supervised } from '../supervised.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { DesktopSound } from './desktop-sound.ts';
import { type Channels, SINK, type SoundServerKind } from './kind.ts';
import { pulseServerOf, SOUND_SERVERS, startSoundServer } from './sound-server.ts';

const run = promisify(execFile);

const servers: SoundServerKind[] = Object.values(SOUND_SERVERS);

interface Format {
  channels?: Channels;
  /** ms */
  frame?: number;
  /** kbit/s */
  bitrate?: number;
}

/** A sound server and what records it. */
async function desktop(kind: SoundServerKind, format: Format = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const { channels = 2 } = format;
  const output = new PassThrough();
  output.resume();
  const instance = randomBytes(8).toString('hex');
  const common = { instance, output };
  const start = () =>
    startSoundServer(kind, { folder: folder.path, desktop: 'lab', channels, microphone: true, ...common });
  const server = stack.use(await Supervised.start(start));
  const states: string[] = [];
  const sound = stack.use(
    new DesktopSound({
      server: pulseServerOf(folder.path),
      device: `${SINK}.monitor`,
      channels,
      frame: 10,
      bitrate: 128,
      ...format,
      log: pino({ level: 'silent' }),
      onState: (state) => states.push(state),
      ...common,
    }),
  );
  const env = { ...process.env, HOME: folder.path, PULSE_SERVER: pulseServerOf(folder.path) };
  /** Done when it has been played: by a program that is far ahead of the server, if it does not say otherwise. */
  async function play(...effects: string[]): Promise<void> {
    await playWith([], ...effects);
  }
  async function playWith(latency: readonly string[], ...effects: string[]): Promise<void> {
    const file = join(folder.path, 'tone.wav');
    await run('sox', ['-n', '-r', '48000', '-c', String(channels), '-b', '16', file, 'synth', ...effects]);
    await run('paplay', [...latency, file], { env });
  }
  /** Whether nobody records, but for those who pause. */
  async function recordsNothing(): Promise<boolean> {
    const { stdout } = await run('pactl', ['list', 'source-outputs'], { env: { ...env, LC_ALL: 'C' } });
    return stdout.includes('Corked: yes') && !stdout.includes('Corked: no');
  }

  /** What a person does in a mixer. */
  async function mix(...args: string[]): Promise<void> {
    await run('pactl', args, { env });
  }
  const parts = stack.move();
  return {
    mix,
    recordsNothing,
    sound,
    server,
    states,
    instance,
    play,
    playWith,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function collect(sound: DesktopSound): { packets: AudioPacket[] } & Disposable {
  const packets: AudioPacket[] = [];
  const listening = sound.listen((bytes) => packets.push(decodeAudioPacket(bytes)));
  return { packets, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}

/** Samples of both channels, one after the other, -1 to 1. */
async function decode(packets: readonly AudioPacket[]): Promise<number[]> {
  await using decoder = new CodecPipeline(
    'appsrc name=in is-live=true do-timestamp=true format=time caps=audio/x-opus,channel-mapping-family=0,channels=2,rate=48000 ! opusdec name=codec ! appsink name=out sync=false',
  );
  await decoder.play('heard');
  const heard: number[] = [];
  for (const { data } of packets) {
    const { data: samples } = await decoder.passCopy(data, 2000);
    for (let at = 0; at < samples.length; at += 2) heard.push(samples.readInt16LE(at) / 32768);
  }
  return heard;
}

/** Of the loudest sample, 0 to 1. */
async function peak(packets: readonly AudioPacket[]): Promise<number> {
  return (await decode(packets)).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

/** How long it is loud, ms. */
async function loud(packets: readonly AudioPacket[]): Promise<number> {
  return (await decode(packets)).filter((sample) => Math.abs(sample) > 0.1).length / (2 * 48);
}

describe.each(servers)('with $name', (kind) => {
  it('a tone comes in one piece, in 10 ms frames, and silence costs nothing', async () => {
    await using desk = await desktop(kind);
    using heard = collect(desk.sound);
    await expect.poll(() => desk.states, { timeout: 10_000 }).toEqual(['ready']);
    expect(heard.packets).toEqual([]);
    await desk.play('1', 'sine', '440');
    await expect.poll(() => heard.packets.length, { timeout: 5_000 }).toBeGreaterThan(100);
    const { packets } = heard;
    expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, index) => index === 0));
    expect(packets.map(({ sequence }) => sequence)).toEqual(packets.map((_, index) => index));
    const steps = packets.slice(1).map(({ captureTime }, index) => captureTime - packets[index]!.captureTime);
    for (const step of steps) expect(step).toBeCloseTo(10, 0);
    expect(packets.every(({ channels }) => channels === 2)).toBe(true);
  });

  it('is recorded only while somebody listens, and once for all', async () => {
    await using desk = await desktop(kind);
    const before = await processesOf(desk.instance);
    const [first, second] = [collect(desk.sound), collect(desk.sound)];
    await expect.poll(() => desk.states, { timeout: 10_000 }).toEqual(['ready']);
    const recorders = (await processesOf(desk.instance)).filter((pid) => !before.includes(pid));
    expect(recorders).toHaveLength(1);
    // It has no gaps beside what takes every core only if it is no nicer than that.
    expect(getPriority(recorders[0]!)).toBeLessThanOrEqual(getPriority());
    first[Symbol.dispose]();
    await desk.play('0.3', 'sine', '440');
    await expect.poll(() => second.packets.length, { timeout: 5_000 }).toBeGreaterThan(20);
    expect(first.packets).toEqual([]);
    second[Symbol.dispose]();
    await expect.poll(() => processesOf(desk.instance), { timeout: 5_000 }).toEqual(before);
  });

  it('rests while nothing plays, and misses nothing of what begins then', async () => {
    await using desk = await desktop(kind);
    using heard = collect(desk.sound);
    const rested = () => expect.poll(desk.recordsNothing, { timeout: 20_000 }).toBe(true);
    const heardOfTone = async (latency: string[]): Promise<number> => {
      await rested();
      heard.packets.length = 0;
      await desk.playWith(latency, '0.3', 'square', '440');
      await rested();
      expect(heard.packets.map(({ marker }) => marker).lastIndexOf(true)).toBe(0);
      return await loud(heard.packets);
    };
    for (const latency of [[], ['--latency-msec=20']]) {
      // An encoder that begins fades in; on a machine that is busy otherwise more may be missing.
      await expect.poll(() => heardOfTone(latency), { timeout: 60_000 }).toBeGreaterThan(285);
    }
    process.kill(desk.server.pid, 'SIGKILL');
    await expect.poll(() => desk.states, { timeout: 20_000 }).toEqual(['ready', 'failed', 'ready']);
  }, 150_000);

  it('is as loud as the desktop’s own mixer says', async () => {
    await using desk = await desktop(kind);
    using heard = collect(desk.sound);
    await expect.poll(() => desk.states, { timeout: 10_000 }).toEqual(['ready']);
    const loudness = async (): Promise<number> => {
      heard.packets.length = 0;
      await desk.play('0.5', 'sine', '440');
      await expect.poll(() => heard.packets.length, { timeout: 5_000 }).toBeGreaterThan(40);
      return await peak(heard.packets);
    };
    const full = await loudness();
    await desk.mix('set-sink-volume', SINK, '50%');
    // Volumes of PulseAudio are cubic: half of it is an eighth of the amplitude. Of the tone before, packets may follow.
    await expect.poll(async () => (await loudness()) / full, { timeout: 20_000 }).toBeCloseTo(1 / 8, 1);
    await desk.mix('set-sink-mute', SINK, '1');
    const whatIsPlayed = async (): Promise<number> => {
      heard.packets.length = 0;
      await desk.play('0.5', 'sine', '440');
      return await peak(heard.packets);
    };
    await expect.poll(whatIsPlayed, { timeout: 20_000 }).toBeLessThan(0.001);
  }, 30_000);

  it('comes back with a server that has died', async () => {
    await using desk = await desktop(kind);
    using heard = collect(desk.sound);
    await expect.poll(() => desk.states, { timeout: 10_000 }).toEqual(['ready']);
    process.kill(desk.server.pid, 'SIGKILL');
    await expect.poll(() => desk.states.at(-1), { timeout: 10_000 }).toBe('failed');
    await expect.poll(() => desk.states.at(-1), { timeout: 20_000 }).toBe('ready');
    await desk.play('0.3', 'sine', '440');
    await expect.poll(() => heard.packets.length, { timeout: 5_000 }).toBeGreaterThan(20);
  }, 60_000);
});

// The last has packets as large as they get.
it.each([
  { channels: 1, frame: 5, bitrate: 16 },
  { channels: 2, frame: 20, bitrate: 64 },
  { channels: 6, frame: 10, bitrate: 256 },
  { channels: 8, frame: 60, bitrate: 510 },
] satisfies Format[])('rests after a sound of $channels channels in frames of $frame ms', async (format) => {
  await using desk = await desktop(SOUND_SERVERS.pulseaudio, format);
  using heard = collect(desk.sound);
  const rested = () => expect.poll(desk.recordsNothing, { timeout: 20_000 }).toBe(true);
  await rested();
  await desk.play('0.5', 'whitenoise', 'gain', '-3');
  await expect.poll(() => heard.packets.length).toBeGreaterThanOrEqual(Math.floor(400 / format.frame));
  expect(heard.packets.every(({ channels }) => channels === format.channels)).toBe(true);
  await rested();
  expect(desk.states).toEqual(['ready']);
});
