import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { pino } from 'pino';
import { FakeDisplay } from '../../session/testing/fake-display.ts';
import { FakeMedia } from '../../session/testing/fake-media.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway.ts';

export const TOKEN = 'dGhlIHRva2VuIG9mIHRlc3Rz';

export const INDEX = '<!doctype html><title>page</title><body><script type="module" src="page.js"></script>';

/** What the desktop looks like. */
export const PICTURE = Buffer.from([0x89, ...Buffer.from('PNG')]);

/** As it is written; the build puts words into it. */
const SIGN_IN = new URL('../../../../client/viewer/src/ui/sign-in.html', import.meta.url);

const TEST_PAGE = new URL('../../transport/webrtc/testing/page.js', import.meta.url);

export interface GatewayOnFakes extends AsyncDisposable {
  gateway: Gateway;
  media: FakeMedia;
  display: FakeDisplay;
}

/** A real gateway at a free port, with a small page, over a desktop of fakes. */
export async function startGatewayOnFakes(overrides: Partial<GatewayOptions> = {}): Promise<GatewayOnFakes> {
  const pageDirectory = await mkdtemp(join(tmpdir(), 'deskside-page-'));
  await writeFile(join(pageDirectory, 'index.html'), INDEX);
  await copyFile(SIGN_IN, join(pageDirectory, 'sign-in.html'));
  await writeFile(join(pageDirectory, 'content-security-policy.txt'), "default-src 'self'\n");
  await copyFile(TEST_PAGE, join(pageDirectory, 'page.js'));
  await writeFile(join(pageDirectory, 'page.js.br'), brotliCompressSync(await readFile(TEST_PAGE)));
  await writeFile(join(pageDirectory, 'page.js.map'), '{}');
  const media = new FakeMedia();
  const display = new FakeDisplay();
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    name: 'test',
    instanceId: 'abc123',
    token: TOKEN,
    allowedOrigins: [],
    maxSize: { width: 3840, height: 2160 },
    resizable: true,
    followsKeyboard: true,
    fps: 60,
    bitrate: 8000,
    sharpens: true,
    screenshot: async () => PICTURE,
    media,
    display,
    pageDirectory,
    log: pino({ level: 'silent' }),
    ...overrides,
  });
  return {
    gateway,
    media,
    display,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await rm(pageDirectory, { recursive: true, force: true });
    },
  };
}
