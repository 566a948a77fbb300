import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { command } from '../support/engine/command.ts';
import { Streamer } from '../support/streamer.ts';
import { Terminal } from '../support/terminal.ts';

const BUILD = new URL('../../streamer/build.mjs', import.meta.url);

test('what is built, of fewer parts than its sources, does over WebRTC what they do', async ({
  chromium,
}) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'deskside-built-'));
  const program = join(folder.path, 'dist/deskside.mjs');
  const build = `import(${JSON.stringify(BUILD)}).then(({ buildStreamer }) => buildStreamer(process.argv[1]))`;
  await command(process.execPath, ['-e', build, dirname(program)]);
  await using streamer = await Streamer.start({ program, flags: ['--transport', 'webrtc'] });
  const page = await openViewer(chromium, streamer.page({ view: '1:1', transport: 'webrtc' }));
  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  await page.keyboard.type('over UDP');
  await terminal.untilTyped('over UDP');
  // A toolbar that is hidden tells nothing new.
  await page.mouse.move(640, 5);
  await page.getByTitle(/WebRTC over UDP/).waitFor();
});
