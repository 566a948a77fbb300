/** The ready desktop container for people without dev containers. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { launchChromium, openViewer } from '../support/chromium.ts';
import { baseImage } from '../support/engine/base-image.ts';
import { command } from '../support/engine/command.ts';
import { startEngine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';
import { stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

const dockerfile = fileURLToPath(new URL('../../feature/container/Dockerfile', import.meta.url));

test('its published port shows the desktop of its one user', { timeout: 600_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await startEngine());
  const docker = async (...args: string[]) => (await command('docker', args, engine)).trim();
  await baseImage(engine, 'bookworm');
  const feature = join(stack.use(await temporaryFolder()).path, 'deskside');
  await stageFeature(feature);

  const image = 'deskside-test/container';
  await docker('build', '--tag', image, '--file', dockerfile, '--build-arg', 'DESKTOP=openbox', feature);
  const id = await docker('run', '--detach', '--publish', '127.0.0.1::6080', image);
  stack.defer(async () => void (await docker('rm', '--force', id)));

  const url = new URL(await until('the desktop to run', () => docker('exec', id, 'deskside', 'url'), 60_000));
  url.host = await docker('port', id, '6080/tcp');
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await openViewer(browser, url.href);
  expect(await page.title()).not.toBe('');
  expect(await docker('exec', id, 'id', '--user', '--name')).toBe('desk');
});
