import type { Page } from 'playwright-core';
import { currentWay } from './current-way.ts';
import { until } from './until.ts';

/** Has the page's pictures take another way; resolves once they do. */
export async function changeWay(page: Page, way: 'websocket' | 'webrtc'): Promise<void> {
  await page.locator('remote-desktop').evaluate((desktop, wanted) => {
    (desktop as unknown as { transport: string }).transport = wanted;
  }, way);
  await until(`pictures by ${way}`, async () => (await currentWay(page)).transport === way);
}
