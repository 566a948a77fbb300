/** The container engine of the tests leaves the machine as it found it, however they end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { command } from '../support/engine/command.ts';
import { startEngine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';

const SOCKET = '/run/deskside-engine/docker.sock';
const engineModule = new URL('../support/engine/engine.ts', import.meta.url).href;

/** Where an engine runs already, ours is not started. */
const startsOwn = process.getuid?.() === 0 && !existsSync('/var/run/docker.sock') && !process.env.DOCKER_HOST;

test.runIf(startsOwn)('ended in order', { timeout: 300_000 }, async () => {
  const before = await network();
  {
    await using _engine = await startEngine();
    expect((await network()).bridge).toBe(true);
  }
  expect(await network()).toEqual(before);
});

test.runIf(startsOwn)('the tests killed', { timeout: 300_000 }, async () => {
  const before = await network();
  const start = `await (await import('${engineModule}')).startEngine(); console.log('started');`;
  const tests = spawn(process.execPath, ['--input-type=module', '--eval', start], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(tests.stdout, 'data');
  expect(existsSync(SOCKET)).toBe(true);
  tests.kill('SIGKILL');
  await until('the engine to end by itself', () => !existsSync(SOCKET));
  await until('the network to be as before', async () => {
    expect(await network()).toEqual(before);
    return true;
  });
});

/** What an engine changes about a machine's network. */
async function network() {
  const rules = await command('iptables-save', []);
  return {
    bridge: existsSync('/sys/class/net/docker0'),
    forwarding: await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    // An empty table is no change, nor are the counters.
    rules: rules.split('\n').filter((line) => /^-A|FORWARD/.test(line) && !/:FORWARD ACCEPT/.test(line)),
  };
}
