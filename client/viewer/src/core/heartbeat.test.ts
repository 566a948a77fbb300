import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

let questions: number;
let silent: number;
let heartbeat: Heartbeat;
let answers: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  questions = silent = 0;
  answers = true;
  heartbeat = new Heartbeat({
    ask() {
      questions++;
      if (answers) heartbeat.heard();
    },
    onSilence: () => silent++,
  });
});

afterEach(() => {
  heartbeat[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** How many questions are asked within so many seconds. */
function within(seconds: number): number {
  const before = questions;
  vi.advanceTimersByTime(seconds * 1000);
  return questions - before;
}

it('asks often at first, every five seconds while anything moves, and twice a minute at rest', () => {
  heartbeat.start();
  expect(within(2)).toBe(3);
  expect(within(60)).toBe(2);
  heartbeat.moved();
  let asked = 0;
  for (let second = 0; second < 60; second++) {
    heartbeat.moved();
    asked += within(1);
  }
  expect(asked).toBe(12);
  within(5);
  expect(within(60)).toBe(2);
});

it('asks at once when a rest is over', () => {
  heartbeat.start();
  within(10);
  const before = questions;
  heartbeat.moved();
  heartbeat.moved();
  expect(questions).toBe(before + 1);
});

it('notices silence: within fifteen seconds of anything that moves, within a minute at rest', () => {
  heartbeat.start();
  within(10);
  answers = false;
  heartbeat.moved();
  within(10);
  expect(silent).toBe(0);
  within(5);
  expect(silent).toBe(1);

  answers = true;
  heartbeat.start();
  within(10);
  answers = false;
  within(60);
  expect(silent).toBe(2);
});

it('notices silence within three seconds where there is doubt', () => {
  heartbeat.start();
  within(60);
  answers = false;
  heartbeat.doubt();
  // Somebody acts meanwhile.
  heartbeat.moved();
  within(2);
  expect(silent).toBe(0);
  within(1);
  expect(silent).toBe(1);
});
