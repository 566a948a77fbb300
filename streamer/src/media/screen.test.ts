import { describe, expect, it } from 'vitest';
import { XScreen } from './screen.ts';
import { TestDisplay } from './testing/display.ts';

const always = () => true;
const nobody = { onChange: () => {}, onLost: () => {} };

describe.each([
  ['copied', () => TestDisplay.start('640x480')],
  ['read in place', () => TestDisplay.startShared(640, 480)],
])('a screen that is %s', (_how, startDisplay) => {
  it('has its newest size, whenever that changes while it is being connected', async () => {
    await using display = await startDisplay();
    for (const size of [
      { width: 600, height: 400 },
      { width: 500, height: 300 },
      { width: 400, height: 200 },
    ]) {
      let resized = false;
      const resizing = display.resize(size.width, size.height).then(() => {
        resized = true;
      });
      // Again and again, so that some connection is under way just then.
      while (!resized) {
        using _screen = await XScreen.connect(display.name, nobody, display.segment);
      }
      await resizing;
      using screen = await XScreen.connect(display.name, nobody, display.segment);
      expect(screen.framebuffer).toMatchObject(size);
    }
  });

  it('stands still while it is looked at, and tells later what was drawn meanwhile', async () => {
    await using display = await startDisplay();
    const corner = { x: 0, y: 0, width: 8, height: 8 };
    await display.fill(corner, 0x111111);
    let tell = () => {};
    const changed = new Promise<void>((resolve) => {
      tell = resolve;
    });
    using screen = await XScreen.connect(
      display.name,
      { ...nobody, onChange: () => tell() },
      display.segment,
    );
    let drawn: Promise<void> | undefined;
    await screen.read(always, () => {
      drawn = display.fill(corner, 0x222222);
      expect(firstPixel(screen)).toBe(0x111111);
    });
    await drawn;
    await changed;
    await screen.read(always, ({ rectangles }) => {
      expect(rectangles).toEqual([corner]);
      expect(firstPixel(screen)).toBe(0x222222);
    });
  });
});

describe('a screen that is read in place', () => {
  const corner = { x: 0, y: 0, width: 8, height: 8 };

  it('does not hold up what is drawn where nobody needs the pixels of one moment', async () => {
    await using display = await TestDisplay.startShared(640, 480);
    await display.fill(corner, 0x111111);
    using screen = await XScreen.connect(display.name, nobody, display.segment);
    await screen.read(
      () => false,
      () => {},
    );
    let drawn: Promise<void> | undefined;
    await screen.read(
      () => false,
      ({ still }) => {
        expect(still).toBe(false);
        drawn = display.fill(corner, 0x222222);
        waitForPixel(screen, 0x222222);
      },
    );
    await drawn;
  });

  it('tells at once of what is drawn while it finds out that one moment is needed', async () => {
    await using display = await TestDisplay.startShared(640, 480);
    const other = { x: 100, y: 100, width: 20, height: 10 };
    using screen = await XScreen.connect(display.name, nobody, display.segment);
    await screen.read(
      () => false,
      () => {},
    );
    await display.fill(other, 0x333333);
    let drawn: Promise<void> | undefined;
    await screen.read(
      (changed) => {
        if (changed.length === 0) return false;
        drawn = display.fill(corner, 0x444444);
        waitForPixel(screen, 0x444444);
        return true;
      },
      (changes) => expect(changes).toMatchObject({ still: true, rectangles: [corner, other] }),
    );
    await drawn;
  });
});

it('lets everything else go on while a program has the X server to itself', async () => {
  await using display = await TestDisplay.startShared(640, 480);
  using screen = await XScreen.connect(display.name, nobody, display.segment);
  let isRead = false;
  let reading: Promise<void>;
  {
    using _grab = await display.grab();
    reading = screen.read(always, () => {
      isRead = true;
    });
    await new Promise(setImmediate);
    expect(isRead).toBe(false);
  }
  await reading;
  expect(isRead).toBe(true);
});

it('can be closed while it waits for the X server', async () => {
  await using display = await TestDisplay.startShared(640, 480);
  const screen = await XScreen.connect(display.name, nobody, display.segment);
  let reading: Promise<void>;
  {
    using _grab = await display.grab();
    reading = screen.read(always, () => {});
    screen[Symbol.dispose]();
  }
  await expect(reading).rejects.toThrow('was closed');
});

it('tells that the X server is gone', async () => {
  await using display = await TestDisplay.startShared(640, 480);
  const { promise, resolve } = Promise.withResolvers<Error>();
  using screen = await XScreen.connect(display.name, { ...nobody, onLost: resolve }, display.segment);
  display.kill();
  expect((await promise).message).toBe('The X server closed the connection.');
  await expect(screen.read(always, () => {})).rejects.toThrow('The X server closed the connection.');
});

it.each(['DAMAGE', 'XFIXES', 'MIT-SHM'])('says that the X server lacks %s', async (name) => {
  await using display = await TestDisplay.start('640x480', ['-extension', name]);
  await expect(XScreen.connect(display.name, nobody)).rejects.toThrow(`lacks the extension ${name}`);
});

it('does not have the pointer in its pixels', async () => {
  await using display = await TestDisplay.startShared(640, 480);
  await display.fill({ x: 0, y: 0, width: 640, height: 480 }, 0xffffff);
  await display.showPointer(100, 100);
  using screen = await XScreen.connect(display.name, nobody, display.segment);
  await screen.read(always, () => {
    const { words, stride } = screen.framebuffer;
    const row = words.subarray((100 * stride) / 4, (100 * stride) / 4 + 640);
    expect(row.every((word) => (word & 0xffffff) === 0xffffff)).toBe(true);
  });
});

it('says that there is no such memory', async () => {
  await using display = await TestDisplay.start('640x480');
  await expect(XScreen.connect(display.name, nobody, 2 ** 30)).rejects.toThrow(/cannot be opened/);
});

/** Without leaving the call: for as long as that takes, the X server is not released. */
function waitForPixel(screen: XScreen, colour: number): void {
  const deadline = performance.now() + 5000;
  while (firstPixel(screen) !== colour && performance.now() < deadline);
  expect(firstPixel(screen)).toBe(colour);
}

function firstPixel(screen: XScreen): number {
  return screen.framebuffer.words[0]! & 0xffffff;
}
