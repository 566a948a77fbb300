/** A sound server of our own that is always there: one address, however often it ends. */
import { join } from 'node:path';
import { openCappedLog } from '../capped-log.ts';
import { Supervised, type SupervisedEvents } from '../supervised.ts';
import type { SoundServerKind } from './kind.ts';
import { pulseServerOf, startSoundServer } from './sound-server.ts';

export interface OwnSoundServerOptions {
  kind: SoundServerKind;
  /** The desktop's name, by which mixers show the sink. */
  desktop: string;
  channels: number;
  stateDir: string;
  instance: string;
  events: SupervisedEvents;
}

export interface OwnSoundServer extends AsyncDisposable {
  /** `PULSE_SERVER` for the programs of the desktop. */
  readonly pulseServer: string;
}

/** @throws Error saying why it does not start and what to do */
export async function openOwnSoundServer(options: OwnSoundServerOptions): Promise<OwnSoundServer> {
  const { kind, desktop, channels, stateDir, instance, events } = options;
  await using stack = new AsyncDisposableStack();
  const folder = join(stateDir, 'sound');
  const output = await openCappedLog(join(stateDir, 'sound.log'));
  stack.defer(() => new Promise((resolve) => output.end(resolve)));
  const start = () => startSoundServer(kind, { folder, desktop, channels, instance, output });
  stack.use(await Supervised.start(start, events));
  const parts = stack.move();
  return { pulseServer: pulseServerOf(folder), [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
