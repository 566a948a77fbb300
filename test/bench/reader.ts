import type { Page } from 'playwright-core';
import type { Probe } from './scenes/scene.ts';
import { readSquares, SQUARE, SQUARES } from './time-code.ts';

/** A time code that the page showed for the first time. */
export interface Sighting {
  probe: string;
  counter: number;
  /** When the animation frame began that shows it, ms since the navigation began. */
  time: number;
}

interface PageWindow extends Window {
  /** Codes that were seen and not yet collected. */
  sightings: { probe: string; white: boolean[]; time: number }[];
  /** Whether it looks in every frame or only in those in which the page draws. */
  look(always: boolean): void;
}

/**
 * Puts a reader into each page that is opened: with every animation frame it looks at the squares of the topmost opaque
 * `<video>` or `<canvas>` at each probe, through open shadow roots. It reads a few hundred pixels and never copies a
 * whole picture, so that it costs the same whatever is shown; its error is one animation frame at most.
 */
export async function installReader(page: Page, probes: readonly Probe[]): Promise<void> {
  await page.addInitScript(readInPage, { probes: [...probes], square: SQUARE, count: SQUARES });
}

/**
 * Has it look only in frames in which the page draws, until the result is disposed of. A frame that is asked for while a
 * key goes down has Chromium put off everything else until that frame, also messages with what the key drew; a page at
 * rest asks for none.
 */
export async function readAfterDrawing(page: Page): Promise<AsyncDisposable> {
  const look = (always: boolean) =>
    page.evaluate((always) => (window as unknown as PageWindow).look(always), always);
  await look(false);
  return { [Symbol.asyncDispose]: () => look(true) };
}

/** The sightings since the last call, in order. */
export async function collectSightings(page: Page): Promise<Sighting[]> {
  const seen = await page.evaluate(() => (window as unknown as PageWindow).sightings.splice(0));
  return seen.flatMap(({ probe, white, time }) => {
    const counter = readSquares(white);
    return counter === undefined ? [] : [{ probe, counter, time }];
  });
}

/**
 * How far this process' clock (`performance.now()`) is ahead of the page's, ms; the fastest of some round trips is right
 * within half of what it took.
 */
export async function clockOffset(page: Page): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, offset: 0 };
  for (let i = 0; i < 30; i++) {
    const before = performance.now();
    const there = await page.evaluate(() => performance.now());
    const took = performance.now() - before;
    if (took < best.took) best = { took, offset: before + took / 2 - there };
  }
  return best.offset;
}

interface Parameters {
  probes: Probe[];
  /** Side of a square, device pixels of the desktop. */
  square: number;
  /** Squares in a code. */
  count: number;
}

/** Runs inside the page and therefore refers to nothing outside of itself. */
function readInPage({ probes, square, count }: Parameters): void {
  const page = window as unknown as PageWindow;
  page.sightings = [];
  const last = new Map<string, string>();
  /** By probe: what may show it, the last in the document first. */
  let surfaces = new Map<Probe, (HTMLVideoElement | HTMLCanvasElement)[]>();
  let lookAgain = 0;

  let asked = false;
  let always = true;
  const ask = () => {
    if (!asked) requestAnimationFrame(frame);
    asked = true;
  };
  const frame = (time: number) => {
    asked = false;
    if (always) ask();
    // Before the first picture in every frame, or that would be seen in steps of this time; later it costs too much.
    if (time >= lookAgain || last.size < probes.length) {
      const all = findSurfaces(document);
      surfaces = new Map(probes.map((probe) => [probe, surfacesAt(all, probe)]));
      lookAgain = time + 1000;
    }
    for (const probe of probes) void read(probe, time);
  };
  ask();

  page.look = (inAll) => {
    always = inAll;
    if (always) return ask();
    for (const surface of findSurfaces(document))
      if (surface instanceof HTMLVideoElement && surface.checkVisibility({ visibilityProperty: true }))
        watch(surface);
  };
  const { prototype } = CanvasRenderingContext2D;
  for (const name of ['drawImage', 'putImageData'] as const) {
    const draw = prototype[name] as (...parameters: unknown[]) => void;
    prototype[name] = function (this: CanvasRenderingContext2D, ...parameters: unknown[]) {
      if (!always) ask();
      draw.apply(this, parameters);
    };
  }

  /** Chromium draws 60 times a second for one second after each such request, also where no frame comes. */
  function watch(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback(() => {
      if (always) return;
      watch(video);
      ask();
    });
  }

  function findSurfaces(root: Document | ShadowRoot): (HTMLVideoElement | HTMLCanvasElement)[] {
    return [...root.querySelectorAll('*')].flatMap((element) => {
      if (element instanceof HTMLVideoElement || element instanceof HTMLCanvasElement) return [element];
      return element.shadowRoot ? findSurfaces(element.shadowRoot) : [];
    });
  }

  /** Asking each of many canvases in each frame would cost more than what is measured. */
  function surfacesAt(all: ReturnType<typeof findSurfaces>, probe: Probe): typeof all {
    return all
      .filter((surface) => {
        const { left, top, right, bottom } = surface.getBoundingClientRect();
        return (
          left <= probe.x && top <= probe.y && right > probe.x + square * count && bottom > probe.y + square
        );
      })
      .reverse();
  }

  /** Which of a few is before the others may be another one in each frame. */
  function topmostFirst(few: ReturnType<typeof findSurfaces>): typeof few {
    const order = (surface: Element) => Number(getComputedStyle(surface).zIndex) || 0;
    return few.toSorted((a, b) => order(b) - order(a));
  }

  async function read(probe: Probe, time: number): Promise<void> {
    for (const surface of topmostFirst(surfaces.get(probe)!)) {
      const levels =
        surface instanceof HTMLVideoElement ? readVideo(surface, probe) : readCanvas(surface, probe);
      const white = await levels;
      if (white === undefined) continue;
      const key = white.map(Number).join('');
      if (last.get(probe.name) !== key) {
        last.set(probe.name, key);
        page.sightings.push({ probe: probe.name, white, time });
      }
      return;
    }
  }

  /** Takes the middle line of the squares out of the decoder's own planes. */
  async function readVideo(video: HTMLVideoElement, probe: Probe): Promise<boolean[] | undefined> {
    if (video.readyState < 2 || video.videoWidth < probe.x + square * count) return undefined;
    const shown = new VideoFrame(video);
    try {
      const rect = { x: probe.x, y: probe.y + square / 2, width: square * count, height: 2 };
      const bytes = new Uint8Array(shown.allocationSize({ rect }));
      const [plane] = await shown.copyTo(bytes, { rect });
      // Planar formats begin with luma, packed ones have red, green or blue there.
      const step = shown.format?.startsWith('I4') || shown.format === 'NV12' ? 1 : 4;
      return Array.from({ length: count }, (_, i) => {
        return bytes[plane!.offset + (i * square + square / 2) * step]! > 127;
      });
    } finally {
      shown.close();
    }
  }

  /** A line of as many pixels as a code is wide. */
  function canvasLine(canvas: HTMLCanvasElement, left: number, top: number): Uint8ClampedArray {
    const context = canvas.getContext('2d');
    if (context) return context.getImageData(left, top, square * count, 1).data;
    // It holds a finished image. One of the page's own contexts would have it draw another frame (above).
    const copy = new OffscreenCanvas(square * count, 1).getContext('2d')!;
    copy.drawImage(canvas, -left, -top);
    return copy.getImageData(0, 0, square * count, 1).data;
  }

  function readCanvas(canvas: HTMLCanvasElement, probe: Probe): boolean[] | undefined {
    const box = canvas.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(canvas).visibility === 'hidden') return undefined;
    const factor = canvas.width / box.width;
    const left = Math.round((probe.x - box.left) * factor);
    const top = Math.round((probe.y + square / 2 - box.top) * factor);
    if (left < 0 || top < 0 || top >= canvas.height || left + square * count > canvas.width) return undefined;
    const data = canvasLine(canvas, left, top);
    const middle = (i: number) => (i * square + square / 2) * 4;
    if (data[middle(0) + 3]! < 255) return undefined;
    return Array.from({ length: count }, (_, i) => data[middle(i) + 1]! > 127);
  }
}
