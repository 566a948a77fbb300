import { expect } from 'vitest';
import { openViewer } from './chromium.ts';
import { test as desktop } from './desktop-test.ts';
import { Keys } from './keys.ts';
import { Terminal } from './terminal.ts';

/** A test of what is typed: a terminal on the desktop, and a page whose keys go to it. */
export const test = desktop
  .extend('terminal', async ({ streamer }, { onCleanup }) => {
    const terminal = await Terminal.open(streamer.address);
    onCleanup(() => terminal[Symbol.asyncDispose]());
    return terminal;
  })
  .extend('page', async ({ streamer, chromium, terminal }, { onCleanup }) => {
    expect(await terminal.typed()).toBe('');
    const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
    onCleanup(() => page.context().close());
    // Without a window manager, keys go to where the pointer is.
    await page.mouse.click(100, 100);
    return page;
  })
  .extend('keys', async ({ page }) => await Keys.of(page));
