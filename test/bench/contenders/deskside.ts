import { Streamer } from '../../support/streamer.ts';
import type { Contender } from './contender.ts';

export const deskside: Contender = desksideOver('auto', 'deskside');

/** Pictures take one way and no other. */
export function desksideOver(transport: 'auto' | 'webrtc' | 'websocket', name: string): Contender {
  return {
    name,
    async start(lab) {
      const flags = transport === 'auto' ? [] : ['--transport', transport];
      const streamer = await Streamer.start({ size: '1920x1080', flags, lab });
      return {
        url: streamer.page({ view: '1:1', transport }),
        address: streamer.address,
        pid: streamer.pid,
        [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose](),
      };
    },
  };
}
