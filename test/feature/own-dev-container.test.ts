/** This repository's own dev container, where its packages are there already: a person can build, test and run Deskside inside. */
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from '../support/engine/command.ts';
import { startEngine } from '../support/engine/engine.ts';
import { fromPng } from '../support/image.ts';
import { DevContainer } from './dev-container.ts';
import { preparedImage } from './prepared-image.ts';
import { temporaryFolder } from './temporary-folder.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Of the one person whom the Dockerfile makes. */
const DEV = 1000;

/**
 * What `initializeCommand` makes is root's here. Elsewhere it is of the person who works inside, and who may replace it:
 * nothing is kept from them.
 */
const GENEROUS = ['sh', '-c', 'umask 0 && exec "$@"', 'sh'];

/** Outside `devcontainer features test`: ends at the first thing that is not as expected. */
const CHECK = 'check() { label=$1; shift; "$@" >/dev/null || { echo "Not so: $label"; exit 1; }; }';

/** What does not come with a clone. */
const MADE = ['node_modules', 'dist', 'dist-test', 'test-results', '.git'];

// Only root may give the clone to somebody else and lay node_modules over it.
describe.runIf(process.getuid?.() === 0)("this repository's own dev container", () => {
  const stack = new AsyncDisposableStack();
  let container: DevContainer;

  beforeAll(async () => {
    const engine = stack.use(await startEngine());
    await preparedImage(engine, 'trixie');
    const files = new AsyncDisposableStack();
    const clone = files.use(await temporaryFolder()).path;
    await copyTree(clone, files);
    container = stack.use(await DevContainer.upIn(clone, engine, files, GENEROUS));
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  test("has the tree's feature on Debian 13, with no option given", async () => {
    expect((await container.exec('id --user --name')).trim()).toBe('dev');
    const expectations = '. feature/test/deskside/expectations.sh';
    await container.exec(
      `bash -c '${CHECK}; ${expectations}; check_desktop; check XFCE eventually runs_as xfce4-session dev'`,
    );
  });

  test('runs tests', async () => {
    // That loader writes nothing into node_modules.
    const flags = '--configLoader runner --project unit client/protocol';
    const vitest = `node_modules/.bin/node node_modules/vitest/vitest.mjs run ${flags}`;
    expect(await container.exec(vitest)).toMatch(/ passed, 0 failed/);
  });

  test('installs from the registry: one package, since the others came with the clone', async () => {
    await container.exec('npm install --no-save --prefix /tmp/installed fflate@0.8.3');
    expect(await container.exec('ls /tmp/installed/node_modules')).toContain('fflate');
  });

  test('passes npm run check', { timeout: 600_000 }, async () => {
    expect(await container.exec('npm run check')).toContain('All is fine.');
  });

  test('runs the streamer that it has built, on a desktop of its own', async () => {
    const built = 'DESKSIDE_NAME=built node_modules/.bin/node streamer/dist/deskside.mjs';
    await container.exec(`${built} start --port 6090 --display :21 --size 800x600 --session none`);
    const png = await container.exec(`${built} screenshot - | base64 --wrap=0`);
    expect(fromPng(Buffer.from(png, 'base64'))).toMatchObject({ width: 800, height: 600 });
  });
});

/** As a person has it who has cloned the repository and installed what it needs. */
async function copyTree(to: string, stack: AsyncDisposableStack): Promise<void> {
  await cp(repository, to, { recursive: true, filter: (path) => !MADE.includes(basename(path)) });
  await command('chown', ['--recursive', `${DEV}:${DEV}`, to]);
  const modules = join(to, 'node_modules');
  await mkdir(modules);
  // Read-only, so that whatever removes the clone cannot remove these.
  await command('mount', ['--options', 'bind,ro', join(repository, 'node_modules'), modules]);
  stack.defer(async () => void (await command('umount', [modules])));
}
