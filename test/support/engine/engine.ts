import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';

const GUARD = fileURLToPath(new URL('guard.ts', import.meta.url));

/** One at a time on a machine: bridge and packet filter are the machine's. */
const LOCK = '/run/lock/deskside-engine.lock';

export interface Engine extends AsyncDisposable {
  /** For everything that talks to it: `DOCKER_HOST`. */
  env: NodeJS.ProcessEnv;
  /** Whether it is ours: then its images are ours as well, and no registry is asked. */
  own: boolean;
}

/**
 * A container engine: the one that `DOCKER_HOST` or the usual socket leads to, else one of our own from Debian's
 * `docker.io`. Ours ends with this process, however that ends, and leaves the machine's network as it was.
 *
 * @throws Error saying what to do where there is none and none can be started
 */
export async function startEngine(): Promise<Engine> {
  return (await runningEngine()) ?? (await ownEngine());
}

async function runningEngine(): Promise<Engine | undefined> {
  const answers = await command('docker', ['version']).then(
    () => true,
    () => false,
  );
  return answers ? { env: process.env, own: false, [Symbol.asyncDispose]: async () => {} } : undefined;
}

async function ownEngine(): Promise<Engine> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'No container engine answers and only root can start one: start Docker, or test as root.',
    );
  }
  const guard = spawn('flock', ['--close', LOCK, process.execPath, GUARD], {
    // A session of its own: Ctrl+C is for us, and the guard has to outlive us to tidy up.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const complaint = text(guard.stderr);
  const ended = once(guard, 'close');
  const ready = await Promise.race([once(guard.stdout, 'data'), ended.then(() => undefined)]);
  if (ready === undefined) throw new Error(`The container engine did not start:\n${await complaint}`);
  return {
    // The builder of Debian's engine: the newer one comes as an image from a registry.
    env: { ...process.env, DOCKER_HOST: String(ready[0]).trim(), DOCKER_BUILDKIT: '0' },
    own: true,
    async [Symbol.asyncDispose]() {
      guard.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`The container engine did not end well:\n${await complaint}`);
    },
  };
}
