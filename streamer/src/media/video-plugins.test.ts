import { spawnSync } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elementOf } from './encoders/encoder.ts';
import { probeHere } from './encoders/encoder-probe.ts';
import { ENCODERS } from './encoders/table.ts';
import { x264enc, x264enc444 } from './encoders/x264enc.ts';
import { elementExists } from './gstreamer.ts';
import { onlyVideoPlugins } from './video-plugins.ts';

test('each encoder that is installed is there and encodes, nothing else is', async () => {
  const names = [...new Set(ENCODERS.map((kind) => elementOf(kind, 0)))];
  const installed = names.filter((name) => spawnSync('gst-inspect-1.0', ['--exists', name]).status === 0);
  expect(installed).toEqual(
    expect.arrayContaining(['x264enc', 'openh264enc', 'vp9enc', 'av1enc', 'x265enc']),
  );

  await using cache = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
  Object.assign(process.env, onlyVideoPlugins({ XDG_CACHE_HOME: cache.path }));
  expect(names.filter(elementExists)).toEqual(installed);
  for (const kind of [x264enc, x264enc444]) expect(await probeHere(kind, 0)).toBeUndefined();
  expect(['videoconvert', 'avdec_h264', 'opusenc'].filter(elementExists)).toEqual([]);
});

test('who chose plugins or a registry keeps them', () => {
  expect(onlyVideoPlugins({ GST_REGISTRY: '/somewhere/registry.bin' })).toEqual({});
  expect(onlyVideoPlugins({ GST_PLUGIN_LOADING_WHITELIST: 'gstreamer' })).toEqual({});
});
