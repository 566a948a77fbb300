/**
 * Gives back what V8 leaves lying, since nothing presses it to collect a heap this small, and what only a start needs
 * (measured: test/bench/NOTES.md).
 */
import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often memory is looked at, ms: what V8 compiled is colder after a collection, for some seconds. */
const INTERVAL = 60_000;

/** What a start touched is old by then, ms. */
const STARTED = 15_000;

/** As long as no more came to what the last collection left, a next one is not worth its time, bytes. */
const WORTHWHILE = 4 * 1024 * 1024;

/** All stands still for 10 to 30 ms: so that nobody sees it, it waits until so little was done for so long, ms ... */
const REST = 100;
const RESTING = 0.02;

/** ... but no longer than this, ms: a film has no rest, and one picture a minute that comes a little late. */
const PATIENCE = 10_000;

/** From now on, as long as this process lives: it is not kept alive for that. */
export function collectNowAndThen(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  let left = used();
  let waiting: NodeJS.Timeout | undefined;

  function collectAtRest(): void {
    let before = performance.eventLoopUtilization();
    let patience = PATIENCE / REST;
    waiting = setInterval(() => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      if (utilization > RESTING && --patience > 0) return;
      clearInterval(waiting);
      waiting = undefined;
      collect();
      void forgetColdPages();
      left = used();
    }, REST).unref();
  }

  setTimeout(() => void forgetColdPages(), STARTED).unref();
  setInterval(() => {
    if (!waiting && used() > left + WORTHWHILE) collectAtRest();
  }, INTERVAL).unref();
}

/** Loads what it needs when it is needed: a start does not wait for it. Where it cannot be done, all stays as it is. */
async function forgetColdPages(): Promise<void> {
  try {
    (await import('./cold-pages.ts')).forgetColdPages();
  } catch {
    // A kernel that hides what is mapped, say.
  }
}

/** Bytes of V8's heap and of buffers beside it. */
function used(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
