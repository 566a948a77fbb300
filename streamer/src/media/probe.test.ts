import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadLibrary, MissingLibrary } from '../native.ts';
import { probeEncoders, probeGStreamer, probeLibraries, probeScreen, probeSharedMemory } from './probe.ts';
import { TestDisplay } from './testing/display.ts';

describe('what the media process needs', () => {
  test('is found on this machine', async () => {
    await using display = await TestDisplay.start('320x240');
    const findings = [
      await probeGStreamer(),
      ...(await probeLibraries()),
      await probeSharedMemory({ width: 1920, height: 1080 }),
      await probeScreen(display.name),
    ];
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ detail }) => detail)).toContain('320x240, captured through shared memory');
  });

  test('is an encoder for each codec, with what it costs or why it is not usable', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
    const file = join(directory.path, 'costs.json');
    const wish = { encoder: 'auto', codec: 'auto', gpu: 0 } as const;
    const findings = await probeEncoders(wish, file);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.find(({ name }) => name === 'encoder x264enc')?.detail).toMatch(
      /^h264 on the CPU: [\d.]+ ms of CPU time/,
    );
    const onGpu = findings.filter(({ detail }) => detail.includes('untested on hardware'));
    expect(onGpu.map(({ name }) => name)).toContain('encoder nvh264enc');
    // Measured once: the same figures again.
    expect(await probeEncoders(wish, file)).toEqual(findings);
  }, 90_000);

  test('is named with the package that brings it', () => {
    expect(() => loadLibrary('libmissing.so.7', 'libmissing7')).toThrow(MissingLibrary);
    expect(() => loadLibrary('libmissing.so.7', 'libmissing7')).toThrow('apt-get install libmissing7');
  });

  test('is said to be missing when it is', async () => {
    expect(await probeScreen(':4711')).toMatchObject({ ok: false, name: 'X server :4711' });
    const tooLarge = await probeSharedMemory({ width: 2 ** 24, height: 2 ** 24 });
    expect(tooLarge.ok).toBe(false);
    expect(tooLarge.detail).toMatch(/^No shared memory for the screen: shmget of \d+ MiB failed/);
  });
});
