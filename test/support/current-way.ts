import type { Page } from 'playwright-core';

export interface CurrentWay {
  transport: 'websocket' | 'webrtc';
  /** As people read it. */
  name: string;
}

/** The way that the page's pictures take, as its statistics say. */
export async function currentWay(page: Page): Promise<CurrentWay> {
  const way = await page.waitForFunction(
    () => (document.querySelector('remote-desktop') as unknown as Desktop | null)?.statistics?.way,
  );
  return (await way.jsonValue()) as CurrentWay;
}

interface Desktop {
  statistics: { way: CurrentWay } | undefined;
}
