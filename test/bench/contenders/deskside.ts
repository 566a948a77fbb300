import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../support/lab/lab.ts';
import { Player } from '../../support/player.ts';
import { Streamer } from '../../support/streamer.ts';
import { SCREEN, type ScreenSize } from '../scenes/scene.ts';
import type { Contender, Running } from './contender.ts';

/** What people install: bundled, which starts sooner and is smaller than the sources. */
export const BUILT = fileURLToPath(new URL('../../../streamer/dist/deskside.mjs', import.meta.url));

/** Where nothing sounds, streamer and page rest after this time only. */
const RESTS_AFTER_S = 15;

/** The product, as it is built. */
export const deskside: Contender = desksideAt(BUILT, 'deskside');

/** Pictures take one way and no other. */
export function desksideOver(transport: 'webrtc' | 'websocket', name: string): Contender {
  return contender(BUILT, name, ['--transport', transport], { transport });
}

/** @param program its `deskside.mjs` */
export function desksideAt(program: string, name: string): Contender {
  return contender(program, name, [], {});
}

/** All of the picture is video, as with others: what it costs a browser to show exact pixels beside. */
export const desksideAsVideo: readonly Contender[] = [
  contender(BUILT, 'deskside-video', ['--exact', 'off'], {}),
  contender(BUILT, 'deskside-websocket-video', ['--exact', 'off', '--transport', 'websocket'], {
    transport: 'websocket',
  }),
];

/** While a program plays a tone that the page plays too: what sound takes from the picture. */
export const desksideWithSound: readonly Contender[] = [
  withSound('deskside-sound', 'auto'),
  withSound('deskside-websocket-sound', 'websocket'),
];

function withSound(name: string, transport: Transport): Contender {
  return {
    name,
    warmUp: RESTS_AFTER_S,
    clicked: true,
    async start(lab, screen) {
      const streamer = await startWithSound(transport, lab, screen);
      const player = await Player.on(streamer);
      // Longer than any run; it ends with the desktop.
      player.tone('120', 'sine', '440').catch(() => {});
      await player.plays();
      return audible(streamer, transport);
    },
  };
}

/** The same while nothing plays: what it takes to be ready for sound. */
export const desksideWithSilence: Contender = {
  name: 'deskside-websocket-silence',
  warmUp: RESTS_AFTER_S,
  clicked: true,
  start: async (lab, screen) => audible(await startWithSound('websocket', lab, screen), 'websocket'),
};

type Transport = 'auto' | 'websocket';

function startWithSound(
  transport: Transport,
  lab?: Lab,
  { width, height }: ScreenSize = SCREEN,
): Promise<Streamer> {
  const flags = ['--transport', transport];
  return Streamer.start({ size: `${width}x${height}`, flags, program: BUILT, lab });
}

function audible(streamer: Streamer, transport: Transport): Running {
  return {
    url: streamer.page({ view: '1:1', transport }),
    address: streamer.address,
    pid: streamer.pid,
    [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose](),
  };
}

/** A desktop without sound. @param program its `deskside.mjs` */
export function startBuilt(
  program = BUILT,
  flags: string[] = [],
  lab?: Lab,
  { width, height }: ScreenSize = SCREEN,
): Promise<Streamer> {
  if (!existsSync(program)) throw new Error(`There is no ${program}: npm run build makes it.`);
  return Streamer.start({ size: `${width}x${height}`, flags: ['--audio', 'off', ...flags], program, lab });
}

/** Without sound, which nobody it is compared with has; sound has a row of its own. */
function contender(
  program: string,
  name: string,
  flags: string[],
  parameters: Record<string, string>,
): Contender {
  return {
    name,
    async start(lab, screen) {
      const streamer = await startBuilt(program, flags, lab, screen);
      return {
        url: streamer.page({ view: '1:1', ...parameters }),
        address: streamer.address,
        pid: streamer.pid,
        [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose](),
      };
    },
  };
}
