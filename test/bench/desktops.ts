/** What many desktops cost on one machine while nobody does anything on them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Streamer } from '../support/streamer.ts';
import { startBuilt } from './contenders/deskside.ts';
import { readLoad, readMemory, share } from './load.ts';
import { median } from './report.ts';

const DESKTOPS = 20;

/** What a start leaves to be done later is done by then, s: V8 collects after some ten seconds what it needed. */
const SETTLING_S = 30;

export interface Desktops {
  count: number;
  /** Streamers and X servers, all together, per cent of one core. */
  cpu: number;
  /** Memory (PSS) of one without its X server, MB: what they share counts once. */
  memory: number;
}

export async function measureDesktops(seconds: number): Promise<Desktops> {
  await using stack = new AsyncDisposableStack();
  const streamers: Streamer[] = [];
  for (let i = 0; i < DESKTOPS; i++) streamers.push(stack.use(await startBuilt()));
  await sleep(SETTLING_S * 1000);
  // Nobody's browser counts here.
  const loads = () => streamers.map((streamer) => readLoad(streamer, streamer.pid));
  const before = loads();
  await sleep(seconds * 1000);
  const after = loads();
  const shares = before.map((load, i) => share(load, after[i]!));
  return {
    count: DESKTOPS,
    cpu: shares.reduce((total, { streamer, xServer }) => total + streamer + xServer, 0),
    memory: median(streamers.map((streamer) => readMemory(streamer))),
  };
}
