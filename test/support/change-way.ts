import type { Page } from 'playwright-core';

/** Has the page's pictures take another way; resolves once they do. */
export async function changeWay(page: Page, way: 'websocket' | 'webrtc'): Promise<void> {
  await page.locator('remote-desktop').evaluate(
    (desktop, wanted) =>
      new Promise<void>((resolve) => {
        const look = (event: Event): void => {
          if ((event as CustomEvent<{ way: { transport: string } }>).detail.way.transport !== wanted) return;
          desktop.removeEventListener('stats', look);
          resolve();
        };
        desktop.addEventListener('stats', look);
        (desktop as unknown as { transport: string }).transport = wanted;
      }),
    way,
  );
}
