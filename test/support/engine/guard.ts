/**
 * Runs a container engine as long as standard input stays open, and prints its address when it is ready. A process of
 * its own, so that the engine ends and the machine's network is put back even when the tests are killed.
 *
 * By hand: `node test/support/engine/guard.ts` until Ctrl+D, and `DOCKER_HOST=…` as printed in another terminal.
 */
import { once } from 'node:events';
import { startDockerd } from './dockerd.ts';
import { keepHostNetwork } from './host-network.ts';

await using stack = new AsyncDisposableStack();
stack.use(await keepHostNetwork());
const dockerd = stack.use(await startDockerd());
console.log(dockerd.address);
await once(process.stdin.resume(), 'end');
