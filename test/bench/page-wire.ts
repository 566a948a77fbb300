import type { Page } from 'playwright-core';

/** What became of one picture update in the page; times in ms since the Unix epoch. */
export interface Handled {
  /** When its pixels were read from the X server, on the streamer's clock. */
  captured: number;
  received: number;
  decoded: number;
}

interface PageWindow extends Window {
  handled: Handled[];
  /** When a repaint began after the newest update had come, on the page's clock. */
  lastUpdate: number;
}

/** Listens, in each page that is opened, to what the viewer and the streamer say over the WebSocket. */
export async function listenToWire(page: Page): Promise<void> {
  await page.addInitScript(listenInPage);
}

/** The updates that were acknowledged since the last call, in order. */
export async function collectHandled(page: Page): Promise<Handled[]> {
  return await page.evaluate(() => (window as unknown as PageWindow).handled.splice(0));
}

/** When the page first repainted after the newest update, ms on its own clock. */
export async function lastUpdate(page: Page): Promise<number> {
  return await page.evaluate(() => (window as unknown as PageWindow).lastUpdate);
}

/** Runs inside the page and therefore refers to nothing outside of itself; layouts as in the protocol's README. */
function listenInPage(): void {
  const noted = window as unknown as PageWindow;
  noted.handled = [];
  noted.lastUpdate = 0;
  const [PICTURE_UPDATE, ACKNOWLEDGEMENT] = [0x01, 0x10];
  const captured = new Map<number, number>();
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const view = new DataView(data);
        if (view.getUint8(0) !== PICTURE_UPDATE) return;
        captured.set(view.getUint32(4, true), view.getFloat64(8, true));
        requestAnimationFrame((time) => Object.assign(noted, { lastUpdate: time }));
      });
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      super.send(data as string);
      if (!(data instanceof Uint8Array) || data[0] !== ACKNOWLEDGEMENT) return;
      const view = new DataView(data.buffer, data.byteOffset);
      const id = view.getUint32(4, true);
      const [received, decoded] = [view.getFloat64(8, true), view.getFloat64(16, true)];
      noted.handled.push({ captured: captured.get(id)!, received, decoded });
      captured.delete(id);
    }
  };
}
