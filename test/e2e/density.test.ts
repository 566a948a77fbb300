/** Programs are drawn as large, and as sharp, as the screen of who looks wants them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { openViewer, screenshot } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Editor } from '../support/editor.ts';
import { until } from '../support/until.ts';
import { type XAddress, XClient } from '../support/x-client.ts';

const test = desktop.override('streamerOptions', { resize: 'auto', session: 'openbox' });

test('a GTK program is twice as large on a screen that is twice as dense', async ({ streamer, chromium }) => {
  const viewport = { width: 900, height: 600 };
  const widths: number[] = [];
  for (const deviceScaleFactor of [1, 2]) {
    const page = await openViewer(chromium, streamer.page(), { viewport, deviceScaleFactor });
    await until('the desktop to fill the window', async () => {
      using x = await XClient.connect(streamer.address);
      return x.screen.pixel_width === viewport.width * deviceScaleFactor;
    });
    await using _editor = await Editor.open(streamer.address);
    const width = await until('its window', async () => {
      const found = await editorWidth(streamer.address);
      // It may have come up before it was told.
      return found >= 2 * (widths[0] ?? 0) && found;
    });
    widths.push(width);
    expect((await screenshot(page)).width).toBe(viewport.width * deviceScaleFactor);
    await page.context().close();
  }
  expect(widths[1]).toBe(2 * widths[0]!);
});

/** Device pixels of the desktop. */
async function editorWidth({ display, xauthority }: XAddress): Promise<number> {
  const env = { ...process.env, DISPLAY: display, XAUTHORITY: xauthority };
  const search = ['search', '--onlyvisible', '--class', 'mousepad', 'getwindowgeometry', '--shell'];
  const { stdout } = await promisify(execFile)('xdotool', search, { env });
  return Number(/^WIDTH=(\d+)$/m.exec(stdout)?.[1]);
}
