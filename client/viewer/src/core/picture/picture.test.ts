/** The picture in a real Chromium, without video: what becomes of updates. */
import {
  encodePictureUpdate,
  encodeQoi,
  maxQoiSize,
  type Of,
  type PictureUpdate,
  type StreamerMessage,
  TileCodec,
} from '@deskside/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { BrowserPage } from '../../testing/browser-page.ts';
import type { FromDecoder, ToDecoder } from '../media/decoder-messages.ts';
import type * as pictureModule from './picture.ts';

const SIZE = { width: 64, height: 48 };
const RED = 0xff0000;
const GREEN = 0x00ff00;
/** Around the middle. */
const AREA = { x: 16, y: 16, width: 32, height: 16 };

interface PageWindow extends Window {
  module: typeof pictureModule;
  picture: pictureModule.Picture;
  acknowledged: number[];
  /** Capture times of what was presented. */
  presented: number[];
}

let browser: BrowserPage;

beforeAll(async () => {
  browser = await BrowserPage.open(new URL('./picture.ts', import.meta.url));
}, 30_000);

afterAll(() => browser[Symbol.asyncDispose]());

beforeEach(async () => {
  await browser.page.evaluate(() => {
    const view = window as unknown as PageWindow;
    view.picture?.[Symbol.dispose]();
    view.acknowledged = [];
    view.presented = [];
    const nothing = (): void => {};
    /** Makes a frame of an area's of one byte, and nothing of anything else. */
    class AreaDecoder {
      onmessage = (_: { data: FromDecoder }): void => {};
      terminate = nothing;

      postMessage(message: ToDecoder): void {
        if (message.type !== 'decode' || message.layer !== 'area' || message.data.byteLength > 1) return;
        const canvas = new OffscreenCanvas(16, 16);
        canvas.getContext('2d');
        const picture = new VideoFrame(canvas, { timestamp: message.frame * 1000 });
        this.onmessage({ data: { type: 'picture', picture, layer: 'area' } });
      }
    }
    view.picture = new view.module.Picture({
      parent: document.body,
      createWorker: () => new AreaDecoder() as unknown as Worker,
      sendBinary: (bytes) => void view.acknowledged.push(new DataView(bytes.buffer).getUint32(4, true)),
      requestKeyFrame: nothing,
      onPresented: ({ captureTime }) => void view.presented.push(captureTime),
      onTiles: nothing,
      onShown: nothing,
    });
  });
});

it('shows what overtook word of its stream once that is there', async () => {
  await announce(1);
  await receive({ stream: 2, id: 10, color: RED, key: true }, { stream: 2, id: 11, color: GREEN });
  expect(await acknowledged()).toEqual([]);
  await announce(2);
  expect(await acknowledged()).toEqual([11]);
  expect(await color()).toBe(GREEN);
});

it('shows nothing that is left over from an earlier time of its stream', async () => {
  await announce(1);
  await receive({ stream: 1, id: 5, color: GREEN });
  await announce(2);
  await receive({ stream: 1, id: 6, color: RED });
  await announce(1);
  expect(await acknowledged()).toEqual([5]);
  expect(await color()).toBe(GREEN);
});

it('keeps the newest of what it has no word of, and no more than can be under way', async () => {
  await receive({ stream: 1, id: 0, color: RED, key: true });
  for (let id = 1; id < 100; id++) await receive({ stream: 1, id, color: RED });
  await receive({ stream: 1, id: 100, color: RED, key: true }, { stream: 1, id: 101, color: GREEN });
  await announce(1);
  expect(await acknowledged()).toEqual([101]);
  expect(await color()).toBe(GREEN);
});

it('draws what comes by two ways once', async () => {
  await announce(1);
  await receive({ stream: 1, id: 2 ** 32 - 1, color: GREEN }, { stream: 1, id: 0, color: RED });
  await receive({ stream: 1, id: 2 ** 32 - 1, color: GREEN }, { stream: 1, id: 0, color: GREEN });
  expect(await acknowledged()).toEqual([2 ** 32 - 1, 0]);
  expect(await color()).toBe(RED);
});

it('shows a first picture of exact pixels before anything is decoded', async () => {
  await announce(1);
  await receive({ stream: 1, id: 0, color: GREEN, key: true });
  expect(await color()).toBe(GREEN);
  await browser.page.waitForFunction(() => (window as unknown as PageWindow).presented.length > 0);
  // The streamer goes on when the decoder has the frame that what follows builds on.
  expect(await acknowledged()).toEqual([]);
});

it('hides video that rests below exact pixels until a frame comes', async () => {
  await announce(1);
  await receive({ stream: 1, id: 0, color: GREEN, key: true });
  await videoIsHidden();
  await receive({ stream: 1, id: 1, color: RED, key: true });
  expect(await browser.page.evaluate(() => document.querySelector('video')?.style.visibility)).toBe('');
});

it('hides the video of the screen while nothing shows through exact pixels but video of an area', async () => {
  await announce(1);
  await receive({ stream: 1, id: 0, color: GREEN, key: true });
  const video = { key: true, area: AREA, owns: [AREA], data: new Uint8Array(1) };
  const stillDecoded = { ...video, key: false, data: new Uint8Array(2) };
  await receiveUpdates({ ...update(1, 1), video }, { ...update(1, 2), video: stillDecoded });
  expect(await color()).toBeUndefined();
  await videoIsHidden();
});

async function videoIsHidden(): Promise<void> {
  await browser.page.waitForFunction(() => document.querySelector('video')?.style.visibility === 'hidden');
}

async function announce(stream: number): Promise<void> {
  const message: Of<StreamerMessage, 'stream'> = {
    ...{ type: 'stream' as const, stream, codec: 'avc1.42E02A', ...SIZE, encoder: 'x264enc' },
    colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
  };
  await browser.page.evaluate(
    (message) => (window as unknown as PageWindow).picture.configure(message),
    message,
  );
}

interface Drawn {
  stream: number;
  id: number;
  /** Of a tile over all of the screen; with a key frame, there is the frame as well. */
  color: number;
  key?: boolean;
}

async function receive(...updates: Drawn[]): Promise<void> {
  const video = { key: true, data: new Uint8Array([1]), owns: [] };
  await receiveUpdates(
    ...updates.map(({ stream, id, color, key }) => ({
      ...update(stream, id),
      tiles: [tile(color)],
      ...(key && { video }),
    })),
  );
}

function update(stream: number, id: number): PictureUpdate {
  return { stream, id, captureTime: 0, refinement: false, copies: [], tiles: [] };
}

async function receiveUpdates(...updates: PictureUpdate[]): Promise<void> {
  await browser.page.evaluate(
    (all) => {
      for (const bytes of all) (window as unknown as PageWindow).picture.receive(new Uint8Array(bytes));
    },
    updates.map((update) => [...encodePictureUpdate(update)]),
  );
}

function tile(color: number): PictureUpdate['tiles'][number] {
  const words = new Uint32Array(SIZE.width * SIZE.height).fill(color);
  const area = { x: 0, y: 0, ...SIZE };
  const out = new Uint8Array(maxQoiSize(words.length));
  return { ...area, codec: TileCodec.Qoi, data: out.subarray(0, encodeQoi(words, SIZE.width, area, out)) };
}

/** Ids, in order. */
async function acknowledged(): Promise<number[]> {
  return await browser.page.evaluate(() => (window as unknown as PageWindow).acknowledged);
}

/** 0xRRGGBB in the middle of the layer of exact pixels; undefined where that is transparent. */
async function color(): Promise<number | undefined> {
  return await browser.page.evaluate(({ width, height }) => {
    const canvas = [...document.querySelectorAll('canvas')].find(
      ({ style }) => style.visibility === 'visible' && style.zIndex === '',
    );
    const { data } = canvas!.getContext('2d')!.getImageData(width / 2, height / 2, 1, 1);
    return data[3] === 0 ? undefined : (data[0]! << 16) | (data[1]! << 8) | data[2]!;
  }, SIZE);
}
