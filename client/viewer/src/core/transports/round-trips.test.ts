import type { Transport } from '@deskside/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type RoundTrip, RoundTrips } from './round-trips.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Two ways that answer after so long, ms, in turns; nothing: never. */
function measure(delays: Record<Transport, readonly number[]>): Record<Transport, RoundTrip> | undefined {
  let measured: Record<Transport, RoundTrip> | undefined;
  const asked = { websocket: 0, webrtc: 0 };
  const trips = new RoundTrips({
    ask(way, time) {
      const all = delays[way];
      const delay = all[asked[way]++ % all.length];
      if (delay !== undefined) setTimeout(() => trips.answered(time), delay);
    },
    onMeasured: (roundTrips) => {
      measured = roundTrips;
    },
  });
  vi.advanceTimersByTime(10_000);
  return measured;
}

it('tells the median of each way, and the least', () => {
  expect(measure({ websocket: [40], webrtc: [12, 6, 90] })).toEqual({
    websocket: { median: 40, least: 40 },
    webrtc: { median: 12, least: 6 },
  });
});

it('tells nothing of ways that answer too little', () => {
  expect(measure({ websocket: [40], webrtc: [] })).toBeUndefined();
  expect(measure({ websocket: [40], webrtc: [1900] })).toBeUndefined();
});
