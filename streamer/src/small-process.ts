/** What keeps Node's processes small that only pass bytes on (measured: test/bench/NOTES.md). */

/** Little of theirs lives in V8's heap, and not for long: a young generation of 1 MiB, not of 16, is enough. */
export const SMALL_HEAP = '--max-semi-space-size=1';

/**
 * What was freed goes back to the system, and is not kept for the thread that had it: starting up alone leaves a MB in each
 * of V8's threads. For glibc; others do not know these variables.
 */
export const TIDY_MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' } as const;
