import { setPriority } from 'node:os';
import type { Child } from '../child.ts';

/** Niceness of what must not be late: that of sound servers by themselves. */
const BEFORE_OTHERS = -11;

/**
 * Has the system run it before what can wait, where it permits that, which containers seldom do: on a machine that
 * compiles with all of its cores sound would have gaps. Threads that it starts later inherit it. It is never put behind
 * anything, the picture neither: that gains the picture nothing (test/bench/NOTES.md), and with a third of the weight of
 * others (niceness 5) a recorder that needs a twelfth of a core loses half of the sound beside four programs a core that
 * compile.
 */
export function preferred(child: Child): Child {
  try {
    setPriority(child.pid, BEFORE_OTHERS);
  } catch {
    // As it is.
  }
  return child;
}
