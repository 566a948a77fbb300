import { describe, expect, test } from 'vitest';
import { loadLibrary, MissingLibrary } from './native.ts';
import {
  probeEncoders,
  probeGStreamer,
  probeLibyuv,
  probeScreen,
  probeSharedMemory,
  probeXxhash,
} from './probe.ts';
import { TestDisplay } from './testing/display.ts';

describe('what the media process needs', () => {
  test('is found on this machine', async () => {
    await using display = await TestDisplay.start('320x240');
    const findings = [
      await probeGStreamer(),
      await probeLibyuv(),
      await probeXxhash(),
      await probeSharedMemory({ width: 1920, height: 1080 }),
      await probeScreen(display.name),
      ...(await probeEncoders()),
    ];
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ detail }) => detail)).toContain('320x240, captured through shared memory');
  });

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
