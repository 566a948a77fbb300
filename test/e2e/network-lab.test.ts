import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Echoes } from '../support/lab/echo.ts';
import { Lab } from '../support/lab/lab.ts';
import { isAlive } from '../support/process.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import { startXServer, startXvfb, type Xvfb } from '../support/xvfb.ts';

const DATAGRAMS = 400;

test('a lab leads from one host to the other and nowhere else', async () => {
  await using lab = await Lab.create();
  expect(await echoes(lab, 1)).toMatchObject({ count: 1 });
  expect(await lab.client.run('ip', '-brief', 'link')).not.toContain('eth');
  expect(await lab.client.run('ip', 'route')).toContain(lab.serverAddress);
});

test('a lab loses what it is told to lose, in each direction', async () => {
  await using lab = await Lab.create({ loss: 0.3 });
  const { count } = await echoes(lab, DATAGRAMS);
  // Half survive both ways; less than one run in a million leaves these bounds.
  expect(count / DATAGRAMS).toBeGreaterThan(0.35);
  expect(count / DATAGRAMS).toBeLessThan(0.63);
});

test('a lab lets nothing through sooner than its delay, in order and unharmed', async () => {
  await using lab = await Lab.create({ delay: 20, jitter: 5 });
  const { count, shortest, ordered } = await echoes(lab, 50);
  expect(count).toBe(50);
  expect(ordered).toBe(true);
  expect(shortest).toBeGreaterThanOrEqual(39);
});

test('a bottleneck of a lab keeps a queue and loses what does not fit', async () => {
  await using lab = await Lab.create({ rate: 1000 });
  // Of 480,000 bytes at once, 25,000 wait for 200 ms at most.
  const { count } = await echoes(lab, DATAGRAMS);
  expect(count).toBeGreaterThan(10);
  expect(count).toBeLessThan(DATAGRAMS / 2);
  await expect(lab.dropped()).resolves.toBe(DATAGRAMS - count);
});

test('an X server in a lab leaves the sockets of those outside alone', async () => {
  await using outside = await startXvfb('320x200');
  await using lab = await Lab.create();
  const options = [outside.address.display, '-nolisten', 'tcp', '-screen', '0', '640x480x24'];
  await using inside = await startXServer('Xvfb', options, lab.server);
  expect(inside.address.display).toBe(outside.address.display);
  expect(await widthOf(outside)).toBe(320);
  expect(await widthOf(inside)).toBe(640);
});

test('a lab whose maker is killed leaves nothing behind', async () => {
  const code = `
    const { Lab } = await import(${JSON.stringify(new URL('../support/lab/lab.ts', import.meta.url).href)});
    const lab = await Lab.create({ delay: 5 });
    console.log(lab.server.pid, lab.client.pid);`;
  const maker = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pids] = await once(maker.stdout, 'data');
  const holders = String(pids).trim().split(' ').map(Number);
  expect(holders.every(isAlive)).toBe(true);
  maker.kill('SIGKILL');
  await until('both namespaces to end', () => !holders.some(isAlive));
});

async function widthOf({ address }: Xvfb): Promise<number> {
  using x = await XClient.connect(address);
  return x.screen.pixel_width;
}

/** Sends datagrams from the client to the server and back. */
async function echoes(lab: Lab, count: number): Promise<Echoes> {
  const program = fileURLToPath(new URL('../support/lab/echo.ts', import.meta.url));
  const [command, ...args] = lab.server.enter(process.execPath, program, 'server', lab.serverAddress);
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  try {
    return JSON.parse(
      await lab.client.run(process.execPath, program, 'client', lab.serverAddress, String(count)),
    );
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
}
