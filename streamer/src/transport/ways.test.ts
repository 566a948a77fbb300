import { encodePictureUpdate, type StreamerMessage, type Transport } from '@deskside/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ways, type WebRtcPath } from './ways.ts';
import type { Reach } from './webrtc/candidates.ts';
import type { PeerEvents } from './webrtc/peer.ts';

const [KEY, DELTA] = [true, false].map((key) =>
  encodePictureUpdate({
    stream: 0,
    id: key ? 1 : 2,
    captureTime: 0,
    refinement: false,
    copies: [],
    tiles: [],
    video: { key, owns: [], data: new Uint8Array(1) },
  }),
) as [Uint8Array, Uint8Array];

/** An update without video. */
const exact = (id: number) =>
  encodePictureUpdate({ stream: 0, id, captureTime: 0, refinement: false, copies: [], tiles: [] });

/** A viewer whose WebRTC carries H.264 and nothing else, and is up. */
async function viewer({ sound = false } = {}) {
  const told: StreamerMessage[] = [];
  const carried: string[] = [];
  const texts: string[] = [];
  const heard: (string | Uint8Array)[] = [];
  let [refreshes, restarts, repeats] = [0, 0, 0];
  let events: PeerEvents | undefined;
  const peer: WebRtcPath = {
    offer: '',
    accept() {},
    addCandidate() {},
    restart: () => 'another',
    use: (codec) => codec.startsWith('avc1'),
    sendUpdate: () => carried.push('webrtc'),
    sendVideo: () => carried.push('video by webrtc'),
    sendSound: () => carried.push('sound by webrtc') > 0,
    sendText: (text) => texts.push(text),
    acknowledged() {},
    [Symbol.dispose]() {},
  };
  const ways = new Ways({
    webSocket: {
      sendUpdate: () => carried.push('websocket'),
      sendSound: () => carried.push('sound by websocket'),
    },
    tell: (message) => told.push(message),
    async createPeer(_, given) {
      events = given;
      const reachFor = async () => ({}) as Reach;
      return { peer, servers: { iceServers: [], relayOnly: false }, reachFor };
    },
    onMessage: (data) => heard.push(data),
    onFeedback() {},
    bottleneck: () => undefined,
    refresh: () => void refreshes++,
    sentAgain: () => void repeats++,
    restart: () => void restarts++,
  });
  ways.signal({ type: 'webrtc-request', host: 'localhost', port: 1, sound });
  await vi.waitUntil(() => told.length > 0);
  events!.onConnected();
  return {
    ways,
    told,
    carried,
    texts,
    heard,
    peer: events!,
    asked: () => ({ refreshes, restarts, repeats }),
  };
}

afterEach(() => void vi.useRealTimers());

const format = (codec: string) => ({ codec }) as Parameters<Ways['onFormat']>[0];

const shown = (transport: Transport) => ({ type: 'transport-shown', transport }) as const;

it('moves though the way was up before the first picture', async () => {
  const { ways, carried } = await viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('avc1.42E01F'));
  ways.sendUpdate(KEY);
  expect(carried).toContain('video by webrtc');
});

it('takes both ways until the viewer has seen a picture by the one that is to be taken', async () => {
  const { ways, told, carried } = await viewer();
  ways.onFormat(format('avc1.42E01F'));
  for (const [old, next] of [
    ['websocket', 'webrtc'],
    ['webrtc', 'websocket'],
  ] as const) {
    ways.signal({ type: 'use-transport', transport: next });
    ways.sendUpdate(DELTA);
    expect(carried.splice(0)).toEqual([old]);
    for (const update of [KEY, DELTA]) {
      ways.sendUpdate(update);
      expect(carried.splice(0)).toEqual(['websocket', 'video by webrtc']);
    }
    expect(told.at(-1)).toMatchObject({ transport: 'websocket', both: true, id: 1 });
    ways.signal(shown(old));
    ways.sendUpdate(DELTA);
    expect(carried.splice(0)).toEqual(['websocket', 'video by webrtc']);
    ways.signal(shown(next));
    expect(told.at(-1)).toEqual({ type: 'transport', transport: next, stream: 0, id: 3 });
    ways.sendUpdate(DELTA);
    expect(carried.splice(0)).toEqual([next]);
  }
});

it.each([
  { sound: false, taken: ['sound by websocket', 'sound by websocket', 'sound by webrtc'] },
  { sound: true, taken: ['sound by webrtc', 'sound by webrtc', 'sound by webrtc'] },
])(
  'has sound take the way of the pictures, but a track whatever way they take: $sound',
  async ({ sound, taken }) => {
    const { ways, carried } = await viewer({ sound });
    const play = () => {
      carried.length = 0;
      ways.sendSound(new Uint8Array(1));
      return carried[0];
    };
    ways.onFormat(format('avc1.42E01F'));
    const before = play();
    ways.signal({ type: 'use-transport', transport: 'webrtc' });
    ways.sendUpdate(KEY);
    const meanwhile = play();
    ways.signal(shown('webrtc'));
    expect([before, meanwhile, play()]).toEqual(taken);
  },
);

it('turns back in the midst of a change', async () => {
  const { ways, told, carried } = await viewer();
  ways.onFormat(format('avc1.42E01F'));
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.sendUpdate(KEY);
  ways.signal(shown('websocket'));
  ways.signal({ type: 'use-transport', transport: 'websocket' });
  expect(told.at(-1)).toEqual({ type: 'transport', transport: 'websocket', stream: 0, id: 2 });
  carried.length = 0;
  ways.sendUpdate(DELTA);
  expect(carried).toEqual(['websocket']);
});

it('stays where it is if the first picture has a codec that cannot travel, and says so', async () => {
  const { ways, told, carried } = await viewer();
  ways.signal({ type: 'use-transport', transport: 'webrtc' });
  ways.onFormat(format('hev1.1.6.L93'));
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['websocket']);
  expect(told.at(-1)).toMatchObject({ type: 'webrtc-failed', message: expect.stringContaining('hev1') });
});

/** A viewer that sees its pictures over WebRTC. */
async function viewerOverWebRtc() {
  const seen = await viewer();
  seen.ways.onFormat(format('avc1.42E01F'));
  seen.ways.signal({ type: 'use-transport', transport: 'webrtc' });
  seen.ways.sendUpdate(KEY);
  seen.ways.signal(shown('webrtc'));
  seen.carried.length = 0;
  return seen;
}

it('goes back to the WebSocket when its way breaks', async () => {
  const { ways, carried, peer } = await viewerOverWebRtc();
  ways.sendUpdate(DELTA);
  peer.onEnd('gone');
  ways.sendUpdate(KEY);
  expect(carried).toEqual(['webrtc', 'websocket']);
});

describe('when nothing is heard of what it sent over WebRTC', () => {
  async function silentViewer() {
    const seen = await viewerOverWebRtc();
    const { ways } = seen;
    vi.useFakeTimers();
    for (let i = 0; i < 100; i++) {
      ways.sendUpdate(DELTA);
      vi.advanceTimersByTime(40);
      ways.acknowledged(2);
    }
    ways.sendUpdate(DELTA);
    expect(seen.asked()).toMatchObject({ refreshes: 1 });
    vi.advanceTimersByTime(490);
    expect(seen.asked()).toMatchObject({ refreshes: 2 });
    seen.carried.length = 0;
    ways.sendUpdate(KEY);
    expect(seen.carried.splice(0)).toEqual(['websocket', 'video by webrtc']);
    return seen;
  }

  it('has the picture at the WebSocket already, and stays there', async () => {
    const { ways, told, carried } = await silentViewer();
    ways.signal(shown('websocket'));
    vi.advanceTimersByTime(60_000);
    expect(told.slice(-2)).toMatchObject([
      { type: 'transport', transport: 'websocket' },
      { type: 'webrtc-failed', message: expect.stringContaining('nothing gets') },
    ]);
    ways.sendUpdate(DELTA);
    expect(carried).toEqual(['websocket']);
  });

  it('goes on over WebRTC alone once it is heard of again', async () => {
    const { ways, carried } = await silentViewer();
    ways.signal(shown('webrtc'));
    ways.sendUpdate(DELTA);
    expect(carried).toEqual(['webrtc']);
  });
});

describe('when its way over WebRTC is silent for a moment', () => {
  /** With so much under way of which nothing was heard. */
  async function hedgingViewer(...underWay: Uint8Array[]) {
    const seen = await viewerOverWebRtc();
    vi.useFakeTimers();
    seen.ways.sendUpdate(exact(2));
    seen.ways.acknowledged(2);
    for (const update of underWay) seen.ways.sendUpdate(update);
    seen.carried.length = 0;
    seen.peer.onSilence();
    return seen;
  }

  it('sends what is under way over the WebSocket as well, and all that follows', async () => {
    const { ways, told, carried, asked } = await hedgingViewer(exact(3), exact(4));
    expect(told.at(-1)).toEqual({ type: 'transport', transport: 'websocket', stream: 0, id: 3, both: true });
    expect(carried).toEqual(['websocket', 'websocket']);
    expect(asked()).toEqual({ refreshes: 1, restarts: 0, repeats: 1 });
    ways.sendUpdate(exact(5));
    expect(carried.splice(2)).toEqual(['websocket', 'video by webrtc']);
  });

  it('goes on over WebRTC alone once all has arrived there', async () => {
    const { ways, told, carried, peer } = await hedgingViewer(exact(3));
    peer.onSilenceOver();
    expect(told.at(-1)).toEqual({ type: 'transport', transport: 'webrtc', stream: 0, id: 4 });
    vi.advanceTimersByTime(60_000);
    carried.length = 0;
    ways.sendUpdate(exact(4));
    expect(carried).toEqual(['webrtc']);
  });

  it('stays at the WebSocket if nothing arrives there', async () => {
    const { ways, told, carried } = await hedgingViewer(exact(3));
    vi.advanceTimersByTime(60_000);
    expect(told.slice(-2)).toMatchObject([
      { type: 'transport', transport: 'websocket' },
      { type: 'webrtc-failed', message: expect.stringContaining('nothing gets') },
    ]);
    carried.length = 0;
    ways.sendUpdate(exact(4));
    expect(carried).toEqual(['websocket']);
  });

  it('needs a key frame before any video comes over the WebSocket', async () => {
    const { ways, carried, asked } = await hedgingViewer(exact(3));
    carried.length = 0;
    ways.sendUpdate(DELTA);
    expect(carried).toEqual([]);
    expect(asked()).toMatchObject({ restarts: 1 });
    for (const update of [KEY, DELTA]) ways.sendUpdate(update);
    expect(carried).toEqual(['websocket', 'video by webrtc', 'websocket', 'video by webrtc']);
  });

  it('asks for a key frame at once if video is under way', async () => {
    const { ways, carried, asked } = await hedgingViewer(exact(3), DELTA);
    expect(carried).toEqual([]);
    expect(asked()).toEqual({ refreshes: 2, restarts: 0, repeats: 0 });
    ways.sendUpdate(KEY);
    expect(carried).toEqual(['websocket', 'video by webrtc']);
  });

  it('does so again only after a second: a bad way is silent often', async () => {
    const { ways, carried, peer } = await hedgingViewer(exact(3));
    peer.onSilenceOver();
    const silence = () => {
      ways.sendUpdate(exact(4));
      carried.length = 0;
      peer.onSilence();
      ways.acknowledged(4);
      return carried.length > 0;
    };
    expect(silence()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(silence()).toBe(true);
  });
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
