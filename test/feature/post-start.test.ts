/** `deskside start` as postStartCommand: with Compose, and where nobody runs the feature's entrypoint. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../support/engine/command.ts';
import { type Engine, startEngine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';
import { DevContainer } from './dev-container.ts';
import { preparedImage } from './prepared-image.ts';
import { stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** As people have it: a service that is there for as long as somebody works. */
const COMPOSE = {
  // The engine's own bridge: what a project adds to the machine's network would outlive it.
  services: { desk: { image: 'debian:bookworm', command: 'sleep infinity', network_mode: 'bridge' } },
  version: '3.8',
};

const DEV_CONTAINER = {
  dockerComposeFile: 'compose.json',
  service: 'desk',
  workspaceFolder: '/',
  features: { './deskside': { desktop: 'none' } },
  postStartCommand: 'deskside start',
};

const stack = new AsyncDisposableStack();
let engine: Engine;
let workspace: string;
let container: DevContainer;

beforeAll(async () => {
  engine = stack.use(await startEngine());
  await preparedImage(engine);
  workspace = stack.use(await temporaryFolder()).path;
  const folder = join(workspace, '.devcontainer');
  await mkdir(folder);
  await stageFeature(join(folder, 'deskside'));
  await writeFile(join(folder, 'compose.json'), JSON.stringify(COMPOSE));
  await writeFile(join(folder, 'devcontainer.json'), JSON.stringify(DEV_CONTAINER));
  container = stack.use(await DevContainer.upIn(workspace, engine));
}, 600_000);
afterAll(() => stack.disposeAsync());

test('with Compose the desktop is there', async () => {
  expect(await statusOf((shell) => container.exec(shell))).toMatchObject({ display: ':20' });
});

test('with Compose it comes back with the container, by the entrypoint', async () => {
  await container.docker('restart', '--time', '5');
  await until('the desktop to run', () => container.exec('deskside status'), 60_000);
});

test('so it is where the entrypoint is ignored, as envbuilder does', async () => {
  const image = (await container.docker('inspect', '--format', '{{.Image}}')).trim();
  const run = ['run', '--detach', '--rm', '--entrypoint', 'sleep', image, 'infinity'];
  const id = (await command('docker', run, engine)).trim();
  await using _container = {
    [Symbol.asyncDispose]: async () => void (await command('docker', ['rm', '--force', id], engine)),
  };
  const exec = (shell: string) => command('docker', ['exec', id, 'sh', '-c', shell], engine);
  await expect(exec('deskside status')).rejects.toThrow('stopped');
  await exec(DEV_CONTAINER.postStartCommand);
  expect(await statusOf(exec)).toMatchObject({ display: ':20' });
});

async function statusOf(exec: (shell: string) => Promise<string>): Promise<unknown> {
  return JSON.parse(await exec('deskside status --json'));
}
