/** Ends and removes what a streamer left that was killed. Only for whoever has the lock, or has seen that nobody has. */
import { endProcessesOf } from './processes.ts';
import { readRecorded, removeRunning } from './state.ts';
import { removeLeftovers } from './x-server.ts';

/** Time for orphans to end by themselves, ms: nobody waits for what they would save. */
const END_WITHIN = 1_000;

export async function cleanUp(stateDir: string, instance: string): Promise<void> {
  await endProcessesOf(instance, '', END_WITHIN);
  const recorded = await readRecorded(stateDir);
  if (recorded?.xauthority !== undefined) await removeLeftovers(recorded.display);
  await removeRunning(stateDir);
}
