import { readFileSync } from 'node:fs';

/** How much of this program is in memory, kB. */
export function residentProgram(): number {
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-)/m);
  return mappings
    .filter((text) => text.split('\n', 1)[0]!.endsWith(process.execPath))
    .reduce((sum, text) => sum + Number(/^Rss: +(\d+)/m.exec(text)![1]), 0);
}
