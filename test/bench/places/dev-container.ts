/** What a dev container with the feature takes: to come up, to be installed, and while it rests. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { DevContainer } from '../../feature/dev-container.ts';
import { preparedImage } from '../../feature/prepared-image.ts';
import { DEVCONTAINER, stageFeature } from '../../feature/staged-feature.ts';
import { temporaryFolder } from '../../feature/temporary-folder.ts';
import { launchChromium, live } from '../../support/chromium.ts';
import { freePort } from '../../support/coder/free-port.ts';
import { command } from '../../support/engine/command.ts';
import { type Engine, startEngine } from '../../support/engine/engine.ts';
import { until } from '../../support/until.ts';

const BUILT = 'deskside-bench/desktop:latest';

/** A fresh desktop has done what it does at its start by then, ms. */
const SETTLED_MS = 8000;

export interface ContainerCosts {
  /** From the beginning of `devcontainer up` on a built image until a browser shows its desktop, ms. */
  ups: number[];
  /** `devcontainer up` alone on the image that the feature was put into: what is none of ours, ms. */
  bareUps: number[];
  /** The feature's `install.sh` without apt, ms. */
  installs: number[];
  idle: Idle;
}

/** A container with XFCE on which nothing happens. */
export interface Idle {
  /** What the kernel counts for it, as Docker writes it. */
  memory: string;
  /** Name and resident memory in MB of each process, the largest first; what they share is counted for each. */
  processes: { name: string; memory: number }[];
}

export async function measureContainers(rounds: number): Promise<ContainerCosts> {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await startEngine());
  const prepared = await preparedImage(engine);
  const folder = stack.use(await temporaryFolder()).path;
  const feature = join(folder, '.devcontainer/deskside');
  await stageFeature(feature);
  const installs = await several(rounds, 'install.sh', () => measureInstall(engine, prepared, feature));
  await writeFile(
    join(folder, '.devcontainer/devcontainer.json'),
    JSON.stringify({ image: prepared, features: { './deskside': {} } }),
  );
  const build = ['build', '--no-lockfile', '--workspace-folder', folder, '--image-name', BUILT];
  await command(DEVCONTAINER, build, engine);
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const ups = await several(rounds, 'devcontainer up', () => measureUp(engine, browser));
  const bareUps = await several(rounds, 'devcontainer up without the feature', () =>
    measureBareUp(engine, prepared),
  );
  return { ups, bareUps, installs, idle: await measureIdle(engine) };
}

async function several<T>(rounds: number, name: string, measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}: ${name}`);
    results.push(await measure());
  }
  return results;
}

/** Where all packages are there, and what apt takes to find that out is left out as well. */
async function measureInstall(engine: Engine, image: string, feature: string): Promise<number> {
  const script = `printf '#!/bin/sh\\n' >/usr/local/bin/apt-get
chmod +x /usr/local/bin/apt-get
before=$(date +%s%N)
/feature/install.sh >&2 || exit 1
echo $((($(date +%s%N) - before) / 1000000))`;
  const run = ['run', '--rm', '--volume', `${feature}:/feature:ro`, image, 'sh', '-c', script];
  return Number(await command('docker', run, engine));
}

async function measureUp(engine: Engine, browser: Browser): Promise<number> {
  const token = randomBytes(16).toString('hex');
  const port = await freePort();
  const before = performance.now();
  await using _container = await DevContainer.up(engine, {
    image: BUILT,
    containerEnv: { DESKSIDE_HOST: '0.0.0.0', DESKSIDE_TOKEN: token },
    runArgs: ['--publish', `127.0.0.1:${port}:6080`],
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the desktop to answer', async () => (await fetch(`${url}/healthz`)).ok);
  const context = await browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(`${url}/?token=${token}`);
  if (!response?.ok())
    throw new Error(`The page answered ${response?.status()}: ${await page.textContent('body')}`);
  await live(page);
  const elapsed = performance.now() - before;
  await context.close();
  return elapsed;
}

async function measureBareUp(engine: Engine, image: string): Promise<number> {
  const before = performance.now();
  await using _container = await DevContainer.up(engine, { image });
  return performance.now() - before;
}

async function measureIdle(engine: Engine): Promise<Idle> {
  await using container = await DevContainer.up(engine, { image: BUILT });
  await until('the desktop to run', () => container.exec('deskside status'));
  await sleep(SETTLED_MS);
  const memory = await container.docker('stats', '--no-stream', '--format', '{{.MemUsage}}');
  const table = await command('docker', ['top', container.id, '-eo', 'pid,rss,comm'], engine);
  const processes = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .map(([, kilobytes, ...name]) => ({ name: name.join(' '), memory: Number(kilobytes) / 1000 }))
    .sort((a, b) => b.memory - a.memory);
  return { memory: memory.split('/')[0]!.trim(), processes };
}
