/** Under random drawing nothing that is older than what the viewer says that it shows is ever visible, in any cell. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { CellScreen, COLUMNS, LEVELS, ROWS, SIZE } from '../support/cell-screen.ts';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

test.override('streamerOptions', {
  size: `${SIZE.width}x${SIZE.height}`,
  flags: ['--transport', 'websocket', '--audio', 'off'],
});

/** A failure is seen again with the same one. */
const SEED = Number(process.env.FRESHNESS_SEED ?? 20261128);

/** Each is a look at 4,000 cells, for which a good machine takes 35 ms. */
const MOMENTS = Number(process.env.FRESHNESS_MOMENTS ?? 2000);

/** Of a machine ten times as slow, ms. */
const PATIENCE = 600_000;

/** Clocks of two processes on one machine agree to this, ms. */
const CLOCK_SLACK = 5;

/** A look at the page: what each cell shows, and how new the page says that it is. */
interface Moment {
  /** Capture time of the newest update that the viewer reported as presented, ms since the Unix epoch. */
  presented: number;
  /** Index of the level of each cell, row by row; 9 where it is none of them. */
  levels: string;
}

test('nothing older than the acknowledged picture is ever visible', { timeout: PATIENCE }, async ({
  streamer,
  chromium,
  x,
}) => {
  const screen = new CellScreen(x, SEED);
  const page = await (await chromium.newContext({ viewport: SIZE })).newPage();
  await page.addInitScript(noteWhatIsPresented);
  await page.goto(streamer.page({ view: '1:1' }));
  await live(page);
  const moments = await whileDrawing(
    screen,
    page.evaluate(look, { moments: MOMENTS, levels: LEVELS, columns: COLUMNS, rows: ROWS }),
  );

  let unclear = 0;
  for (const { presented, levels } of moments) {
    for (let cell = 0; cell < COLUMNS * ROWS; cell++) {
      const level = Number(levels[cell]);
      if (level >= LEVELS.length) unclear++;
      else {
        const where = `cell ${cell % COLUMNS}, ${Math.floor(cell / COLUMNS)}, seed ${SEED}`;
        expect(screen.wasVisible(cell, level, presented - CLOCK_SLACK), where).toBe(true);
      }
    }
  }
  expect(moments).toHaveLength(MOMENTS);
  expect(unclear / (MOMENTS * COLUMNS * ROWS)).toBeLessThan(0.05);
});

/** Draws as long as somebody looks. */
async function whileDrawing<T>(screen: CellScreen, looking: Promise<T>): Promise<T> {
  let looks = true;
  const ended = looking.finally(() => {
    looks = false;
  });
  // Told when it is awaited.
  ended.catch(() => {});
  while (looks) {
    await screen.drawNext();
    await sleep(12);
  }
  return ended;
}

interface PageWindow extends Window {
  presented: number;
}

/** Runs inside the page, before anything else: listens to what the viewer and the streamer tell each other. */
function noteWhatIsPresented(): void {
  const page = window as unknown as PageWindow;
  page.presented = 0;
  const captured = new Map<number, number>();
  const [PICTURE_UPDATE, ACKNOWLEDGEMENT] = [0x01, 0x10];
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const view = new DataView(data);
        if (view.getUint8(0) === PICTURE_UPDATE)
          captured.set(view.getUint32(4, true), view.getFloat64(8, true));
      });
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      super.send(data as string);
      if (!(data instanceof Uint8Array) || data[0] !== ACKNOWLEDGEMENT) return;
      const id = new DataView(data.buffer, data.byteOffset).getUint32(24, true);
      page.presented = captured.get(id) ?? page.presented;
    }
  };
}

/** Runs inside the page: looks at the middle of every cell in randomly chosen animation frames. */
async function look(options: {
  moments: number;
  levels: number[];
  columns: number;
  rows: number;
}): Promise<Moment[]> {
  const { moments, levels, columns, rows } = options;
  const page = window as unknown as PageWindow;
  const root = document.querySelector('remote-desktop')!.shadowRoot!;
  const canvas = new OffscreenCanvas(columns * 8, rows * 8);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const seen: Moment[] = [];
  while (seen.length < moments) {
    await new Promise(requestAnimationFrame);
    if (Math.random() < 0.3) continue;
    const { presented } = page;
    if (presented > 0) seen.push({ presented, levels: shown() });
  }
  return seen;

  function shown(): string {
    const layers = [...root.querySelectorAll<HTMLVideoElement | HTMLCanvasElement>('video, canvas')]
      .filter((layer) => layer.style.visibility !== 'hidden')
      .sort((a, b) => Number(a.style.zIndex || 0) - Number(b.style.zIndex || 0));
    for (const layer of layers) {
      const { x, y, width, height } = layer.getBoundingClientRect();
      if (layer instanceof HTMLVideoElement ? layer.readyState >= 2 : layer.width > 0)
        context.drawImage(layer, x, y, width, height);
    }
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = data[((row * 8 + 4) * canvas.width + column * 8 + 4) * 4 + 1]!;
        const level = levels.findIndex((one) => Math.abs(one - value) < 20);
        text += level < 0 ? '9' : String(level);
      }
    }
    return text;
  }
}
