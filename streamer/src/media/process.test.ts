import { readFileSync } from 'node:fs';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MediaOptions, type MediaProcess, startMedia } from './process.ts';
import { TestDisplay } from './testing/display.ts';
import { TestViewer } from './testing/viewer.ts';

const screen = { x: 0, y: 0, width: 640, height: 480 };
/** Three in a row, the first of which was late: a tenth sooner than their rate says, and the second sooner still; ms. */
const SOONER_THAN_60_HZ = 11;

const square = { x: 96, y: 64, width: 64, height: 48 };

describe('the media process', () => {
  let display: TestDisplay;
  beforeAll(async () => {
    display = await TestDisplay.start('640x480');
  });
  afterAll(() => display[Symbol.asyncDispose]());

  const start = (options: Partial<MediaOptions> = {}): MediaProcess =>
    startMedia({
      display: display.name,
      fps: 60,
      bitrate: 8000,
      encoder: 'auto',
      exact: false,
      log: pino({ level: 'silent' }),
      onState: () => {},
      ...options,
    });

  test('shows what is drawn, in its colours', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media);
    for (const colour of [0xff0000, 0x00ff00, 0x2040c0, 0x808080]) {
      await display.fill(square, colour);
      await viewer.until(() => viewer.format !== undefined && near(viewer.colour(square), colour));
    }
    expect(viewer.format).toMatchObject({ width: 640, height: 480, encoder: 'x264enc' });
    expect(viewer.format?.codec).toMatch(/^avc1\.42[CE]0/);
  });

  test('keeps a registry of plugins apart from the one of the person', async () => {
    await using cache = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
    await using media = start({ env: { ...process.env, XDG_CACHE_HOME: cache.path } });
    await using viewer = await TestViewer.watch(media);
    await viewer.until(() => viewer.updates.length === 1);
    const kept = await readdir(cache.path, { recursive: true });
    expect(kept.toSorted()).toEqual(['deskside', `deskside/gstreamer-${process.arch}.bin`]);
  });

  test('begins with a key frame of the whole screen and then owns only what changed', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media);
    await viewer.until(() => viewer.updates.length === 1);
    await display.fill({ x: 100, y: 100, width: 20, height: 10 }, 0x123456);
    await viewer.until(() => viewer.updates.length === 2);
    const [first, second] = viewer.updates;
    expect(first?.video).toMatchObject({ key: true, owns: [screen] });
    expect(second?.video).toMatchObject({ key: false, owns: [{ x: 96, y: 96, width: 32, height: 16 }] });
    expect([first?.id, second?.id]).toEqual([0, 1]);
  });

  test('sends nothing while nothing is drawn, and a key frame when it is asked for', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media, { window: 0 });
    viewer.stream.grant(5);
    await viewer.until(() => viewer.updates.length === 1);
    viewer.stream.requestKeyFrame();
    await viewer.until(() => viewer.updates.length === 2);
    viewer.stream.requestKeyFrame();
    await viewer.until(() => viewer.updates.length === 3);
    // The grants would have allowed more: only what was asked for came.
    expect(viewer.updates.map(({ video }) => video?.key)).toEqual([true, true, true]);
    expect(media.statistics()).toMatchObject({ updates: 3, keyFrames: 3 });
  });

  test('takes nothing without a grant, then the newest picture in one update', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media, { window: 0 });
    viewer.stream.grant(1);
    await viewer.until(() => viewer.updates.length === 1);
    for (const colour of [0xff0000, 0x00ff00, 0x0000ff]) await display.fill(square, colour);
    // Another stream is served meanwhile: a slow viewer holds up nobody.
    await using other = await TestViewer.watch(media);
    await other.until(() => other.format !== undefined && near(other.colour(square), 0x0000ff));
    expect(viewer.updates).toHaveLength(1);
    viewer.stream.grant(1);
    await viewer.until(() => near(viewer.colour(square), 0x0000ff));
    expect(viewer.updates).toHaveLength(2);
  });

  test('captures more than 60 times a second where it may, and never more often than that where not', async () => {
    for (const [fps, sooner] of [
      [144, true],
      [60, false],
    ] as const) {
      await using media = start({ fps });
      await using viewer = await TestViewer.watch(media, { rate: { bitrate: 8000, fps }, window: 4 });
      // One alone may follow a late one sooner.
      const gaps = () =>
        viewer.updates.slice(3).map((u, i) => (u.captureTime - viewer.updates[i]!.captureTime) / 3);
      const isSooner = () => gaps().some((gap) => gap < SOONER_THAN_60_HZ);
      // However slow the machine is, once there are four in time.
      const enough = () => (sooner ? isSooner() : viewer.updates.length > 30);
      for (let picture = 0; !enough(); picture++) await display.fill(square, picture * 0x010203);
      expect(isSooner()).toBe(sooner);
    }
  });

  test('spends fewer bits when its rate is lowered', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media, { window: 0 });
    const bytesOfNoise = async (): Promise<number> => {
      const before = viewer.updates.length;
      for (let i = 0; i < 10; i++) {
        await display.noise(screen, i);
        viewer.stream.grant(1);
        await viewer.until(() => viewer.updates.length === before + i + 1);
      }
      const sizes = viewer.updates.slice(before + 5).map(({ video }) => video!.data.length);
      return sizes.reduce((sum, size) => sum + size);
    };
    const rich = await bytesOfNoise();
    viewer.stream.setRate({ bitrate: 500, fps: 60 });
    expect(await bytesOfNoise()).toBeLessThan(rich / 2);
  });

  test('makes smaller video where its rate says so, and as large as the screen again', async () => {
    await using media = start();
    await using viewer = await TestViewer.watch(media);
    await viewer.until(() => viewer.updates.length === 1);
    const { width, height } = viewer.format!;
    expect(viewer.format!.coded).toBeUndefined();
    for (const [scale, colour] of [
      [2, 0xff0000],
      [undefined, 0x00ff00],
    ] as const) {
      viewer.stream.setRate({ bitrate: 300, fps: 10, ...(scale && { scale }) });
      await viewer.until(() => (viewer.format!.coded !== undefined) === (scale === 2));
      expect(viewer.format).toMatchObject({ width, height });
      if (scale) expect(viewer.format!.coded).toEqual({ width: width / 2, height: height / 2 });
      await display.fill(square, colour);
      await viewer.until(() => near(viewer.colour(square), colour));
    }
  });

  test('is started again when it is killed, and goes on with a key frame', async () => {
    const states: string[] = [];
    await using media = start({ onState: (state) => states.push(state) });
    await using viewer = await TestViewer.watch(media);
    await viewer.until(() => viewer.updates.length === 1);
    const killed = media.pid!;
    process.kill(killed, 'SIGKILL');
    await viewer.until(() => viewer.updates.length === 2);
    expect(viewer.updates[1]?.video?.key).toBe(true);
    expect(viewer.updates[1]?.id).toBe(1);
    expect(viewer.updates[1]?.stream).not.toBe(viewer.updates[0]?.stream);
    expect(states).toEqual(['running', 'restarting', 'running']);
    expect(media.statistics().restarts).toBe(1);
    expect(sharedMemoryOf(killed)).toBe(0);
    await display.fill(square, 0xffff00);
    await viewer.until(() => near(viewer.colour(square), 0xffff00));
  });

  test('follows the size of the screen', async () => {
    await using own = await TestDisplay.start('1024x768');
    await using media = start({ display: own.name });
    await using viewer = await TestViewer.watch(media);
    await viewer.until(() => viewer.updates.length === 1);
    await own.resize(801, 600);
    await viewer.until(() => viewer.format?.height === 600);
    // H.264 has even sides only; the viewer cuts the column too many off.
    expect(viewer.format).toMatchObject({ width: 802, height: 600 });
    const corner = { x: 700, y: 500, width: 101, height: 100 };
    await own.fill(corner, 0xff8000);
    await viewer.until(() => near(viewer.colour(corner), 0xff8000));
  });

  test('says why a stream cannot be had', async () => {
    await using media = start();
    await expect(TestViewer.watch(media, { codecs: ['hvc2'] })).rejects.toThrow(
      'The viewer decodes hvc2, but there is only ',
    );
    await using misnamed = start({ encoder: 'x265' });
    await expect(TestViewer.watch(misnamed)).rejects.toThrow(
      'No encoder is x265 and makes auto. Set --encoder and --codec to auto',
    );
  });

  test('says why there is no picture without an X server', async () => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    await using _media = start({ display: ':4711', onState: (_state, reason) => resolve(reason) });
    expect(await promise).toContain('No connection to the X server :4711');
  });

  test('refuses streams once it was ended', async () => {
    const media = start();
    const waiting = TestViewer.watch(media);
    waiting.catch(() => {});
    await media[Symbol.asyncDispose]();
    await expect(waiting).rejects.toThrow('The media process was ended.');
    await expect(TestViewer.watch(media)).rejects.toThrow('The media process was ended.');
    expect(media.pid).toBeUndefined();
  });
});

/** Whether two colours are the same but for what chroma subsampling and quantisation do to a flat area. */
function near(a: number, b: number): boolean {
  return [16, 8, 0].every((shift) => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255)) <= 12);
}

/** System V segments that a process made and that are still there. */
function sharedMemoryOf(pid: number): number {
  const [, ...segments] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n');
  return segments.filter((line) => line.trim().split(/\s+/)[4] === String(pid)).length;
}
