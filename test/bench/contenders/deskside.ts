import { Streamer } from '../../support/streamer.ts';
import type { Contender } from './contender.ts';

export const deskside: Contender = {
  name: 'deskside',
  async start() {
    const streamer = await Streamer.start({ size: '1920x1080' });
    return {
      url: streamer.page({ view: '1:1' }),
      address: streamer.address,
      pid: streamer.pid,
      [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose](),
    };
  },
};
