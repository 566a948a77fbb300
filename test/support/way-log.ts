import type { Page } from 'playwright-core';

/** What happened in a page that changes between the ways that pictures take, in order. Times are the page's, ms. */
export type WayEvent =
  /** The streamer told the way. */
  | { kind: 'way'; way: 'websocket' | 'webrtc' | 'both'; time: number }
  /** An update with video of the whole screen came over the WebSocket. */
  | { kind: 'update'; captureTime: number }
  /** A `<video>` showed a frame; `rtp`: its time stamp, if it came over WebRTC. */
  | { kind: 'frame'; rtp: number | undefined; time: number };

interface Logged extends Window {
  wayLog: WayEvent[];
  /** The page is not told of frames that come over WebRTC. */
  hideTrack: boolean;
}

/** Writes the log of each page that is opened from now on. */
export async function logWays(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const view = window as unknown as Logged;
    view.wayLog = [];
    view.hideTrack = false;
    const heard = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
      if (typeof data === 'string') {
        const { type, transport, both } = JSON.parse(data);
        if (type === 'transport')
          view.wayLog.push({ kind: 'way', way: both ? 'both' : transport, time: performance.now() });
        return;
      }
      const bytes = new DataView(data);
      // client/protocol/README.md, 0x01: there is video, and not of an area.
      if (bytes.getUint8(0) === 1 && (bytes.getUint8(1) & 0b1001) === 1)
        view.wayLog.push({ kind: 'update', captureTime: bytes.getFloat64(8, true) });
    };
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', heard);
      }
    };
    const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
      return requestVideoFrameCallback.call(this, (now, frame) => {
        const rtp = frame.rtpTimestamp;
        if (rtp !== undefined && view.hideTrack) this.requestVideoFrameCallback(callback);
        else callback(now, frame);
        view.wayLog.push({ kind: 'frame', rtp, time: performance.now() });
      });
    };
  });
}

export async function wayLog(page: Page): Promise<WayEvent[]> {
  return await page.evaluate(() => (window as unknown as Logged).wayLog);
}

/** Has a page whose ways are logged believe that it sees nothing of what comes over WebRTC. */
export async function hideTrack(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as unknown as Logged).hideTrack = true;
  });
}

/** Has the pictures take another way, without waiting for it. */
export async function askForWay(page: Page, way: 'websocket' | 'webrtc'): Promise<void> {
  await page.locator('remote-desktop').evaluate((desktop, way) => {
    (desktop as unknown as { transport: string }).transport = way;
  }, way);
}
