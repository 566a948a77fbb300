import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlow, type Flow } from './flow.ts';
import type { PacketFeedback } from './packet-feedback.ts';
import { type Frame, type LinkOptions, simulate } from './testing/simulated-link.ts';

const MOST = { bitrate: 8000, fps: 60 };

/** Of 20 packets this part was lost. */
function packets(lost: number, now = 0): PacketFeedback[] {
  return Array.from({ length: 20 }, (_, i) => ({
    bytes: 1200,
    sent: now,
    received: i < lost * 20 ? undefined : now,
  }));
}

/** A flow over a way that has carried the most that the stream may cost; the time then, ms. */
function explored(): { flow: Flow; now: number } {
  const flow = createFlow(MOST);
  let now = 0;
  for (; flow.bottleneck !== undefined; now += 10) flow.packets(packets(0, now), now);
  return { flow, now };
}

describe('flow', () => {
  it('lets one update be decoded and one follow while the way is unknown', () => {
    const flow = createFlow(MOST);
    expect(flow.room(0)).toBe(2);
    flow.sent(0, 1000, 0);
    flow.sent(1, 1000, 5);
    expect(flow.room(500)).toBe(0);
  });

  it('fills a long way without waiting for each acknowledgement', () => {
    const flow = createFlow(MOST);
    flow.sent(0, 1000, 0);
    flow.acknowledged(0, 0, 50);
    for (let id = 1; id <= 3; id++) {
      expect(flow.room(50 + id * 16)).toBeGreaterThan(0);
      flow.sent(id, 1000, 50 + id * 16);
    }
  });

  it('takes nothing more while the oldest update is late, and goes on when it has arrived', () => {
    const flow = createFlow(MOST);
    flow.sent(0, 1000, 0);
    flow.acknowledged(0, 0, 10);
    flow.sent(1, 1000, 20);
    flow.sent(2, 1000, 30);
    expect(flow.room(60)).toBeGreaterThan(0);
    expect(flow.room(80)).toBe(0);
    flow.acknowledged(1, 0, 81);
    flow.acknowledged(2, 0, 82);
    expect(flow.room(82)).toBeGreaterThan(0);
  });

  it('takes twice what was under way without a queue while the oldest update is late, and not for long', () => {
    const flow = createFlow(MOST);
    for (const id of [0, 1]) flow.sent(id, 1000, 0);
    flow.acknowledged(1, 0, 10);
    flow.packets(packets(0.05), 10);
    for (const id of [2, 3, 4]) {
      expect(flow.room(100)).toBeGreaterThan(0);
      flow.sent(id, 1000, id === 2 ? 20 : 100);
    }
    expect(flow.room(100)).toBeGreaterThan(0);
    flow.sent(5, 1000, 100);
    expect(flow.room(100)).toBe(0);
    flow.acknowledged(2, 0, 100);
    expect(flow.room(310)).toBe(0);
  });

  it('takes an acknowledgement for all earlier updates as well', () => {
    const flow = createFlow(MOST);
    flow.sent(0, 1000, 0);
    flow.sent(1, 1000, 1);
    flow.acknowledged(1, 0, 10);
    expect(flow.room(10_000)).toBeGreaterThan(0);
  });

  it('is late only when others would notice', () => {
    const flow = createFlow(MOST);
    flow.sent(0, 1000, 0);
    flow.acknowledged(0, 0, 10);
    flow.sent(1, 1000, 100);
    expect(flow.isLate(200)).toBe(false);
    expect(flow.isLate(400)).toBe(true);
    flow.reset();
    expect(flow.isLate(400)).toBe(false);
  });

  it('knows of a bottleneck once there is one', () => {
    const { flow, now: start } = explored();
    expect(flow.bottleneck).toBeUndefined();
    for (let now = start; now < 10_000; now += 100) flow.packets(packets(0.5, now), now);
    expect(flow.bottleneck).toBe(flow.rate.bitrate);
  });

  it('takes a way that is unknown for a narrow one, and finds out within a second what it carries', () => {
    expect(createFlow(MOST).rate.bitrate).toBe(2000);
    expect(createFlow({ bitrate: 500, fps: 60 }).rate.bitrate).toBe(500);
    const { flow, now } = explored();
    expect(flow.rate.bitrate).toBe(8000);
    expect(now).toBeLessThan(1000);
  });

  it('begins with the most where nothing is sharpened later', () => {
    const flow = createFlow(MOST, false);
    expect(flow.rate.bitrate).toBe(8000);
    expect(flow.bottleneck).toBeUndefined();
  });

  it('does not take a way for a wide one that was never asked for much', () => {
    const flow = createFlow(MOST);
    // 960 kbit/s.
    for (let now = 0; now < 10_000; now += 10) flow.packets(packets(0, now).slice(0, 1), now);
    expect(flow.rate.bitrate).toBe(2000);
  });

  it('believes a way to carry half as much again as it did lately, whatever that was', () => {
    const flow = createFlow(MOST);
    let now = 0;
    const pass = (seconds: number, act: () => void) => {
      for (const end = now + seconds * 1000; now < end; now += 100) act();
      return flow.rate.bitrate;
    };
    const few = () => packets(0, now).slice(0, 3);
    expect(pass(10, () => flow.packets(packets(0.5, now), now))).toBeLessThan(400);
    // 3 and 20 packets of 1200 bytes in 100 ms.
    expect(pass(10, () => flow.packets(few(), now))).toBe(288 * 1.5);
    expect(pass(10, () => flow.packets(packets(0, now), now))).toBe(1920 * 1.5);
    let id = 0;
    const exactPixels = () => {
      flow.packets(few(), now);
      flow.sent(id, 50_000, now);
      flow.acknowledged(id++, now, now + 1);
    };
    expect(pass(10, exactPixels)).toBe(4000 * 1.5);
  });

  it('learns from exact pixels what the way carries, whatever becomes of the packets of a little video', () => {
    const flow = createFlow(MOST);
    let arrived = 0;
    for (let id = 0; id < 60; id++) {
      // Six of up to 40 KB at once, and 2 Mbit/s.
      const now = Math.floor(id / 6) * 600;
      const bytes = 500 + 8000 * (id % 6);
      flow.packets(packets(0, now).slice(0, 3), now);
      flow.sent(id, bytes, now, false);
      arrived = Math.max(arrived, now) + (bytes * 8) / 2000;
      flow.acknowledged(id, arrived, arrived);
    }
    expect(flow.rate.bitrate).toBeLessThan(2000);
  });

  it('has room for what can wait while little is under way, and for less of it on a narrow way', () => {
    const { flow, now: start } = explored();
    flow.sent(0, 1000, start);
    flow.acknowledged(0, start, start + 10);
    flow.sent(1, 50_000, start + 200);
    expect(flow.idles(start + 200)).toBe(true);
    flow.sent(2, 50_000, start + 200);
    expect(flow.idles(start + 200)).toBe(false);
    flow.acknowledged(2, start + 200, start + 210);
    expect(flow.idles(start + 210)).toBe(true);
    for (let now = start + 100; now < 10_000; now += 100) flow.packets(packets(0.5, now), now);
    flow.sent(3, 5000, 10_000);
    expect(flow.idles(10_000)).toBe(false);
  });

  it('has room for more of it on a quick way', () => {
    const { flow, now: start } = explored();
    // 50 KB in 5 ms each: 10 MB/s.
    let now = start + 200;
    for (let id = 0; id < 30; id++) {
      flow.sent(id, 50_000, now);
      now += 5;
      flow.acknowledged(id, now, now);
    }
    flow.sent(30, 180_000, now);
    expect(flow.idles(now)).toBe(true);
    flow.sent(31, 30_000, now);
    expect(flow.idles(now)).toBe(false);
  });

  it('has room for more of it on a long way', () => {
    const { flow, now } = explored();
    flow.sent(0, 1000, now);
    flow.acknowledged(0, now, now + 100);
    flow.sent(1, 300_000, now + 110);
    expect(flow.idles(now + 110)).toBe(true);
  });

  it('asks for fewer frames of video only', () => {
    const flow = createFlow(MOST);
    for (let now = 0; now < 10_000; now += 100) {
      flow.packets(packets(0.5, now), now);
    }
    flow.sent(0, 1000, 10_000, true);
    const { bitrate, fps } = flow.rate;
    expect(fps).toBeLessThan(60);
    flow.sent(1000, 1000, 20_000, false);
    expect(flow.rate).toMatchObject({ bitrate, fps: 60 });
  });

  it('halves the picture where even few frames would be smears, until there is room for it', () => {
    const flow = createFlow(MOST);
    const until = (scale: 2 | undefined, part: number, from: number) => {
      let now = from;
      for (; flow.rate.scale !== scale; now += 100) {
        // So far every step was taken that comes before this one.
        if (scale) expect(flow.rate.fps).toBeGreaterThanOrEqual(10);
        flow.packets(packets(part, now), now);
        expect(now).toBeLessThan(from + 30_000);
      }
      return now;
    };
    const halved = until(2, 0.5, 0);
    expect(flow.rate.bitrate).toBeLessThanOrEqual(400);
    until(undefined, 0, halved);
    expect(flow.rate.bitrate).toBeGreaterThan(800);
  });

  it('believes after a while that the way has become longer', () => {
    const flow = createFlow(MOST);
    flow.sent(0, 1000, 0);
    flow.acknowledged(0, 0, 5);
    let now = 0;
    for (let id = 1; id < 200; id++) {
      now += 150;
      flow.sent(id, 1000, now);
      flow.acknowledged(id, 0, now + 100);
    }
    flow.sent(200, 1000, now + 200);
    expect(flow.room(now + 200 + 120)).toBeGreaterThan(0);
  });

  it('never has more in flight than half a second, whatever is acknowledged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.nat(50), acknowledge: fc.boolean(), id: fc.nat(400) }), {
          maxLength: 300,
        }),
        (steps) => {
          const flow = createFlow(MOST);
          let now = 0;
          let next = 0;
          let acknowledged = -1;
          for (const { wait, acknowledge, id } of steps) {
            now += wait;
            if (acknowledge) {
              flow.acknowledged(id, 0, now);
              if (id < next) acknowledged = Math.max(acknowledged, id);
            } else if (flow.room(now) > 0) {
              flow.sent(next++, 1000, now);
            }
            expect(flow.room(now)).toBeGreaterThanOrEqual(0);
            expect(next - 1 - acknowledged).toBeLessThanOrEqual(30);
          }
        },
      ),
    );
  });
});

describe('over a bottleneck', () => {
  const link = (options: Partial<LinkOptions>): LinkOptions => ({
    capacity: () => 1_000_000,
    delay: () => 1,
    ...options,
  });
  const between = (frames: Frame[], from: number, to: number) =>
    frames.filter(({ captured }) => captured >= from && captured < to);
  const fps = (frames: Frame[], seconds: number) => frames.length / seconds;
  /** Frames that a screen shows, the last of those that come between two refreshes: on average, whenever it refreshes. */
  const seenAt60Hz = (frames: Frame[]) => {
    const phases = Array.from({ length: 16 }, (_, phase) => phase);
    const seen = phases.map(
      (phase) => new Set(frames.map(({ shown }) => Math.ceil(((shown + phase) * 60) / 1000))).size,
    );
    return seen.reduce((sum, count) => sum + count, 0) / phases.length;
  };
  /** Delay, ms, that so much of the frames stay below. */
  const quantile = (frames: Frame[], part: number) =>
    frames.map(({ captured, shown }) => shown - captured).toSorted((a, b) => a - b)[
      Math.floor(frames.length * part)
    ]!;

  it.each([
    ['nearby', link({})],
    ['far away', link({ delay: () => 40 })],
  ])('that is none, %s, everything is used', (_, options) => {
    const frames = between(simulate(10_000, options), 1000, 10_000);
    expect(fps(frames, 9)).toBeGreaterThan(58);
    expect(frames.at(-1)!.bitrate).toBe(8000);
  });

  it('of 6 Mbit/s, fits in it without a queue', () => {
    const frames = between(simulate(20_000, link({ capacity: () => 6000 })), 1000, 20_000);
    expect(fps(frames, 19)).toBeGreaterThan(54);
    expect(quantile(frames, 0.5)).toBeLessThan(30);
    expect(quantile(frames, 0.95)).toBeLessThan(75);
    expect(frames.at(-1)!.bitrate).toBeGreaterThan(4500);
  });

  it('of 2 Mbit/s, shows fewer frames, and those at once', () => {
    const frames = between(simulate(20_000, link({ capacity: () => 2000 })), 1000, 20_000);
    expect(fps(frames, 19)).toBeGreaterThan(30);
    expect(quantile(frames, 0.95)).toBeLessThan(100);
  });

  it('that comes and goes, is followed within a second and left within eight', () => {
    const capacity = (now: number) => (now > 10_000 && now < 20_000 ? 3000 : 20_000);
    const most = { bitrate: 16_000, fps: 60 };
    const frames = simulate(30_000, link({ capacity, delay: () => 5, most }));
    expect(quantile(between(frames, 11_000, 20_000), 0.95)).toBeLessThan(100);
    expect(
      frames.find(({ captured, bitrate }) => captured > 20_000 && bitrate === 16_000)!.captured,
    ).toBeLessThan(28_000);
  });

  it('that is none but loses packets, goes on with small updates while one is sent again', () => {
    const frames = simulate(20_000, link({ delay: () => 20, loss: 0.01, largest: 6000 }));
    expect(seenAt60Hz(frames) / 20).toBeGreaterThan(50);
    expect(quantile(frames, 0.95)).toBeLessThan(95);
    // What was asked for, and half as much again: nobody knows whether it carries more.
    expect(frames.at(-1)!.bitrate).toBeGreaterThan((6000 * 8 * 60) / 1000);
  });

  it.each([0.01, 0.03])('that is none but loses %d of the packets, is not taken for one', (loss) => {
    const frames = simulate(20_000, link({ delay: () => 20, loss, feedback: true }));
    expect(frames.at(-1)!.bitrate).toBe(8000);
  });

  it('that is none, where the viewer takes its time for each update whatever its size, leaves the bits alone', () => {
    let free = 0;
    const noticed = (arrived: number) => {
      free = Math.max(free, arrived) + 22;
      return free;
    };
    const frames = simulate(20_000, link({ noticed }));
    expect(frames.at(-1)!.bitrate).toBe(8000);
    expect(fps(between(frames, 10_000, 20_000), 10)).toBeGreaterThan(40);
    expect(quantile(frames, 0.95)).toBeLessThan(150);
  });

  it('that keeps no queue shows by its losses', () => {
    const frames = simulate(20_000, link({ capacity: () => 3000, queue: 10, feedback: true }));
    expect(frames.at(-1)!.bitrate).toBeLessThan(3000);
  });

  it.each([6000, 2000])('of %d kbit/s is found by what becomes of packets', (capacity) => {
    const frames = simulate(20_000, link({ capacity: () => capacity, feedback: true }));
    const later = between(frames, 1000, 20_000);
    expect(quantile(later, 0.95)).toBeLessThan(100);
    expect(later.at(-1)!.bitrate).toBeGreaterThan(capacity * 0.7);
    expect(later.at(-1)!.bitrate).toBeLessThan(capacity * 1.1);
  });

  it('that is only a longer way, is not taken for a bottleneck for long', () => {
    const frames = simulate(30_000, link({ delay: (now) => (now < 10_000 ? 5 : 90) }));
    const later = between(frames, 20_000, 30_000);
    expect(fps(later, 10)).toBeGreaterThan(55);
    expect(later.at(-1)!.bitrate).toBe(8000);
  });
});
