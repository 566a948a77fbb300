import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { type AudioPacket, decodeAudioPacket } from '@deskside/protocol';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { processesOf } from '../processes.ts';
import { Supervised } from '../supervised.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { DesktopSound } from './desktop-sound.ts';
import { SINK, type SoundServerKind } from './kind.ts';
import { startPipeWire } from './pipewire.ts';
import { startPulseAudio } from './pulseaudio.ts';
import { pulseServerOf, startSoundServer } from './sound-server.ts';

const run = promisify(execFile);

const servers: SoundServerKind[] = [
  { name: 'PulseAudio', program: 'pulseaudio', start: startPulseAudio },
  { name: 'PipeWire', program: 'pipewire-pulse', start: startPipeWire },
];

/** A sound server and what records it. */
async function desktop(kind: SoundServerKind) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const output = new PassThrough();
  output.resume();
  const instance = randomBytes(8).toString('hex');
  const common = { instance, output };
  const start = () =>
    startSoundServer(kind, { folder: folder.path, desktop: 'lab', channels: 2, microphone: true, ...common });
  const server = stack.use(await Supervised.start(start));
  const states: string[] = [];
  const sound = stack.use(
    new DesktopSound({
      server: pulseServerOf(folder.path),
      device: `${SINK}.monitor`,
      channels: 2,
      frame: 10,
      bitrate: 128,
      log: pino({ level: 'silent' }),
      onState: (state) => states.push(state),
      ...common,
    }),
  );
  const env = { ...process.env, HOME: folder.path, PULSE_SERVER: pulseServerOf(folder.path) };
  /** Done when it has been played. */
  async function play(...effects: string[]): Promise<void> {
    const file = join(folder.path, 'tone.wav');
    await run('sox', ['-n', '-r', '48000', '-c', '2', '-b', '16', file, 'synth', ...effects]);
    await run('paplay', [file], { env });
  }
  const parts = stack.move();
  return {
    sound,
    server,
    states,
    instance,
    play,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function collect(sound: DesktopSound): { packets: AudioPacket[] } & Disposable {
  const packets: AudioPacket[] = [];
  const listening = sound.listen((bytes) => packets.push(decodeAudioPacket(bytes)));
  return { packets, [Symbol.dispose]: () => listening[Symbol.dispose]() };
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
    expect(await processesOf(desk.instance)).toHaveLength(before.length + 1);
    first[Symbol.dispose]();
    await desk.play('0.3', 'sine', '440');
    await expect.poll(() => second.packets.length, { timeout: 5_000 }).toBeGreaterThan(20);
    expect(first.packets).toEqual([]);
    second[Symbol.dispose]();
    await expect.poll(() => processesOf(desk.instance), { timeout: 5_000 }).toEqual(before);
  });

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
