/** The sound of a desktop, both ways: a sound server of our own, what records it, and what a person's voice goes into. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Microphone, Sound } from '../media/audio/api.ts';
import { openCappedLog } from './capped-log.ts';
import { DesktopMicrophone } from './sound/desktop-microphone.ts';
import { DesktopSound, type DesktopSoundOptions } from './sound/desktop-sound.ts';
import { type Channels, MICROPHONE_FEED, SINK, type SoundServerKind } from './sound/kind.ts';
import { pulseServerOf, startSoundServer } from './sound/sound-server.ts';
import { Supervised, type SupervisedEvents } from './supervised.ts';

export interface OwnSoundOptions {
  kind: SoundServerKind;
  /** The desktop's name, by which mixers show the sink. */
  desktop: string;
  channels: Channels;
  /** Whether there is a microphone. */
  microphone: boolean;
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
  /** Undefined where there is to be none. */
  readonly microphone: Microphone | undefined;
}

/** @throws Error saying why the server does not start and what to do */
export async function openOwnSound(options: OwnSoundOptions): Promise<OwnSound> {
  const { kind, desktop, channels, frame, bitrate, stateDir, instance, events, onState, log } = options;
  await using stack = new AsyncDisposableStack();
  const folder = join(stateDir, 'sound');
  const pulseServer = pulseServerOf(folder);
  const output = await openCappedLog(join(stateDir, 'sound.log'));
  stack.defer(() => new Promise((resolve) => output.end(resolve)));
  const server = { folder, desktop, channels, microphone: options.microphone, instance, output };
  stack.use(await Supervised.start(() => startSoundServer(kind, server), events));
  const common = { server: pulseServer, instance, output, log };
  const recorded = { device: `${SINK}.monitor`, channels, frame, bitrate };
  const sound = stack.use(new DesktopSound({ ...common, ...recorded, onState }));
  const microphone = options.microphone
    ? stack.use(new DesktopMicrophone({ ...common, device: MICROPHONE_FEED }))
    : undefined;
  const parts = stack.move();
  return { pulseServer, sound, microphone, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
