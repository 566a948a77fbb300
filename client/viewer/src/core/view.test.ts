import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desktopPoint, placeScreen } from './view.ts';

const side = fc.integer({ min: 64, max: 8000 });
const size = fc.record({ width: side, height: side });
const ratio = fc.constantFrom(1, 1.25, 1.5, 2, 3);

describe('placeScreen', () => {
  it('fits the whole screen in, undistorted, touching two edges', () => {
    fc.assert(
      fc.property(size, size, ratio, (screen, viewport, devicePixelRatio) => {
        const { left, top, scale } = placeScreen(screen, viewport, 'fit', devicePixelRatio);
        const width = screen.width * scale;
        const height = screen.height * scale;
        expect(width).toBeLessThanOrEqual(viewport.width + 1e-6);
        expect(height).toBeLessThanOrEqual(viewport.height + 1e-6);
        expect(Math.max(width / viewport.width, height / viewport.height)).toBeCloseTo(1);
        // Centred, to the nearest pixel of the device.
        expect(Math.abs(left * 2 + width - viewport.width)).toBeLessThanOrEqual(1 / devicePixelRatio + 1e-6);
        expect(Math.abs(top * 2 + height - viewport.height)).toBeLessThanOrEqual(1 / devicePixelRatio + 1e-6);
      }),
    );
  });

  it('shows one pixel of the desktop on one of the device, and starts at the corner of what is larger', () => {
    fc.assert(
      fc.property(size, size, ratio, (screen, viewport, devicePixelRatio) => {
        const { left, top, scale } = placeScreen(screen, viewport, '1:1', devicePixelRatio);
        expect(scale * devicePixelRatio).toBeCloseTo(1);
        for (const edge of [left, top]) {
          expect(edge).toBeGreaterThanOrEqual(0);
          expect(edge * devicePixelRatio).toBeCloseTo(Math.round(edge * devicePixelRatio));
        }
        if (screen.width * scale > viewport.width) expect(left).toBe(0);
      }),
    );
  });

  it('has a scale even before the page has a size', () => {
    expect(placeScreen({ width: 800, height: 600 }, { width: 0, height: 0 }, 'fit', 2).scale).toBe(0.5);
  });
});

describe('desktopPoint', () => {
  it('finds the pixel under its own middle at any scale', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const scale = fc.double({ min: 0.1, max: 4, noNaN: true });
    const edge = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(size, share, share, scale, edge, edge, (screen, u, v, factor, left, top) => {
        const pixel = { x: Math.floor(u * screen.width), y: Math.floor(v * screen.height) };
        const rect = { left, top, width: screen.width * factor, height: screen.height * factor };
        const clientX = left + (pixel.x + 0.5) * factor;
        const clientY = top + (pixel.y + 0.5) * factor;
        expect(desktopPoint({ clientX, clientY }, rect, screen)).toEqual(pixel);
      }),
    );
  });

  it('stays on the screen where the pointer leaves it', () => {
    const rect = { left: 100, top: 100, width: 50, height: 50 };
    const screen = { width: 100, height: 100 };
    expect(desktopPoint({ clientX: 0, clientY: 900 }, rect, screen)).toEqual({ x: 0, y: 99 });
    expect(desktopPoint({ clientX: 0, clientY: 0 }, { ...rect, width: 0, height: 0 }, screen)).toEqual({
      x: 0,
      y: 0,
    });
  });
});
