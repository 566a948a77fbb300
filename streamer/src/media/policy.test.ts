import { describe, expect, test } from 'vitest';
import { LayerPolicy, tileBudget } from './policy.ts';

const screen = { width: 1920, height: 1080 };
const glyph = { x: 640, y: 320, width: 16, height: 32 };
const line = { x: 0, y: 320, width: 1920, height: 32 };
const film = { x: 1200, y: 608, width: 640, height: 360 };

describe('the layer of a changed rectangle', () => {
  test.each([
    ['a letter', glyph, true],
    ['a line of text', line, true],
    ['a small film', film, false],
    ['the whole screen', { x: 0, y: 0, ...screen }, false],
  ])('at first sight: %s', (_, rectangle, tile) => {
    expect(new LayerPolicy(screen).prefersTile(rectangle, 0, 'text')).toBe(tile);
  });

  test.each([
    ['letters of 200 bytes at 60 per second stay tiles', glyph, 200, true],
    ['lines of 8 KB at 60 per second stay tiles', line, 8 * 1024, true],
    ['what costs 2 KB a block at 60 per second becomes video', glyph, 2 * 1024, false],
  ])('%s', (_, rectangle, bytes, tile) => {
    const policy = new LayerPolicy(screen);
    for (let time = 0; time < 2000; time += 17) policy.sentTile(rectangle, bytes, time);
    expect(policy.prefersTile(rectangle, 2000, 'text')).toBe(tile);
  });

  test.each([
    [0, false],
    [150, false],
    [300, true],
  ])('what was too dear as a tile %d ms ago', (quiet, tile) => {
    const policy = new LayerPolicy(screen);
    policy.gaveUp(glyph, 1000);
    expect(policy.prefersTile(glyph, 1000 + quiet, 'text')).toBe(tile);
    expect(policy.prefersTile({ ...glyph, x: 0 }, 1000 + quiet, 'text')).toBe(true);
  });

  test('a letter that is typed into what has just been drawn does not stay video', () => {
    const policy = new LayerPolicy(screen);
    policy.sentVideo({ x: 0, y: 0, ...screen }, 0, 'photograph');
    policy.sentVideo({ x: 0, y: 0, ...screen }, 17, 'photograph');
    for (let time = 34; time < 300; time += 17) {
      if (!policy.prefersTile(glyph, time, 'text')) policy.sentVideo(glyph, time, 'text');
    }
    expect(policy.prefersTile(glyph, 300, 'text')).toBe(true);
  });

  test('a film stays video though it is small', () => {
    const policy = new LayerPolicy(screen);
    const small = { x: 640, y: 320, width: 160, height: 96 };
    policy.gaveUp(small, 0);
    for (let time = 17; time < 3000; time += 17) {
      expect(policy.prefersTile(small, time, 'photograph')).toBe(false);
      policy.sentVideo(small, time, 'photograph');
    }
  });

  test('a photograph is shown as a tile only where it is small', () => {
    const policy = new LayerPolicy(screen);
    const icon = { x: 100, y: 100, width: 128, height: 128 };
    const picture = { x: 100, y: 100, width: 400, height: 300 };
    expect(policy.prefersTile(icon, 0, 'photograph')).toBe(true);
    expect(policy.prefersTile(picture, 0, 'photograph')).toBe(false);
    expect(policy.prefersTile(picture, 0, 'text')).toBe(true);
  });

  test('much at once is large', () => {
    const policy = new LayerPolicy(screen);
    expect(policy.isLarge(1920 * 200)).toBe(false);
    expect(policy.isLarge(1920 * 300)).toBe(true);
  });

  test.each([
    [8000, 32_768],
    [100_000, 32_768],
    [2000, 22_500],
    [500, 12_288],
  ])('at %d kbit/s tiles may have %d bytes', (kilobits, bytes) => {
    expect(tileBudget(kilobits)).toBe(bytes);
  });
});
