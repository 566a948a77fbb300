/** What the suite says where the server of Coder that it wants cannot be had. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { command } from '../support/engine/command.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

test('a registry that refuses the version: the recorded answers run alone, and a notice says so', async () => {
  const output = await runClientTests(403);
  expect(output).toMatch(/^NOTICE: .* refuses Coder v2\.24\.1: .* ran on recorded answers only\.$/m);
  expect(output).toContain('1 passed, 0 failed, 0 skipped');
});

test('a registry that is broken is a failure', async () => {
  await expect(runClientTests(500)).rejects.toThrow('500 Internal Server Error');
});

/**
 * Runs the tests of the client in a process of its own: with nothing built yet, the real Go, and a module proxy that
 * answers everything with this status.
 *
 * @returns what they printed; @throws Error with that if they failed
 */
async function runClientTests(status: number): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const cache = await mkdtemp(join(tmpdir(), 'deskside-no-cache-'));
  stack.defer(() => rm(cache, { recursive: true, force: true }));
  const proxy = createServer((_, response) => response.writeHead(status).end());
  stack.defer(async () => void proxy.close());
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const settings = { XDG_CACHE_HOME: cache, GOPROXY: `http://127.0.0.1:${port}` };
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'coder', 'test/coder/client.test.ts'];
  const env = { ...environmentOutsideTests(), ...settings };
  return await command(process.execPath, vitest, { cwd: repository, env });
}

/** Without what the test runner tells its own workers. */
function environmentOutsideTests(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
}
