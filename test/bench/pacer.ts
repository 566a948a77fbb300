import { setTimeout as sleep } from 'node:timers/promises';

/** Not the page's 60 Hz, so that the phase between drawing and showing sweeps through all that there are. */
const PICTURES_PER_SECOND = 59;

/**
 * Calls at even intervals, never twice to catch up.
 *
 * @param seconds how long
 * @returns how often it called
 */
export async function pace(seconds: number, draw: () => void): Promise<number> {
  const interval = 1000 / PICTURES_PER_SECOND;
  const end = performance.now() + seconds * 1000;
  let drawn = 0;
  for (let due = performance.now(); due < end; due = Math.max(due + interval, performance.now())) {
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    draw();
    drawn++;
  }
  return drawn;
}
