import { describe, expect, it } from 'vitest';
import { Playout } from './playout.ts';

const RATE = 48_000;
const PIECE = 480;
/** What an AudioWorklet renders at once (Web Audio API, render quantum). */
const QUANTUM = 128;

/** A tone of 440 Hz at half loudness, cut into pieces. */
function piece(index: number, { marker = index === 0, lost = 0 } = {}) {
  const samples = Float32Array.from({ length: PIECE }, (_, i) => tone(index * PIECE + i));
  return { channels: [samples, samples], marker, lost };
}

function tone(sample: number): number {
  return 0.5 * Math.sin((2 * Math.PI * 440 * sample) / RATE);
}

interface Scene {
  seconds: number;
  /** When a piece arrives, ms after its time; undefined: never. */
  delay?(index: number): number | undefined;
  /** How fast the sender's clock runs. */
  clock?: number;
}

/** Plays a tone and gives out what is heard. */
function play({ seconds, delay = () => 0, clock = 1 }: Scene) {
  const playout = new Playout(2);
  const arrivals: { time: number; index: number }[] = [];
  let arrival = 0;
  for (let index = 0; index * PIECE < seconds * RATE * clock; index++) {
    const late = delay(index);
    if (late === undefined) continue;
    // In order, as a WebSocket delivers.
    arrival = Math.max(arrival, ((index + 1) * PIECE) / clock + late * 48);
    arrivals.push({ time: arrival, index });
  }
  const heard = new Float32Array(Math.floor((seconds * RATE) / QUANTUM) * QUANTUM);
  let last = -1;
  let most = 0;
  for (let time = 0; time < heard.length; time += QUANTUM) {
    while (arrivals[0] && arrivals[0].time <= time) {
      const { index } = arrivals.shift()!;
      playout.push(piece(index, { lost: index - last - 1 }));
      last = index;
    }
    const left = heard.subarray(time, time + QUANTUM);
    playout.render([left, new Float32Array(QUANTUM)]);
    if (time > 2 * RATE) most = Math.max(most, playout.level);
  }
  return { heard, playout, most };
}

/** The steepest step from sample to sample: a tone's own is 0.029. */
function steepest(heard: Float32Array): number {
  let most = 0;
  for (let i = 1; i < heard.length; i++) most = Math.max(most, Math.abs(heard[i]! - heard[i - 1]!));
  return most;
}

/** Ms in which nothing was heard, from a second after the start. */
function gaps(heard: Float32Array): number {
  let silent = 0;
  for (let i = RATE; i < heard.length; i += 48) {
    if (heard.subarray(i, i + 48).every((sample) => Math.abs(sample) < 1e-4)) silent++;
  }
  return silent;
}

const CLICK = 0.06;

describe('sound that comes regularly', () => {
  it('is heard sample by sample as it was, after a short wait', () => {
    const { heard, most } = play({ seconds: 4 });
    const start = heard.findIndex((sample) => Math.abs(sample) > 1e-5);
    expect(start / 48).toBeLessThan(30);
    expect(gaps(heard)).toBe(0);
    expect(steepest(heard)).toBeLessThan(CLICK);
    expect(most / 48).toBeLessThan(40);
  });

  // In a minute as far as clocks that differ by 200 ppm, which is much, drift in ten.
  it.each([1.002, 1.0005, 0.9995, 0.998])('neither drifts nor clicks with a clock %f as fast', (clock) => {
    const { heard, most, playout } = play({ seconds: 60, clock });
    expect(gaps(heard)).toBe(0);
    expect(steepest(heard)).toBeLessThan(CLICK);
    expect(most / 48).toBeLessThan(40);
    expect(playout.concealed).toBe(0);
  });
});

describe('sound that comes irregularly', () => {
  it('is heard sample by sample again once it has been played faster for a while', () => {
    // All comes 6 ms sooner from the third second on: so much more is in hand than has to be.
    const { heard } = play({ seconds: 12, delay: (index) => (index < 200 ? 6 : 0) });
    const end = heard.subarray(-4 * QUANTUM);
    const isFrom = (start: number) => end.every((sample, i) => sample === Math.fround(tone(start + i)));
    const starts = Array.from({ length: 100 * 48 }, (_, i) => heard.length - end.length - i);
    expect(starts.some(isFrom)).toBe(true);
  });

  it('is heard without gaps once the buffer has learnt how irregularly', () => {
    const jitter = (index: number) => (index % 37 === 0 ? 35 : (index * 7) % 11);
    const { heard } = play({ seconds: 20, delay: jitter });
    expect(gaps(heard.subarray(5 * RATE))).toBe(0);
    expect(steepest(heard)).toBeLessThan(CLICK);
  });

  it('is heard soon again after a standstill, without what piled up', () => {
    const { heard, playout } = play({
      seconds: 12,
      delay: (index) => (index >= 300 && index < 350 ? (350 - index) * 10 : 0),
    });
    expect(steepest(heard)).toBeLessThan(CLICK);
    expect(gaps(heard.subarray(6 * RATE))).toBe(0);
    expect(playout.level / 48).toBeLessThan(120);
  });

  it.each([3, 12])('goes on at once when %i pieces that were missing come in one bunch', (missing) => {
    const late = (index: number) => index >= 300 && index < 300 + missing;
    const { heard } = play({
      seconds: 12,
      delay: (index) => (late(index) ? (300 + missing - index) * 10 : 0),
    });
    // Some of the time that they took was in hand, and nothing is waited for afterwards.
    expect(gaps(heard)).toBeLessThan(missing * 10 - 10);
    expect(steepest(heard)).toBeLessThan(CLICK);
  });

  it.each([1, 3])('hides that %i of a hundred pieces are lost', (percent) => {
    const { heard, playout } = play({
      seconds: 20,
      delay: (index) => ((index * 37 + 11) % 100 < percent ? undefined : 0),
    });
    expect(gaps(heard.subarray(5 * RATE))).toBe(0);
    expect(playout.concealed).toBeGreaterThan(10);
  });
});

it('is silent before anything comes and after the last of it, and begins again', () => {
  const playout = new Playout(2);
  const render = () => {
    const output = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
    playout.render(output);
    return Math.max(...output[1]!.map(Math.abs));
  };
  expect(render()).toBe(0);
  for (let index = 0; index < 10; index++) playout.push(piece(index));
  const loudness = Array.from({ length: 60 }, render);
  expect(Math.max(...loudness)).toBeGreaterThan(0.4);
  expect(loudness.at(-1)).toBe(0);
  for (let index = 0; index < 10; index++) playout.push(piece(index));
  expect(Math.max(...Array.from({ length: 60 }, render))).toBeGreaterThan(0.4);
});
