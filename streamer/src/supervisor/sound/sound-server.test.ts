import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { processesOf } from '../processes.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { CHANNEL_MAPS, type SoundServerKind } from './kind.ts';
import { findSoundServer, pulseServerOf, SOUND_SERVERS, startSoundServer } from './sound-server.ts';

const servers: SoundServerKind[] = Object.values(SOUND_SERVERS);

afterEach(() => void vi.unstubAllEnvs());

async function options(folder: string) {
  const output = new PassThrough();
  output.resume();
  const instance = randomBytes(8).toString('hex');
  return { folder, desktop: 'lab', channels: 2 as const, microphone: false, instance, output };
}

async function pactl(folder: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, HOME: folder, LC_ALL: 'C', PULSE_SERVER: pulseServerOf(folder) };
  return (await promisify(execFile)('pactl', args, { env })).stdout;
}

it.each(servers)('$name has the desktop’s sink, and that is what programs play to', async (kind) => {
  await using folder = await temporaryFolder();
  const server = await startSoundServer(kind, await options(folder.path));
  await using _stopped = { [Symbol.asyncDispose]: () => server.stop() };
  await expect
    .poll(() => pactl(folder.path, 'info'), { timeout: 10_000 })
    .toMatch(/Default Sink: deskside$/m);
  const sinks = await pactl(folder.path, 'list', 'sinks');
  expect(sinks.match(/^Sink #/gm)).toHaveLength(1);
  expect(sinks).toContain('Description: Desktop lab');
  expect(sinks).toMatch(/2ch 48000Hz/);
});

it.each(servers)(
  '$name has a microphone that programs take by themselves, and that is no monitor',
  async (kind) => {
    await using folder = await temporaryFolder();
    const server = await startSoundServer(kind, { ...(await options(folder.path)), microphone: true });
    await using _stopped = { [Symbol.asyncDispose]: () => server.stop() };
    await expect
      .poll(() => pactl(folder.path, 'info'), { timeout: 10_000 })
      .toMatch(/Default Sink: deskside\nDefault Source: deskside-microphone$/m);
    expect(await pactl(folder.path, 'list', 'sources')).toContain('Description: Microphone of the browser');
  },
);

it.each([6, 8] as const)('has a loudspeaker for each of %i channels', async (channels) => {
  for (const kind of servers) {
    await using folder = await temporaryFolder();
    const server = await startSoundServer(kind, { ...(await options(folder.path)), channels });
    await using _stopped = { [Symbol.asyncDispose]: () => server.stop() };
    const map = `Channel Map: ${CHANNEL_MAPS[channels].join(',')}`;
    await expect.poll(() => pactl(folder.path, 'list', 'sinks'), { timeout: 10_000 }).toContain(map);
  }
});

it.each(servers)('$name leaves nothing behind, and starts again where it was killed', async (kind) => {
  await using folder = await temporaryFolder();
  const start = await options(folder.path);
  const first = await startSoundServer(kind, start);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await first.stop();
  const second = await startSoundServer(kind, start);
  await pactl(folder.path, 'info');
  await second.stop();
  expect(await processesOf(start.instance)).toEqual([]);
});

it.each(servers)('$name leaves the sound that a person has set up alone', async (kind) => {
  await using home = await temporaryFolder();
  await using folder = await temporaryFolder();
  for (const name of ['HOME', 'XDG_RUNTIME_DIR']) vi.stubEnv(name, home.path);
  const server = await startSoundServer(kind, await options(folder.path));
  await pactl(folder.path, 'info');
  await server.stop();
  expect(await readdir(home.path, { recursive: true })).toEqual([]);
});

it('says what to do about a path that is too long for a socket', async () => {
  await using folder = await temporaryFolder();
  const start = await options(join(folder.path, 'x'.repeat(100)));
  await expect(startSoundServer(servers[0]!, start)).rejects.toThrow('--state-dir');
});

it('is PulseAudio where both are installed, the one that is wanted, and none where none is', () => {
  expect(findSoundServer('auto')?.name).toBe('PulseAudio');
  expect(findSoundServer('pipewire')?.name).toBe('PipeWire');
  expect(findSoundServer('auto', '/nowhere')).toBeUndefined();
});
