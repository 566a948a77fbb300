import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlow } from './flow.ts';

describe('flow', () => {
  it('lets one update be decoded and one follow while the way is unknown', () => {
    const flow = createFlow();
    expect(flow.room(0)).toBe(2);
    flow.sent(0, 0);
    flow.sent(1, 5);
    expect(flow.room(500)).toBe(0);
  });

  it('fills a long way without waiting for each acknowledgement', () => {
    const flow = createFlow();
    flow.sent(0, 0);
    flow.acknowledged(0, 50);
    for (let id = 1; id <= 3; id++) {
      expect(flow.room(50 + id * 16)).toBeGreaterThan(0);
      flow.sent(id, 50 + id * 16);
    }
  });

  it('takes nothing more while the oldest update is late, and goes on when it has arrived', () => {
    const flow = createFlow();
    flow.sent(0, 0);
    flow.acknowledged(0, 10);
    flow.sent(1, 20);
    flow.sent(2, 30);
    expect(flow.room(60)).toBeGreaterThan(0);
    expect(flow.room(80)).toBe(0);
    flow.acknowledged(1, 81);
    expect(flow.room(81)).toBe(0);
    flow.acknowledged(2, 82);
    expect(flow.room(82)).toBeGreaterThan(0);
  });

  it('takes an acknowledgement for all earlier updates as well', () => {
    const flow = createFlow();
    flow.sent(0, 0);
    flow.sent(1, 1);
    flow.acknowledged(1, 10);
    expect(flow.room(10_000)).toBeGreaterThan(0);
  });

  it('is late only when others would notice', () => {
    const flow = createFlow();
    flow.sent(0, 0);
    flow.acknowledged(0, 10);
    flow.sent(1, 100);
    expect(flow.isLate(200)).toBe(false);
    expect(flow.isLate(400)).toBe(true);
    flow.reset();
    expect(flow.isLate(400)).toBe(false);
  });

  it('believes after a while that the way has become longer', () => {
    const flow = createFlow();
    flow.sent(0, 0);
    flow.acknowledged(0, 5);
    let now = 0;
    for (let id = 1; id < 200; id++) {
      now += 150;
      flow.sent(id, now);
      flow.acknowledged(id, now + 100);
    }
    flow.sent(200, now + 200);
    expect(flow.room(now + 200 + 120)).toBeGreaterThan(0);
  });

  it('never has more in flight than half a second, whatever is acknowledged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.nat(50), acknowledge: fc.boolean(), id: fc.nat(400) }), {
          maxLength: 300,
        }),
        (steps) => {
          const flow = createFlow();
          let now = 0;
          let next = 0;
          let acknowledged = -1;
          for (const { wait, acknowledge, id } of steps) {
            now += wait;
            if (acknowledge) {
              flow.acknowledged(id, now);
              if (id < next) acknowledged = Math.max(acknowledged, id);
            } else if (flow.room(now) > 0) {
              flow.sent(next++, now);
            }
            expect(flow.room(now)).toBeGreaterThanOrEqual(0);
            expect(next - 1 - acknowledged).toBeLessThanOrEqual(30);
          }
        },
      ),
    );
  });
});
