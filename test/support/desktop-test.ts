import { test as base } from 'vitest';
import { launchChromium } from './chromium.ts';
import { Streamer, type StreamerOptions } from './streamer.ts';
import { XClient } from './x-client.ts';

const streamerOptions: StreamerOptions = {};
const chromiumFlags: string[] = [];

/**
 * A test with a streamer and a browser, each started once per file and only where a test asks for it, and an X client
 * of its own. `test.override('streamerOptions', …)` changes how the streamer is started.
 */
export const test = base
  .extend('streamerOptions', { scope: 'file' }, streamerOptions)
  .extend('chromiumFlags', { scope: 'file' }, chromiumFlags)
  .extend('streamer', { scope: 'file' }, async ({ streamerOptions }, { onCleanup }) => {
    const streamer = await Streamer.start(streamerOptions);
    onCleanup(() => streamer[Symbol.asyncDispose]());
    return streamer;
  })
  .extend('chromium', { scope: 'file' }, async ({ chromiumFlags }, { onCleanup }) => {
    const browser = await launchChromium(chromiumFlags);
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('x', async ({ streamer }, { onCleanup }) => {
    const x = await XClient.connect(streamer.address);
    onCleanup(() => x[Symbol.dispose]());
    return x;
  });
