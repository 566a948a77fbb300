/** The sound of a desktop: a sound server of our own that is always there, and what records it for who listens. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Sound } from '../media/audio/api.ts';
import { openCappedLog } from './capped-log.ts';
import { DesktopSound, type DesktopSoundOptions } from './sound/desktop-sound.ts';
import { SINK, type SoundServerKind } from './sound/kind.ts';
import { pulseServerOf, startSoundServer } from './sound/sound-server.ts';
import { Supervised, type SupervisedEvents } from './supervised.ts';

export interface OwnSoundOptions {
  kind: SoundServerKind;
  /** The desktop's name, by which mixers show the sink. */
  desktop: string;
  channels: number;
  /** Length of a packet, ms. */
  frame: number;
  /** kbit/s while there is sound. */
  bitrate: number;
  stateDir: string;
  instance: string;
  /** Of the sound server. */
  events: SupervisedEvents;
  /** Of what records it; see `DesktopSoundOptions`. */
  onState: DesktopSoundOptions['onState'];
  log: Logger;
}

export interface OwnSound extends AsyncDisposable {
  /** `PULSE_SERVER` for the programs of the desktop: the same however often the server ends. */
  readonly pulseServer: string;
  readonly sound: Sound;
}

/** @throws Error saying why the server does not start and what to do */
export async function openOwnSound(options: OwnSoundOptions): Promise<OwnSound> {
  const { kind, desktop, channels, frame, bitrate, stateDir, instance, events, onState, log } = options;
  await using stack = new AsyncDisposableStack();
  const folder = join(stateDir, 'sound');
  const pulseServer = pulseServerOf(folder);
  const output = await openCappedLog(join(stateDir, 'sound.log'));
  stack.defer(() => new Promise((resolve) => output.end(resolve)));
  const start = () => startSoundServer(kind, { folder, desktop, channels, instance, output });
  stack.use(await Supervised.start(start, events));
  const recorded = { server: pulseServer, device: `${SINK}.monitor`, channels, frame, bitrate };
  const sound = stack.use(new DesktopSound({ ...recorded, instance, output, log, onState }));
  const parts = stack.move();
  return { pulseServer, sound, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
