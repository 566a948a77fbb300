/** What each of ten people costs who watch one desktop on which somebody types. */
import { WireViewer } from '../support/wire.ts';
import { XClient } from '../support/x-client.ts';
import { startBuilt } from './contenders/deskside.ts';
import { readLoad, share } from './load.ts';
import { pace } from './pacer.ts';
import { typing } from './scenes/typing.ts';

const VIEWERS = 10;
const WARM_UP_S = 2;

/** @returns per cent of a core of streamer and X server, for each viewer */
export async function measureViewers(seconds: number): Promise<number> {
  await using streamer = await startBuilt();
  using x = await XClient.connect(streamer.address);
  const motion = (await typing.prepare(x))!;
  using stack = new DisposableStack();
  for (let i = 0; i < VIEWERS; i++) stack.use(await WireViewer.join(streamer));
  let counter = 0;
  await pace(WARM_UP_S, () => motion(counter++));
  // Nobody's browser counts here: the viewers speak the protocol in this process.
  const before = readLoad(streamer, process.pid);
  await pace(seconds, () => motion(counter++));
  const { streamer: cpu, xServer } = share(before, readLoad(streamer, process.pid));
  return (cpu + xServer) / VIEWERS;
}
