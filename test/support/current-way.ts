import type { Page } from 'playwright-core';

export interface CurrentWay {
  transport: 'websocket' | 'webrtc';
  /** As people read it. */
  name: string;
}

/** The way that the page's pictures take, as its statistics say. */
export async function currentWay(page: Page): Promise<CurrentWay> {
  return await page.locator('remote-desktop').evaluate(
    (desktop) =>
      new Promise<CurrentWay>((resolve) => {
        const tell = (event: Event) => resolve((event as CustomEvent<{ way: CurrentWay }>).detail.way);
        desktop.addEventListener('stats', tell, { once: true });
      }),
  );
}
