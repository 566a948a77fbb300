import { setPriority } from 'node:os';
import type { Child } from '../child.ts';

/** Niceness of what must not be late: that of sound servers by themselves. */
const BEFORE_OTHERS = -11;

/**
 * Has the system run it before what can wait, where it permits that, which containers seldom do: on a machine that
 * compiles with all of its cores sound would have gaps. Threads that it starts later inherit it.
 */
export function preferred(child: Child): Child {
  try {
    setPriority(child.pid, BEFORE_OTHERS);
  } catch {
    // As it is.
  }
  return child;
}
