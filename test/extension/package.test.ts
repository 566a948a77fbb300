import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packExtension } from '../support/code-server/extension.ts';

/** Most that the package may have, bytes: it is loaded anew into every container. */
const LIMIT = 400 * 1024;

test('the package is small, and has what both kinds of host and a person need', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-package-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const vsix = await packExtension(folder);
  expect((await stat(vsix)).size).toBeLessThanOrEqual(LIMIT);
  const { stdout } = await promisify(execFile)('unzip', ['-Z1', vsix]);
  const names = stdout.trim().split('\n');
  const wanted = ['extension.js', 'desk.js', 'web.js', 'webview.js', 'remote-desktop.js'].map(
    (name) => `dist/${name}`,
  );
  for (const name of [...wanted, 'readme.md', 'changelog.md', 'LICENSE.txt', 'media/walkthrough/open.svg']) {
    expect(names).toContain(`extension/${name}`);
  }
  expect(names.filter((name) => /\.(ts|map|mjs)$|node_modules/.test(name))).toEqual([]);
});
