import { describe, expect, it } from 'vitest';
import { MovingArea } from './moving-area.ts';

const screen = { width: 1920, height: 1080 };
const film = { x: 1200, y: 608, width: 640, height: 368 };
const whole = { x: 0, y: 0, ...screen };

/** Follows the same change at 60 per second; returns what was found last. */
function play(
  moving: MovingArea,
  changed: { x: number; y: number; width: number; height: number }[],
  from: number,
  to: number,
) {
  let area: ReturnType<MovingArea['follow']>;
  for (let time = from; time < to; time += 16) area = moving.follow(changed, time);
  return area;
}

describe('the area in which the video moves', () => {
  it('is that of a film which has played for a moment', () => {
    const moving = new MovingArea(screen);
    expect(play(moving, [film], 0, 200)).toBeUndefined();
    expect(play(moving, [film], 200, 400)).toEqual(film);
  });

  it('is none while the whole screen moves', () => {
    const moving = new MovingArea(screen);
    expect(play(moving, [whole], 0, 10_000)).toBeUndefined();
  });

  it('is around what moves in several places, if that is still small', () => {
    const moving = new MovingArea(screen);
    const parts = [
      { x: 160, y: 160, width: 160, height: 160 },
      { x: 640, y: 320, width: 160, height: 160 },
    ];
    expect(play(moving, parts, 0, 400)).toEqual({ x: 160, y: 160, width: 640, height: 320 });
  });

  it('is large enough for any encoder, and on the screen', () => {
    const moving = new MovingArea(screen);
    const area = play(moving, [{ x: 1904, y: 1072, width: 16, height: 8 }], 0, 400)!;
    expect(area.width).toBeGreaterThanOrEqual(160);
    expect(area.height).toBeGreaterThanOrEqual(128);
    expect(area.x % 16).toBe(0);
    expect(area.y % 16).toBe(0);
    expect([area.x + area.width, area.y + area.height]).toEqual([1920, 1080]);
  });

  it('ends at once when something moves elsewhere, and takes longer to begin again each time', () => {
    const moving = new MovingArea(screen);
    const began: number[] = [];
    let time = 0;
    for (let times = 0; times < 3; times++) {
      const start = time;
      while (!moving.follow([film], time)) time += 16;
      began.push(time - start);
      time += 16;
      expect(moving.follow([film, { x: 0, y: 0, width: 16, height: 16 }], time)).toBeUndefined();
      time += 2000;
    }
    expect(began[1]).toBeGreaterThan(began[0]!);
    expect(began[2]).toBeGreaterThan(began[1]!);
  });

  it('becomes smaller when less moves for long, with the whole screen in between', () => {
    const moving = new MovingArea(screen);
    play(moving, [film], 0, 1000);
    const small = { x: 1200, y: 608, width: 320, height: 192 };
    const areas: unknown[] = [];
    for (let time = 1000; time < 9000; time += 16) areas.push(moving.follow([small], time));
    expect(areas.at(0)).toEqual(film);
    expect(areas).toContain(undefined);
    expect(areas.at(-1)).toEqual(small);
  });
});
