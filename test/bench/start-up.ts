import { Account } from '../support/streamer.ts';
import { BUILT } from './contenders/deskside.ts';

/** How long `deskside start` takes until it says that the desktop is ready, without a session, ms. */
export async function measureStart(): Promise<number> {
  await using account = await Account.create(BUILT);
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await account.deskside(['stop'])));
  const before = performance.now();
  const { code, stderr } = await account.deskside(['start', '--session', 'none', '--port', '0']);
  if (code !== 0) throw new Error(`deskside start ended with ${code}: ${stderr}`);
  return performance.now() - before;
}
