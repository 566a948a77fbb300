import { readdirSync, readFileSync } from 'node:fs';
import { isAlive } from '../process.ts';
import { until } from '../until.ts';

/** For an orderly end of a streamer with its desktop (5 s) on a loaded machine, ms. */
const ORDERLY_MS = 8000;

/**
 * Ends every process whose environment mentions the folder: a workspace's processes leave their parent, but they keep
 * their home.
 */
export async function endProcessesOf(folder: string): Promise<void> {
  const pids = processesOf(folder);
  signal(pids, 'SIGTERM');
  await until('the processes of a test to end', () => !pids.some(isAlive), ORDERLY_MS).catch(() => {});
  signal(processesOf(folder), 'SIGKILL');
}

function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(`=${folder}/`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended meanwhile.
    }
  }
}
