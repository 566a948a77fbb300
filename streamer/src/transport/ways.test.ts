import { encodePictureUpdate, type StreamerMessage } from '@deskside/protocol';
import { expect, it } from 'vitest';
import { Ways } from './ways.ts';
import type { PeerEvents } from './webrtc/peer.ts';

const KEY = encodePictureUpdate({
  stream: 0,
  id: 1,
  captureTime: 0,
  refinement: false,
  copies: [],
  tiles: [],
  video: { key: true, owns: [], data: new Uint8Array(1) },
});

/** A viewer whose WebRTC carries H.264 and nothing else. */
function viewer() {
  const told: StreamerMessage[] = [];
  const carried: string[] = [];
  let peer: PeerEvents | undefined;
  const ways = new Ways({
    webSocket: { sendUpdate: () => carried.push('websocket'), sendSound() {} },
    tell: (message) => told.push(message),
    createPeer: (_, events) => {
      peer = events;
      return {
        offer: '',
        accept() {},
        use: (codec) => codec.startsWith('avc1'),
        sendUpdate: () => carried.push('webrtc'),
        sendSound: () => true,
        acknowledged() {},
        [Symbol.dispose]() {},
      };
    },
    onMessage() {},
    onFeedback() {},
    refresh() {},
    restart() {},
  });
  ways.signal({ type: 'webrtc-request', host: 'localhost', port: 1 });
  peer!.onConnected();
  return { ways, told, carried, peer: peer! };
}

const format = (codec: string) => ({ codec }) as Parameters<Ways['onFormat']>[0];

it('moves though the way was up before the first picture', () => {
  const { ways, carried } = viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('avc1.42E01F'));
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['webrtc']);
});

it('stays where it is if the first picture has a codec that cannot travel, and says so', () => {
  const { ways, told, carried } = viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('hev1.1.6.L93'));
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['websocket']);
  expect(told.at(-1)).toMatchObject({ type: 'webrtc-failed', message: expect.stringContaining('hev1') });
});

it('goes back to the WebSocket when its way breaks', () => {
  const { ways, carried, peer } = viewer();
  ways.onFormat(format('avc1.42E01F'));
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.sendUpdate(KEY);
  peer.onEnd('gone');
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['webrtc', 'websocket']);
});
