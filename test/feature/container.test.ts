/** The ready desktop container for people without dev containers. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openViewer } from '../support/chromium.ts';
import { command } from '../support/engine/command.ts';
import { type Engine, startEngine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';
import { preparedImage } from './prepared-image.ts';
import { stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

const IMAGE = 'deskside-test/container';

const dockerfile = fileURLToPath(new URL('../../feature/container/Dockerfile', import.meta.url));

const stack = new AsyncDisposableStack();
let engine: Engine;

beforeAll(async () => {
  engine = stack.use(await startEngine());
  await preparedImage(engine);
  const feature = join(stack.use(await temporaryFolder()).path, 'deskside');
  await stageFeature(feature);
  const build = ['build', '--tag', IMAGE, '--file', dockerfile, '--build-arg', 'DESKTOP=openbox', feature];
  const before = performance.now();
  await docker(...build);
  const seconds = (performance.now() - before) / 1000;
  if (engine.own) console.log(`Installed where the packages are there already: ${seconds.toFixed(1)} s`);
}, 600_000);
afterAll(() => stack.disposeAsync());

test('its published port shows the desktop of its one user', async () => {
  await using container = await start('--publish', '127.0.0.1::6080');
  const url = new URL(await until('the desktop to run', () => container.exec('deskside url'), 60_000));
  url.host = await docker('port', container.id, '6080/tcp');
  const browser = await launchChromium();
  await using _browser = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await openViewer(browser, url.href);
  expect(await page.title()).not.toBe('');
  expect(await container.exec('id --user --name')).toBe('desk');
});

test('its operator may choose the token, which is not in its log', async () => {
  const token = 'correct-horse-battery-staple';
  await using container = await start('--env', `DESKSIDE_TOKEN=${token}`);
  const url = await until('the desktop to run', () => container.exec('deskside url'), 60_000);
  expect(new URL(url).searchParams.get('token')).toBe(token);
  expect(await container.exec('deskside logs')).not.toContain(token);
});

test('the doctor tells of a token that is none, without telling it', async () => {
  const report = await complaints('deskside doctor', '--env', 'DESKSIDE_TOKEN=hunter2');
  expect(report).toMatch(/MISSING {2}state directory: DESKSIDE_TOKEN holds no token: 16 to 512/);
  expect(report.split('failed:')[1]).not.toContain('hunter2');
});

test('the doctor tells of a home that cannot be written', async () => {
  const report = await complaints('deskside doctor', '--tmpfs', '/home/desk:ro');
  expect(report).toMatch(/MISSING {2}state directory: .*\/home\/desk.*--state-dir/);
});

test('the doctor tells of a full disk', async () => {
  const fill = 'head --bytes=1M /dev/zero >filling';
  const report = await complaints(`${fill}; deskside doctor`, '--tmpfs', '/home/desk:size=64k,uid=1000');
  expect(report).toMatch(/MISSING {2}state directory: .*\/home\/desk.*no space left on device.*make room/);
});

test('the doctor tells of a port and a display that another desktop has', async () => {
  const report = await complaints('deskside start && DESKSIDE_NAME=second deskside doctor');
  expect(report).toMatch(/MISSING {2}display: :20 is in use by another X server\n.*another with --display/);
  expect(report).toMatch(/MISSING {2}port: .*EADDRINUSE.*6080\n.*choose another with --port/);
});

async function docker(...args: string[]): Promise<string> {
  return (await command('docker', args, engine)).trim();
}

/** As a person would, with more flags of `docker run`. */
async function start(...flags: string[]) {
  const id = await docker('run', '--detach', ...flags, IMAGE);
  return {
    id,
    exec: (shell: string) => docker('exec', id, 'sh', '-c', shell),
    [Symbol.asyncDispose]: async () => void (await docker('rm', '--force', id)),
  };
}

/** What a command prints that has to fail. */
async function complaints(shell: string, ...flags: string[]): Promise<string> {
  return await docker('run', '--rm', ...flags, IMAGE, 'sh', '-c', shell).then(
    (output) => Promise.reject(new Error(`Nothing was wrong:\n${output}`)),
    (error: Error) => error.message,
  );
}
