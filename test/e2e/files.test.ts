import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, WebSocket } from 'playwright-core';
import { expect } from 'vitest';
import { live, openViewer } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { launchFirefox, openViewer as openInFirefox } from '../support/firefox.ts';
import { foreignPage } from '../support/foreign-page.ts';
import { Relay } from '../support/relay.ts';
import type { Streamer } from '../support/streamer.ts';
import { nginx } from '../support/tunnels.ts';
import { until } from '../support/until.ts';

const LARGE = 50_000_000;

/** A transfer makes way for everything else, and on a busy machine that is a lot, ms. */
const PATIENCE = 90_000;

const test = desktop
  .extend('given', async ({ streamer }) => {
    const folder = join(streamer.account.home, 'given');
    await mkdir(join(folder, 'tree/deeper'), { recursive: true });
    await writeFile(join(folder, 'note.txt'), 'a note');
    await writeFile(join(folder, 'tree/top.txt'), 'top');
    await writeFile(join(folder, 'tree/deeper/ü.txt'), 'deep');
    return folder;
  })
  .extend('page', async ({ streamer, chromium }, { onCleanup }) => {
    const page = await openViewer(chromium, streamer.page(), { acceptDownloads: true });
    onCleanup(() => page.context().close());
    return page;
  });

function shared(streamer: Streamer, ...path: string[]): string {
  return join(streamer.account.home, 'Downloads', ...path);
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Drags files of this machine over the page, as a file manager does. @returns lets go of them */
async function drag(page: Page, files: string[]): Promise<() => Promise<unknown>> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await send('dragEnter');
  await send('dragOver');
  return () => send('drop');
}

/** Lets go once the page says where they will lie, and again if that is still said: a busy browser loses such events. */
async function drop(page: Page, files: string[]): Promise<void> {
  const hint = page.getByText('Drop to bring it to');
  await until('the drop to arrive', async () => {
    const letGo = await drag(page, files);
    await hint.waitFor({ timeout: 5000 });
    await letGo();
    return hint.waitFor({ state: 'hidden', timeout: 5000 }).then(() => true);
  });
}

async function openPanel(page: Page): Promise<void> {
  await page.mouse.move(640, 2);
  await page.getByRole('button', { name: 'Files' }).click();
}

async function choose(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload files' }).click();
  await (await chooser).setFiles(path);
}

/** A request of the tus protocol as the page sends it over its line. */
interface UploadRequest {
  method: string;
  headers: Record<string, string>;
}

/** Those that the page sends from now on; `onBroken`: a line broke. */
function watchUploads(page: Page, onBroken: () => void = () => {}): UploadRequest[] {
  const requests: UploadRequest[] = [];
  page.on('websocket', (socket: WebSocket) => {
    if (!socket.url().includes('files/line')) return;
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string') requests.push(JSON.parse(payload));
    });
    socket.on('close', onBroken);
  });
  return requests;
}

function offsetsOf(requests: readonly UploadRequest[]): number[] {
  return requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => Number(headers['Upload-Offset']));
}

function content(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

test('files and folders that are dropped on the desktop lie in the folder for files', async ({
  streamer,
  given,
  page,
}) => {
  await drop(page, [join(given, 'note.txt'), join(given, 'tree')]);
  await until('all of them', async () => (await content(shared(streamer, 'tree/deeper/ü.txt'))) === 'deep');
  await until('the note', async () => (await content(shared(streamer, 'note.txt'))) === 'a note');
  await until('the top', async () => (await content(shared(streamer, 'tree/top.txt'))) === 'top');
  await page.getByText('3 files are in ~/Downloads').waitFor();
});

test('a file that is dropped twice replaces nothing', async ({ streamer, given, page }) => {
  await writeFile(join(given, 'twice.txt'), 'first');
  await drop(page, [join(given, 'twice.txt')]);
  await until('the first', async () => (await content(shared(streamer, 'twice.txt'))) === 'first');
  await writeFile(join(given, 'twice.txt'), 'second');
  await drop(page, [join(given, 'twice.txt')]);
  await until('the second', async () => (await content(shared(streamer, 'twice (1).txt'))) === 'second');
  expect(await content(shared(streamer, 'twice.txt'))).toBe('first');
});

test('50 MB go up though the connection is cut, and have their name only at the end', async ({
  streamer,
  chromium,
  given,
}) => {
  // Of an earlier try.
  await rm(shared(streamer, 'up.bin'), { force: true });
  await using relay = await Relay.to(Number(streamer.url.port));
  const page = await openViewer(chromium, relay.rewrite(streamer.page()));
  const failed = Promise.withResolvers<void>();
  const requests = watchUploads(page, failed.resolve);
  const bytes = randomBytes(LARGE);
  const file = join(given, 'up.bin');
  await writeFile(file, bytes);
  await openPanel(page);
  const down = relay.downAfter(LARGE / 2);
  await choose(page, file);
  await Promise.all([down, failed.promise]);
  expect(existsSync(shared(streamer, 'up.bin'))).toBe(false);
  relay.up();
  await until('all of it', () => existsSync(shared(streamer, 'up.bin')), PATIENCE);
  expect(hash(await readFile(shared(streamer, 'up.bin')))).toBe(hash(bytes));
  // It went on where it was.
  expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(offsetsOf(requests).filter((offset) => offset === 0)).toHaveLength(1);
  await page.getByText('It is at ~/Downloads/up.bin').waitFor();
  await page.context().close();
});

test('50 MB come down though the connection is cut', async ({ streamer, chromium }) => {
  await using relay = await Relay.to(Number(streamer.url.port));
  const page = await openViewer(chromium, relay.rewrite(streamer.page()), { acceptDownloads: true });
  const starts: number[] = [];
  page.on('request', (request) => {
    const start = /^bytes=(\d+)/.exec(request.headers().range ?? '')?.[1];
    if (start !== undefined) starts.push(Number(start));
  });
  const bytes = randomBytes(LARGE);
  await mkdir(shared(streamer, 'sub'), { recursive: true });
  await writeFile(shared(streamer, 'sub', 'down.bin'), bytes);
  await openPanel(page);
  await page.getByRole('button', { name: 'sub' }).click();
  const saved = page.waitForEvent('download', { timeout: PATIENCE });
  const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('down.bin'));
  const down = relay.downAfter(LARGE / 2);
  await page.getByRole('button', { name: 'down.bin' }).click();
  await Promise.all([down, failed]);
  relay.up();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('down.bin');
  expect(hash(await readFile(await download.path()))).toBe(hash(bytes));
  expect(starts.filter((start) => start === 0)).toHaveLength(1);
  await page.context().close();
});

test('a folder comes as a whole', async ({ streamer, page }) => {
  await mkdir(shared(streamer, 'whole/deeper'), { recursive: true });
  await writeFile(shared(streamer, 'whole/deeper/ü.txt'), 'deep');
  await openPanel(page);
  await page.getByRole('button', { name: 'whole' }).click();
  await page.getByRole('button', { name: 'deeper' }).waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download this folder' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('whole.tar');
  const unpack = ['-xOf', await download.path(), './whole/deeper/ü.txt'];
  expect(execFileSync('tar', unpack, { encoding: 'utf8' })).toBe('deep');
});

test('a page of another origin, which has no cookie, gets files and folders, and brings some', async ({
  streamer,
  chromium,
  given,
}) => {
  await mkdir(shared(streamer, 'foreign'), { recursive: true });
  await writeFile(shared(streamer, 'foreign/inner.txt'), 'inner');
  const { origin } = streamer.url;
  await using foreign = await foreignPage(`<!doctype html><script src="${origin}/remote-desktop.js"></script>
    <remote-desktop src="${origin}/" token="${streamer.token}" controls></remote-desktop>`);
  const context = await chromium.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(foreign.url);
  await live(page);
  await openPanel(page);
  await page.getByRole('button', { name: 'foreign' }).click();
  await page.getByRole('button', { name: 'inner.txt' }).waitFor();
  await choose(page, join(given, 'note.txt'));
  await page.getByRole('button', { name: 'note.txt' }).waitFor();
  const take = async (name: string) => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    return await saved;
  };
  const file = await take('note.txt');
  expect(await content(await file.path())).toBe('a note');
  const folder = await take('Download this folder');
  expect(folder.suggestedFilename()).toBe('foreign.tar');
  const names = execFileSync('tar', ['-tf', await folder.path()], { encoding: 'utf8' });
  expect(names.trim().split('\n').sort()).toEqual([
    './foreign/',
    './foreign/inner.txt',
    './foreign/note.txt',
  ]);
  await context.close();
});

test('what is cancelled leaves nothing', async ({ streamer, given, page }) => {
  const file = join(given, 'cancelled.bin');
  await writeFile(file, '');
  // Far more than can be there before it is cancelled.
  await truncate(file, 20 * LARGE);
  const partial = shared(streamer, '.deskside-partial');
  const others = await readdir(partial).catch(() => []);
  await openPanel(page);
  await choose(page, file);
  const sizes = async () => {
    const names = (await readdir(partial).catch(() => [])).filter((name) => !name.endsWith('.json'));
    return Promise.all(names.map(async (name) => (await stat(join(partial, name))).size));
  };
  await until('a part of it to be there', async () => (await sizes()).some((size) => size > 0));
  await page.getByRole('button', { name: 'Cancel cancelled.bin' }).dispatchEvent('click');
  await page.getByText('Cancelled', { exact: true }).waitFor();
  await until('nothing to be left', async () => (await readdir(partial)).length === others.length);
  expect(existsSync(shared(streamer, 'cancelled.bin'))).toBe(false);
});

test('an upload goes on after the page was loaded again', async ({ streamer, given, page }) => {
  const bytes = randomBytes(20_000_000);
  await writeFile(join(given, 'reloaded.bin'), bytes);
  const requests: UploadRequest[] = [];
  const isLate = () => offsetsOf(requests).some((offset) => offset > 2_000_000);
  let holdsBack = true;
  // Does not arrive as a whole before the page is gone.
  await page.routeWebSocket(/files\/line/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (typeof message === 'string') requests.push(JSON.parse(message));
      if (!holdsBack || !isLate()) server.send(message);
    });
  });
  await openPanel(page);
  await choose(page, join(given, 'reloaded.bin'));
  await until('a part of it to be there', isLate, PATIENCE);
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await live(page);
  holdsBack = false;
  requests.length = 0;
  await openPanel(page);
  await choose(page, join(given, 'reloaded.bin'));
  await until('all of it', () => existsSync(shared(streamer, 'reloaded.bin')), PATIENCE);
  expect(hash(await readFile(shared(streamer, 'reloaded.bin')))).toBe(hash(bytes));
  expect(Math.min(...offsetsOf(requests))).toBeGreaterThan(2_000_000);
});

test('files go through a proxy that strips a prefix', async ({ streamer, chromium, given }) => {
  await using proxy = await nginx(Number(streamer.url.port));
  const page = await openViewer(chromium, `http://127.0.0.1:${proxy.port}/desk/?token=${streamer.token}`, {
    acceptDownloads: true,
  });
  const bytes = randomBytes(6_000_000);
  await writeFile(join(given, 'proxied.bin'), bytes);
  await openPanel(page);
  await choose(page, join(given, 'proxied.bin'));
  await until('all of it', () => existsSync(shared(streamer, 'proxied.bin')), PATIENCE);
  expect(hash(await readFile(shared(streamer, 'proxied.bin')))).toBe(hash(bytes));
  const saved = page.waitForEvent('download', { timeout: PATIENCE });
  await page.getByRole('button', { name: 'proxied.bin' }).click();
  expect(hash(await readFile(await (await saved).path()))).toBe(hash(bytes));
  await page.context().close();
});

test('who only watches can neither drop nor browse', async ({ streamer, chromium, given }) => {
  const { stdout } = await streamer.account.deskside(['share', '--role', 'viewer', '--json']);
  const { url } = JSON.parse(stdout);
  const page = await openViewer(chromium, url);
  await writeFile(join(given, 'forbidden.txt'), 'x');
  const letGo = await drag(page, [join(given, 'forbidden.txt')]);
  await letGo();
  await page.mouse.move(640, 2);
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
  expect(await page.getByRole('button', { name: 'Files' }).count()).toBe(0);
  // Still the desktop: the browser has not opened what was dropped.
  expect(page.url()).not.toMatch(/^file:/);
  expect(existsSync(shared(streamer, 'forbidden.txt'))).toBe(false);
  await page.context().close();
});

test('Firefox brings files and gets them', async ({ streamer, given }) => {
  await writeFile(join(given, 'by-firefox.txt'), 'from Firefox');
  const browser = await launchFirefox();
  try {
    const page = await openInFirefox(browser, streamer.page());
    await page.mouse.move(640, 2);
    await page.locator('>>> button[aria-label="Files"]').click();
    const input = await page.waitForSelector('>>> #files input[multiple]');
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(
      join(given, 'by-firefox.txt'),
    );
    await until(
      'the file',
      async () => (await content(shared(streamer, 'by-firefox.txt'))) === 'from Firefox',
    );
  } finally {
    await browser.close();
  }
});
