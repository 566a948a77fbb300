/** `npm run bench -- --transfer`: what a person who types notices of a file that goes up or comes down meanwhile. */
import { mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from '../support/lab/lab.ts';
import { deskside } from './contenders/deskside.ts';
import { typing } from './scenes/typing.ts';
import { type Smoothness, smoothness } from './smoothness.ts';
import { Stage } from './stage.ts';

export const TRANSFERS = [{ name: 'none' }, { name: 'download' }, { name: 'upload' }] as const;
type Transfer = (typeof TRANSFERS)[number];

/** A home's line, kbit/s each way; a queue before it holds 200 ms. */
const RATE = 20_000;

/** More than passes while it is measured, bytes. */
const LARGE = 500_000_000;

/** Rate control and the share of the transfer settle in this time, s. */
const WARM_UP_S = 4;

export interface TransferRun extends Smoothness {
  /** Of the file, kbit/s. */
  kbits: number;
}

export interface TransferResult {
  transfer: string;
  runs: TransferRun[];
}

/** Rounds outermost, so that a slow minute hits all of them. */
export async function measureTransfers(
  transfers: readonly Transfer[],
  rounds: number,
  seconds: number,
): Promise<TransferResult[]> {
  const results = transfers.map(({ name }) => ({ transfer: name, runs: [] as TransferRun[] }));
  for (let round = 1; round <= rounds; round++) {
    for (const { transfer, runs } of results) {
      console.error(`round ${round} of ${rounds}: ${transfer}`);
      runs.push(await measureOne(transfer, seconds));
    }
  }
  return results;
}

async function measureOne(transfer: string, seconds: number): Promise<TransferRun> {
  await using lab = await Lab.create({ rate: RATE });
  const bucket = ['rate', `${RATE}kbit`, 'burst', '3200', 'latency', '200ms'];
  await lab.client.run('tc', 'qdisc', 'add', 'dev', 'wire', 'root', 'tbf', ...bucket);
  await using stage = await Stage.open(deskside, typing, lab);
  const home = dirname(stage.running.address.xauthority);
  if (transfer !== 'none') await begin(transfer, stage, home);
  await stage.move(WARM_UP_S);
  await stage.sightings();
  const progress = () => (transfer === 'upload' ? arrived(home) : lab.received);
  const before = await progress();
  await stage.move(seconds);
  const kbits = transfer === 'none' ? 0 : (((await progress()) - before) * 8) / 1000 / seconds;
  return { ...smoothness(await stage.sightings(), seconds), kbits };
}

/** By the panel, as a person does it. */
async function begin(transfer: string, { page }: Stage, home: string): Promise<void> {
  const downloads = join(home, 'Downloads');
  await mkdir(downloads, { recursive: true });
  const file = join(transfer === 'download' ? downloads : home, 'large.bin');
  await writeFile(file, '');
  await truncate(file, LARGE);
  await page.mouse.move(960, 2);
  await page.getByRole('button', { name: 'Files' }).click();
  if (transfer === 'download') await page.getByRole('button', { name: 'large.bin' }).click();
  else {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload files' }).click();
    await (await chooser).setFiles(file);
  }
  await page.keyboard.press('Escape');
  await page.mouse.move(960, 800);
  await sleep(500);
}

/** Bytes of unfinished uploads. */
async function arrived(home: string): Promise<number> {
  const folder = join(home, 'Downloads/.deskside-partial');
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
