import type { Page } from 'playwright-core';

interface PageWindow extends Window {
  /** When a repaint began after the newest update had come, on the page's clock. */
  lastUpdate: number;
}

/** Listens, in each page that is opened, to what the streamer says over the WebSocket. */
export async function listenToWire(page: Page): Promise<void> {
  await page.addInitScript(listenInPage);
}

/** When the page first repainted after the newest update, ms on its own clock. */
export async function lastUpdate(page: Page): Promise<number> {
  return await page.evaluate(() => (window as unknown as PageWindow).lastUpdate);
}

/** For how long nothing has come, ms. */
export async function sinceUpdate(page: Page): Promise<number> {
  return await page.evaluate(() => performance.now() - (window as unknown as PageWindow).lastUpdate);
}

/** Runs inside the page and therefore refers to nothing outside of itself; layouts as in the protocol's README. */
function listenInPage(): void {
  const noted = window as unknown as PageWindow;
  noted.lastUpdate = 0;
  const PICTURE_UPDATE = 0x01;
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer) || new DataView(data).getUint8(0) !== PICTURE_UPDATE) return;
        requestAnimationFrame((time) => Object.assign(noted, { lastUpdate: time }));
      });
    }
  };
}
