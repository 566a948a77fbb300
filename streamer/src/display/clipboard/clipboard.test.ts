import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type ClipItem, type ClipOffer, offerOf } from '@deskside/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Programs } from '../testing/programs.ts';
import { Xvfb } from '../testing/xvfb.ts';
import { XConnection } from '../x-connection.ts';
import { Clipboard } from './clipboard.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Five megabytes of text whose characters take one to four bytes. */
const LARGE_TEXT = 'Grüße, 漢字 😀 and a line.\n'.repeat(160_000);

let stack: AsyncDisposableStack;
let server: Xvfb;
let clipboard: Clipboard;
let programs: Programs;
let clips: ClipOffer[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  server = stack.use(await Xvfb.start());
  programs = stack.use(await Programs.on(server.display));
  clips = [];
  clipboard = stack.use(await openClipboard());
});
afterEach(() => stack.disposeAsync());

function openClipboard(primary = false): Promise<Clipboard> {
  return Clipboard.open({ display: server.display, primary, onClip: (clip) => clips.push(clip) });
}

/** Copies as a program does; xclip stays and gives what it has to who asks. */
async function copy(bytes: string | Uint8Array, ...options: string[]): Promise<void> {
  await writeFile(programs.file('copied'), bytes);
  programs.start('xclip', '-quiet', '-in', '-selection', 'clipboard', ...options, programs.file('copied'));
}

/** Pastes as a program does. */
async function paste(...options: string[]): Promise<Buffer> {
  const { display } = server;
  const child = spawn('xclip', ['-out', '-selection', 'clipboard', ...options], {
    env: { ...process.env, DISPLAY: display },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks);
}

/** Offers what a viewer copied, and waits until the X server knows. */
async function offer(clip: ClipOffer, by = clipboard, name = 'CLIPBOARD'): Promise<void> {
  await using x = await XConnection.open(server.display);
  const selection = await x.atom(name);
  const owner = () => x.ask<number>((callback) => x.client.GetSelectionOwner(selection, callback));
  const before = await owner();
  by.offer(clip);
  await expect.poll(owner, PATIENCE).not.toBe(before);
}

async function newest(count = 1): Promise<readonly ClipItem[]> {
  await expect.poll(() => clips.length, PATIENCE).toBeGreaterThanOrEqual(count);
  return clips.at(-1)!.content;
}

function text(content: string): ClipItem {
  return { type: 'text/plain', data: Buffer.from(content) };
}

test.each([
  ['short', 'Grüße, 漢字 😀\n'],
  ['5 MB of', LARGE_TEXT],
])(
  '%s text that a program copies comes out',
  async (_, content) => {
    await copy(content);
    const [item] = await newest();
    expect(item!.type).toBe('text/plain');
    expect(Buffer.from(item!.data).toString() === content).toBe(true);
  },
  30_000,
);

test.each([
  ['short', 'Grüße, 漢字 😀\n'],
  ['5 MB of', LARGE_TEXT],
])(
  '%s text that a viewer copied is pasted',
  async (_, content) => {
    await offer(offerOf([text(content)]));
    expect((await paste()).toString() === content).toBe(true);
  },
  30_000,
);

test('a picture goes both ways', async () => {
  // Noise: as large as a 3840x2160 picture becomes that compresses to a quarter.
  const png = Buffer.alloc(8 << 20, 1).map((_, index) => (index * 2_654_435_761) >>> 24);
  await copy(png, '-target', 'image/png');
  const [item] = await newest();
  expect(item!.type).toBe('image/png');
  expect(Buffer.compare(item!.data, png)).toBe(0);
  await offer(offerOf([{ type: 'image/png', data: png }]));
  expect(Buffer.compare(await paste('-target', 'image/png'), png)).toBe(0);
}, 30_000);

test('all forms are offered, and each is given', async () => {
  const html = Buffer.from('<b>bold</b>');
  await offer(offerOf([text('bold é'), { type: 'text/html', data: html }]));
  const targets = (await paste('-target', 'TARGETS')).toString().trim().split('\n');
  expect(targets).toEqual(
    expect.arrayContaining(['TARGETS', 'TIMESTAMP', 'UTF8_STRING', 'STRING', 'text/html']),
  );
  expect((await paste('-target', 'text/html')).toString()).toBe('<b>bold</b>');
  expect((await paste('-target', 'STRING')).toString('latin1')).toBe('bold é');
  expect(await paste('-target', 'image/png')).toHaveLength(0);
});

test('who pastes before the bytes are there waits for them', async () => {
  const content = Promise.withResolvers<readonly ClipItem[]>();
  const asked = Promise.withResolvers<void>();
  await offer({
    items: [{ type: 'text/plain', size: 4 }],
    get content() {
      asked.resolve();
      return content.promise;
    },
  });
  const pasted = paste('-target', 'UTF8_STRING');
  await asked.promise;
  content.resolve([text('late')]);
  expect((await pasted).toString()).toBe('late');
});

test('what does not come is refused to who pastes', async () => {
  const content = Promise.reject(new Error('gone'));
  content.catch(() => {});
  await offer({ items: [{ type: 'text/plain', size: 4 }], content });
  expect(await paste('-target', 'UTF8_STRING')).toHaveLength(0);
});

test('an owner that never answers holds up nobody for long', async () => {
  await using silent = await XConnection.open(server.display);
  const window = silent.client.AllocID();
  silent.client.CreateWindow(window, silent.root, 0, 0, 1, 1, 0, 0, 2, 0, {});
  silent.client.SetSelectionOwner(window, await silent.atom('CLIPBOARD'), 0);
  await silent.sync();
  await copy('after the silence');
  const [item] = await newest();
  expect(Buffer.from(item!.data).toString()).toBe('after the silence');
}, 20_000);

test('what a viewer copied is not told back, and a program may take over', async () => {
  await offer(offerOf([text('mine')]));
  expect((await paste()).toString()).toBe('mine');
  await copy('theirs');
  await newest();
  expect(clips).toHaveLength(1);
  expect((await paste()).toString()).toBe('theirs');
});

test('what is only selected counts where that is wanted', async () => {
  await using both = await openClipboard(true);
  await copy('selected', '-selection', 'primary');
  const [item] = await newest();
  expect(Buffer.from(item!.data).toString()).toBe('selected');
  await offer(offerOf([text('middle button')]), both, 'PRIMARY');
  expect((await paste('-selection', 'primary')).toString()).toBe('middle button');
});

test('what was copied before is known', async () => {
  await copy('earlier');
  await newest();
  clips = [];
  await using _second = await openClipboard();
  const [item] = await newest();
  expect(Buffer.from(item!.data).toString()).toBe('earlier');
});
