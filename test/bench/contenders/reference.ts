import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import { startXvfb } from '../../support/xvfb.ts';
import { SCREEN } from '../scenes/scene.ts';
import type { Contender } from './contender.ts';

const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/**
 * The experiment that this product has to beat: damage-driven capture, x264enc through GStreamer, a WebSocket and
 * WebCodecs.
 *
 * @param folder where its files are
 */
export function reference(folder: string): Contender {
  return {
    name: 'reference',
    async start(_, { width, height } = SCREEN) {
      await using stack = new AsyncDisposableStack();
      const home = await mkdtemp(join(tmpdir(), 'deskside-reference-'));
      stack.defer(() => rm(home, { recursive: true }));
      await cp(folder, home, { recursive: true });
      await symlink(NODE_MODULES, join(home, 'node_modules'));
      const xvfb = stack.use(await startXvfb(`${width}x${height}`));
      const port = await freePort();
      const server = spawn(process.execPath, ['server.mjs'], {
        cwd: home,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          DISPLAY: xvfb.address.display,
          XAUTHORITY: xvfb.address.xauthority,
          PORT: String(port),
          TX: 'D',
          SRC: 'dm2',
          ENC: 'gst',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      stack.defer(() => end(server));
      const url = `http://127.0.0.1:${port}/?how=wmstg`;
      await until('the reference to answer', () => fetch(url));
      const ending = stack.move();
      return {
        url,
        address: xvfb.address,
        pid: server.pid!,
        xPid: xvfb.pid,
        [Symbol.asyncDispose]: () => ending.disposeAsync(),
      };
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
