import type { Transport } from '@deskside/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RoundTrips } from './round-trips.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Two ways that answer after so long, ms; undefined: never. */
function measure(delays: Record<Transport, number | undefined>): Record<Transport, number> | undefined {
  let measured: Record<Transport, number> | undefined;
  const trips = new RoundTrips({
    ask(way, time) {
      const delay = delays[way];
      if (delay !== undefined) setTimeout(() => trips.answered(time), delay);
    },
    onMeasured: (medians) => {
      measured = medians;
    },
  });
  vi.advanceTimersByTime(10_000);
  return measured;
}

it('tells the median of each way', () => {
  expect(measure({ websocket: 40, webrtc: 12 })).toEqual({ websocket: 40, webrtc: 12 });
});

it('tells nothing of ways that answer too little', () => {
  expect(measure({ websocket: 40, webrtc: undefined })).toBeUndefined();
  expect(measure({ websocket: 40, webrtc: 1900 })).toBeUndefined();
});
