import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Streamer } from '../../support/streamer.ts';
import type { Contender } from './contender.ts';

/** What people install: bundled, which starts sooner and is smaller than the sources. */
export const BUILT = fileURLToPath(new URL('../../../streamer/dist/deskside.mjs', import.meta.url));

export const deskside: Contender = desksideOver('auto', 'deskside');

/**
 * The product, as it is built; pictures take one way and no other. Without sound, which nobody it is compared with has;
 * sound has a row of its own.
 */
export function desksideOver(transport: 'auto' | 'webrtc' | 'websocket', name: string): Contender {
  return {
    name,
    async start(lab) {
      if (!existsSync(BUILT)) throw new Error(`There is no ${BUILT}: npm run build makes it.`);
      const flags = ['--audio', 'off', ...(transport === 'auto' ? [] : ['--transport', transport])];
      const streamer = await Streamer.start({ size: '1920x1080', flags, lab, program: BUILT });
      return {
        url: streamer.page({ view: '1:1', transport }),
        address: streamer.address,
        pid: streamer.pid,
        [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose](),
      };
    },
  };
}
