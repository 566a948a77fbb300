import { openViewer } from './chromium.ts';
import { test as desktop } from './desktop-test.ts';
import { Xclip } from './xclip.ts';

/** 5 MB. */
export const LARGE_TEXT = 'Grüße, 漢字 😀 and a line.\n'.repeat(160_000);

/** A desktop with a page that shows it and a program that copies and pastes there. */
export const test = desktop
  .extend('xclip', async ({ streamer }, { onCleanup }) => {
    const xclip = new Xclip(streamer.address);
    onCleanup(() => xclip[Symbol.dispose]());
    return xclip;
  })
  .extend('page', async ({ streamer, chromium }, { onCleanup }) => {
    const page = await openViewer(chromium, streamer.page());
    onCleanup(() => page.context().close());
    return page;
  });
