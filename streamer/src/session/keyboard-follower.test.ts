import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeyboardFollower, REST } from './keyboard-follower.ts';
import { FakeDisplay } from './testing/fake-display.ts';

let display: FakeDisplay;
let failures: string[];

beforeEach(() => {
  vi.useFakeTimers();
  display = new FakeDisplay();
  failures = [];
});

afterEach(() => vi.useRealTimers());

/** Nobody types for a while. */
function rest(): void {
  vi.advanceTimersByTime(REST);
}

function follower(follows = true): KeyboardFollower {
  return new KeyboardFollower(display, follows, ({ message }) => failures.push(message));
}

it('takes what the browser tells of the keyboard', () => {
  follower().told({ type: 'layout', keys: [['KeyY', 'z']] });
  expect(display.log).toEqual(['follow KeyY=z']);
});

it('goes by what is typed where the browser tells nothing, each key by what it gave last', () => {
  const keyboard = follower();
  keyboard.typed('KeyQ', 'й');
  keyboard.typed('KeyW', 'ц');
  rest();
  keyboard.typed('KeyQ', 'q');
  rest();
  expect(display.log).toEqual(['follow KeyQ=й KeyW=ц', 'follow KeyW=ц KeyQ=q']);
});

it('waits until nobody types: programs may be late in looking up what keys mean', () => {
  const keyboard = follower();
  keyboard.typed('KeyQ', 'й');
  for (let key = 0; key < 5; key++) {
    vi.advanceTimersByTime(REST - 1);
    keyboard.typed('KeyQ', 'й');
  }
  expect(display.log).toEqual([]);
  rest();
  expect(display.log).toEqual(['follow KeyQ=й']);
  keyboard.typed('KeyW', 'ц');
  keyboard[Symbol.dispose]();
  rest();
  expect(display.log).toHaveLength(1);
});

it('waits until all that was typed has reached the programs, too', () => {
  const keyboard = follower();
  keyboard.typed('KeyQ', 'й');
  display.rest = 0;
  rest();
  keyboard.told({ type: 'layout', keys: [['KeyQ', 'q']] });
  rest();
  expect(display.log).toEqual([]);
  display.rest = 300;
  rest();
  expect(display.log).toEqual([]);
  display.rest = REST;
  vi.advanceTimersByTime(REST - 300);
  expect(display.log).toEqual(['follow KeyQ=q']);
});

it('goes by the last twelve keys', () => {
  const keyboard = follower();
  for (const letter of 'ABCDEFGHIJKLMN') keyboard.typed(`Key${letter}`, letter);
  rest();
  expect(display.log).toEqual([
    `follow ${[...'CDEFGHIJKLMN'].map((letter) => `Key${letter}=${letter}`).join(' ')}`,
  ]);
});

it('believes three typed keys more than the browser, which tells of the Latin layout only', () => {
  const keyboard = follower();
  keyboard.told({ type: 'layout', keys: [['KeyQ', 'q']] });
  keyboard.typed('KeyQ', 'й');
  keyboard.typed('KeyW', 'ц');
  rest();
  expect(display.log).toEqual(['follow KeyQ=q']);
  keyboard.typed('KeyE', 'у');
  rest();
  expect(display.log.at(-1)).toBe('follow KeyQ=й KeyW=ц KeyE=у');
});

it('follows no longer once a person has chosen, until that is taken back', () => {
  const keyboard = follower();
  keyboard.told({ type: 'layout', name: 'us/dvorak' });
  keyboard.typed('KeyY', 'z');
  rest();
  keyboard.told({ type: 'layout', keys: [['KeyY', 'z']] });
  expect(display.log).toEqual(['layout us/dvorak']);
  keyboard.told({ type: 'layout' });
  expect(display.log.at(-1)).toBe('follow KeyY=z');
});

it('does not follow at all where a setting says so, but lets people choose', () => {
  const keyboard = follower(false);
  keyboard.told({ type: 'layout', keys: [['KeyY', 'z']] });
  keyboard.typed('KeyY', 'z');
  rest();
  keyboard.told({ type: 'layout', name: 'de' });
  expect(display.log).toEqual(['layout de']);
});

it('says why a layout cannot be had', async () => {
  display.failure = new Error('no such layout');
  follower().told({ type: 'layout', name: 'atlantis' });
  await Promise.resolve();
  expect(failures).toEqual(['no such layout']);
});
