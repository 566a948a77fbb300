import { encodePictureUpdate, type StreamerMessage } from '@deskside/protocol';
import { afterEach, expect, it, vi } from 'vitest';
import { Ways, type WebRtcPath } from './ways.ts';
import type { Reach } from './webrtc/candidates.ts';
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

/** A viewer whose WebRTC carries H.264 and nothing else, and is up. */
async function viewer() {
  const told: StreamerMessage[] = [];
  const carried: string[] = [];
  const texts: string[] = [];
  const heard: (string | Uint8Array)[] = [];
  let events: PeerEvents | undefined;
  const peer: WebRtcPath = {
    offer: '',
    accept() {},
    addCandidate() {},
    restart: () => 'another',
    use: (codec) => codec.startsWith('avc1'),
    sendUpdate: () => carried.push('webrtc'),
    sendSound: () => true,
    sendText: (text) => texts.push(text),
    acknowledged() {},
    [Symbol.dispose]() {},
  };
  const ways = new Ways({
    webSocket: { sendUpdate: () => carried.push('websocket'), sendSound() {} },
    tell: (message) => told.push(message),
    async createPeer(_, given) {
      events = given;
      const reachFor = async () => ({}) as Reach;
      return { peer, servers: { iceServers: [], relayOnly: false }, reachFor };
    },
    onMessage: (data) => heard.push(data),
    onFeedback() {},
    refresh() {},
    restart() {},
  });
  ways.signal({ type: 'webrtc-request', host: 'localhost', port: 1 });
  await vi.waitUntil(() => told.length > 0);
  events!.onConnected();
  return { ways, told, carried, texts, heard, peer: events! };
}

afterEach(() => void vi.useRealTimers());

const format = (codec: string) => ({ codec }) as Parameters<Ways['onFormat']>[0];

it('moves though the way was up before the first picture', async () => {
  const { ways, carried } = await viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('avc1.42E01F'));
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['webrtc']);
});

it('stays where it is if the first picture has a codec that cannot travel, and says so', async () => {
  const { ways, told, carried } = await viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('hev1.1.6.L93'));
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['websocket']);
  expect(told.at(-1)).toMatchObject({ type: 'webrtc-failed', message: expect.stringContaining('hev1') });
});

it('goes back to the WebSocket when its way breaks', async () => {
  const { ways, carried, peer } = await viewer();
  ways.onFormat(format('avc1.42E01F'));
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.sendUpdate(KEY);
  peer.onEnd('gone');
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['webrtc', 'websocket']);
});

it('goes back to the WebSocket when nothing is heard of what it sent', async () => {
  const { ways, told, carried } = await viewer();
  vi.useFakeTimers();
  ways.onFormat(format('avc1.42E01F'));
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  for (let i = 0; i < 100; i++) {
    ways.sendUpdate(KEY);
    vi.advanceTimersByTime(40);
    ways.acknowledged(1);
  }
  vi.advanceTimersByTime(60_000);
  expect(told.at(-1)?.type).toBe('transport');
  ways.sendUpdate(KEY);
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toMatchObject({
    type: 'webrtc-failed',
    message: expect.stringContaining('nothing gets'),
  });
  ways.sendUpdate(KEY);
  expect(carried.at(-1)).toBe('websocket');
});

it('answers over WebRTC what is asked there, and hands on all else', async () => {
  const { peer, texts, heard } = await viewer();
  peer.onMessage(JSON.stringify({ type: 'ping', time: 5 }));
  peer.onMessage(JSON.stringify({ type: 'release' }));
  peer.onMessage('rubbish');
  expect(texts.map((text) => JSON.parse(text))).toMatchObject([{ type: 'pong', time: 5 }]);
  expect(heard).toEqual([JSON.stringify({ type: 'release' }), 'rubbish']);
});

it('goes on with the same attempt when the network changes', async () => {
  const { ways, told } = await viewer();
  ways.signal({ type: 'webrtc-request', host: 'localhost', port: 1, restart: true });
  await vi.waitUntil(() => told.length > 1);
  expect(told.map((message) => 'attempt' in message && message.attempt)).toEqual([1, 1]);
  expect(told[1]).toMatchObject({ sdp: 'another', restart: true });
});
