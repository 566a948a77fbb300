/** Pointer, wheel, fingers and keys through Chromium, as an X program sees them. */
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { presses, untilNothingIsDown, watchInput, withRealFocus } from '../support/desktop-input.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Keys } from '../support/keys.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const test = desktop
  .extend('page', async ({ streamer, chromium }, { onCleanup }) => {
    const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
    onCleanup(() => page.context().close());
    return page;
  })
  .extend('keys', async ({ page }) => await Keys.of(page));

test('each of the five buttons arrives as itself, and none goes back in the history', async ({ x, page }) => {
  const seen = await watchInput(x);
  const devtools = await page.context().newCDPSession(page);
  const at = { x: 400, y: 300, clickCount: 1 };
  const before = page.url();
  for (const button of ['left', 'middle', 'right', 'back', 'forward'] as const) {
    await devtools.send('Input.dispatchMouseEvent', { type: 'mousePressed', button, ...at });
    await devtools.send('Input.dispatchMouseEvent', { type: 'mouseReleased', button, ...at });
  }
  await until('five buttons', () => {
    if (presses(seen).length < 5) throw new Error(presses(seen).join());
    return true;
  });
  expect(presses(seen)).toEqual([1, 2, 3, 8, 9]);
  expect(page.url()).toBe(before);
});

test('buttons that are pressed together arrive while nothing moves', async ({ x, page }) => {
  const seen = await watchInput(x);
  await page.mouse.move(400, 300);
  await page.mouse.down();
  await page.mouse.down({ button: 'right' });
  await until('both', () => presses(seen).length === 2);
  await page.mouse.up({ button: 'right' });
  await until('the right one to be up', () => seen.some(({ type }) => type === 'release'));
  await page.mouse.up();
  await untilNothingIsDown(x);
  expect(
    seen.filter(({ type }) => type === 'release').map((input) => 'button' in input && input.button),
  ).toEqual([3, 1]);
});

describe.for([1, 1.5, 2])('at device pixel ratio %d', (deviceScaleFactor) => {
  const dense = test.override('page', async ({ streamer, chromium }, { onCleanup }) => {
    const page = await openViewer(chromium, streamer.page({ view: 'fit' }), {
      viewport: { width: 800, height: 450 },
      deviceScaleFactor,
    });
    onCleanup(() => page.context().close());
    return page;
  });

  dense('10,000 ticks of the wheel add up exactly, on both axes', async ({ x, page }) => {
    const seen = await watchInput(x);
    await page.mouse.click(300, 300);
    await until('the click', () => presses(seen).includes(1));
    seen.length = 0;
    // A trackpad's tick of 4 pixels is 4.8 of the 120 that a notch has.
    await page.locator('remote-desktop').evaluate((element) => {
      const target = element.shadowRoot!.querySelector('.desktop')!;
      for (let tick = 0; tick < 10_000; tick++) {
        const [deltaX, deltaY] = tick % 2 ? [4, 0] : [0, 4];
        target.dispatchEvent(new WheelEvent('wheel', { deltaX, deltaY, bubbles: true, cancelable: true }));
      }
    });
    const notches = (5000 * 4) / 100;
    await until('all notches', () => presses(seen).length === 2 * notches);
    expect(presses(seen).filter((button) => button === 5)).toHaveLength(notches);
    expect(presses(seen).filter((button) => button === 7)).toHaveLength(notches);
  });
});

test('a pinch of a trackpad is Ctrl and the wheel, and Ctrl is up afterwards', async ({ x, page }) => {
  const seen = await watchInput(x);
  await page.mouse.move(300, 300);
  await page.locator('remote-desktop').evaluate((element) => {
    const target = element.shadowRoot!.querySelector('.desktop')!;
    const options = { deltaY: -2, ctrlKey: true, bubbles: true, cancelable: true };
    for (let step = 0; step < 10; step++) target.dispatchEvent(new WheelEvent('wheel', options));
  });
  await until('two notches', () => presses(seen).length === 2);
  const control = 4;
  expect(seen.filter(({ type }) => type === 'press')).toEqual([
    expect.objectContaining({ button: 4, state: control }),
    expect.objectContaining({ button: 4, state: control }),
  ]);
  await untilNothingIsDown(x);
});

describe('a locked pointer', () => {
  test('moves by what the mouse moves, as often as it tells, and lets go', async ({ x, page }) => {
    const seen = await watchInput(x);
    await page.mouse.move(400, 300);
    await page.keyboard.down('Control');
    await page.keyboard.down('Shift');
    await page.mouse.click(400, 300);
    await until('the lock', () => isLocked(page));
    await page.keyboard.up('Shift');
    await page.keyboard.up('Control');
    await untilNothingIsDown(x);
    expect(presses(seen), 'the click that locks is the page’s own').toEqual([]);
    const before = await x.pointer();
    seen.length = 0;
    for (let step = 1; step <= 20; step++) await page.mouse.move(400 + 5 * step, 300 - 2 * step);
    await until('the pointer to have moved', async () => {
      const { x: left, y: top } = await x.pointer();
      return left - before.x === 100 && top - before.y === -40;
    });
    expect(seen.filter(({ type }) => type === 'motion').length).toBeGreaterThanOrEqual(10);
    await page.mouse.down();
    await until('the button', () => presses(seen).includes(1));
    await page.mouse.up();
    await page.evaluate(() => document.exitPointerLock());
    await until('the end of the lock', async () => !(await isLocked(page)));
    await untilNothingIsDown(x);
  });
});

/** Of the desktop, and of a page that shows all of it in its own size. */
const MIDDLE = [640, 360] as const;

describe('fingers', () => {
  type Touch = ['touchStart' | 'touchMove' | 'touchEnd', ...points: [x: number, y: number][]];

  const touch = test
    .override('page', async ({ streamer, chromium }, { onCleanup }) => {
      const page = await openViewer(chromium, streamer.page({ view: 'fit' }), { hasTouch: true });
      onCleanup(() => page.context().close());
      return page;
    })
    .extend('touch', async ({ page }) => {
      const devtools = await page.context().newCDPSession(page);
      // All at once, and two fingers together: one that waits for a busy machine presses long.
      return async (...touches: Touch[]) => {
        const sent = touches.map(([type, ...points]) => {
          const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
          return devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
        });
        await Promise.all(sent);
      };
    });

  /** A touch that is repeated, step by step. */
  const steps = (count: number, touch: (step: number) => Touch): Touch[] =>
    Array.from({ length: count }, (_, index) => touch(index + 1));

  touch('tap where they are: one is left, two are right', async ({ x, touch }) => {
    const landed = x.nextClick();
    await watchInput(x);
    await touch(['touchStart', [321, 123]], ['touchEnd']);
    expect(await landed).toEqual({ x: 321, y: 123, button: 1 });
    const second = x.nextClick();
    await touch(['touchStart', [200, 200], [260, 200]], ['touchEnd']);
    expect(await second).toEqual({ x: 200, y: 200, button: 3 });
    await untilNothingIsDown(x);
  });

  touch('press long for the right button', async ({ x, touch }) => {
    await watchInput(x);
    const landed = x.nextClick();
    await touch(['touchStart', [222, 111]]);
    expect(await landed).toEqual({ x: 222, y: 111, button: 3 });
    await touch(['touchEnd']);
    await untilNothingIsDown(x);
  });

  touch('drag', async ({ x, touch }) => {
    const seen = await watchInput(x);
    await touch(['touchStart', [100, 100]], ...steps(5, (step) => ['touchMove', [100 + 20 * step, 100]]), [
      'touchEnd',
    ]);
    await until('the button to come up', () => seen.some(({ type }) => type === 'release'));
    expect(seen.filter(({ type }) => type !== 'motion')).toEqual([
      expect.objectContaining({ type: 'press', button: 1, x: 100, y: 100 }),
      expect.objectContaining({ type: 'release', button: 1, x: 200, y: 100 }),
    ]);
  });

  touch('scroll, two of them, what lies under them', async ({ x, touch }) => {
    const seen = await watchInput(x);
    for (const [dx, dy] of [
      [0, 15],
      [-10, 0],
    ] as const) {
      await touch(
        ['touchStart', [300, 300], [400, 300]],
        ...steps(10, (step) => [
          'touchMove',
          [300 + dx * step, 300 + dy * step],
          [400 + dx * step, 300 + dy * step],
        ]),
        ['touchEnd'],
      );
    }
    // Some 50 pixels to a notch: three up, then two to the right.
    await until('all notches', () => presses(seen).length >= 5);
    expect(presses(seen)).toEqual([4, 4, 4, 7, 7]);
    await untilNothingIsDown(x);
  });

  touch('pinch for Ctrl and the wheel', async ({ x, touch }) => {
    const seen = await watchInput(x);
    await touch(
      ['touchStart', [300, 300], [400, 300]],
      ...steps(10, (step) => ['touchMove', [300 - 10 * step, 300], [400 + 10 * step, 300]]),
      ['touchEnd'],
    );
    // Three times as far apart: eleven tenths to a notch.
    await until('the wheel', () => presses(seen).length >= 8);
    expect(new Set(presses(seen))).toEqual(new Set([4]));
    expect(seen.every((input) => input.type !== 'press' || input.state === 4)).toBe(true);
    await untilNothingIsDown(x);
  });

  describe('as on a trackpad', () => {
    const trackpad = touch.override('page', async ({ streamer, chromium }, { onCleanup }) => {
      const tablet = { hasTouch: true, isMobile: true };
      const page = await openViewer(chromium, streamer.page({ view: 'fit' }), tablet);
      onCleanup(() => page.context().close());
      await page.mouse.move(400, 2);
      await page.getByRole('button', { name: 'Fingers as on a trackpad' }).click();
      await page.mouse.move(...MIDDLE);
      return page;
    });

    trackpad('move the pointer from where it is, and tap there', async ({ x, page, touch }) => {
      const seen = await watchInput(x);
      await until('the pointer in the middle', async () => (await x.pointer()).x === MIDDLE[0]);
      await touch(['touchStart', [100, 100]], ...steps(5, (step) => ['touchMove', [100 + 20 * step, 100]]), [
        'touchEnd',
      ]);
      // The faster, the further: never less than the finger.
      await until('the pointer to have moved', async () => {
        const { x: left, y: top } = await x.pointer();
        return left >= MIDDLE[0] + 100 && top === MIDDLE[1];
      });
      expect(presses(seen)).toEqual([]);
      expect(await page.locator('remote-desktop .desktop img').isVisible()).toBe(true);
      await touch(['touchStart', [50, 500]], ['touchEnd']);
      await touch(['touchStart', [50, 500], [120, 500]], ['touchEnd']);
      await until('both clicks', () => seen.filter(({ type }) => type === 'release').length === 2);
      expect(presses(seen)).toEqual([1, 3]);
      const { x: left, y: top } = await x.pointer();
      const places = seen.flatMap((input) => (input.type === 'press' ? [[input.x, input.y]] : []));
      expect(places).toEqual([
        [left, top],
        [left, top],
      ]);
      await untilNothingIsDown(x);
    });

    trackpad('hold what they have just tapped', async ({ x, touch }) => {
      const seen = await watchInput(x);
      await until('the pointer in the middle', async () => (await x.pointer()).x === MIDDLE[0]);
      await touch(
        ['touchStart', [300, 300]],
        ['touchEnd'],
        ['touchStart', [300, 300]],
        ...steps(5, (step) => ['touchMove', [300, 300 - 10 * step]]),
        ['touchEnd'],
      );
      await until('both', () => seen.filter(({ type }) => type === 'release').length === 2);
      const [, , press, release] = seen.filter((input) => input.type !== 'motion');
      expect(press).toMatchObject({ type: 'press', button: 1, x: MIDDLE[0], y: MIDDLE[1] });
      expect(release).toMatchObject({ type: 'release', button: 1, x: MIDDLE[0] });
      expect(release!.y).toBeLessThanOrEqual(MIDDLE[1] - 50);
      await untilNothingIsDown(x);
    });
  });
});

test('whatever is pressed, clicked, hidden and left, no key and no button stays down', async ({
  x,
  page,
  keys,
}) => {
  await watchInput(x);
  await withRealFocus(page);
  const other = await page.context().newPage();
  await page.bringToFront();
  const pressable = ['KeyA', 'ShiftLeft', 'ControlRight', 'AltLeft', 'MetaLeft', 'ArrowUp', 'F5'] as const;
  const act = fc.oneof(
    fc.record({ kind: fc.constantFrom('down', 'up'), code: fc.constantFrom(...pressable) }),
    fc.record({ kind: fc.constantFrom('other tab', 'back', 'blur', 'focus', 'mouse down', 'mouse up') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 15 }), async (acts) => {
      let front = true;
      for (const each of acts) {
        if (each.kind === 'other tab') await other.bringToFront();
        if (each.kind === 'back') await page.bringToFront();
        front = each.kind === 'other tab' ? false : each.kind === 'back' || front;
        // No browser tells a page of keys and presses that are meant for another.
        if (!front) continue;
        const code = 'code' in each ? each.code : 'KeyA';
        const key = code === 'KeyA' ? 'a' : code.replace(/Left$|Right$/, '');
        if (each.kind === 'down') await keys.down(code, key);
        if (each.kind === 'up') await keys.up(code, key);
        if (each.kind === 'blur') await page.evaluate(() => (document.activeElement as HTMLElement).blur());
        if (each.kind === 'focus') await page.mouse.click(300, 300);
        if (each.kind === 'mouse down') await page.mouse.down();
        if (each.kind === 'mouse up') await page.mouse.up();
      }
      await other.bringToFront();
      await untilNothingIsDown(x);
      await page.bringToFront();
      await page.mouse.up();
      await untilNothingIsDown(x);
    }),
    { numRuns: 10 },
  );
});

test('a program that takes keyboard and pointer for itself gets all, and nothing is left of it', async ({
  streamer,
  x,
  page,
  keys,
}) => {
  const window = x.coverScreen();
  await x.sync();
  await x.grab(window);
  const landed = x.nextClick();
  await page.mouse.click(345, 234);
  expect(await landed).toEqual({ x: 345, y: 234, button: 1 });
  await keys.down('KeyA', 'a');
  await until('the key to be down', async () => (await x.heldKeys()).length === 1);
  // It dies with everything taken.
  x[Symbol.dispose]();
  await keys.up('KeyA', 'a');
  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  await keys.press('KeyB', 'b');
  await terminal.untilTyped('b');
});

test('media keys and right-hand modifiers arrive as themselves', async ({ x, page, keys }) => {
  await page.mouse.click(300, 300);
  for (const [code, key, keycode] of [
    ['AudioVolumeMute', 'AudioVolumeMute', 121],
    ['AudioVolumeDown', 'AudioVolumeDown', 122],
    ['MediaPlayPause', 'MediaPlayPause', 172],
    ['MediaTrackNext', 'MediaTrackNext', 171],
    ['ShiftRight', 'Shift', 62],
    ['ControlRight', 'Control', 105],
    ['MetaRight', 'Meta', 134],
    ['NumpadEnter', 'Enter', 104],
  ] as const) {
    await keys.down(code, key);
    await until(`${code} to be down`, async () => (await x.heldKeys()).includes(keycode));
    await keys.up(code, key);
  }
  await untilNothingIsDown(x);
});

async function isLocked(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.pointerLockElement !== null);
}
