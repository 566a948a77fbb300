import { once } from 'node:events';
import { connect } from 'node:net';
import { CLOSE_CODE, MAX_VIEWER_MESSAGE, PROTOCOL_VERSION, parseStreamerMessage } from '@deskside/protocol';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { test } from '../support/desktop-test.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { openSocket, WireViewer } from '../support/wire.ts';

const hello = JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] });

describe('a message that breaks the protocol', () => {
  const rubbish: [what: string, message: string | Uint8Array][] = [
    ['text that is not JSON', 'desk'],
    ['JSON that is no object', '[]'],
    ['an unknown type', '{"type":"format-disk"}'],
    ['a number out of range', '{"type":"resize","width":-1,"height":99999999,"scale":1}'],
    ['a number that is none', '{"type":"ping","time":"now"}'],
    ['a code with a blank', '{"type":"key","code":"Key A","down":true}'],
    ['no bytes', new Uint8Array()],
    ['a binary type that is not there', new Uint8Array([250, 1, 2, 3])],
    ['an acknowledgement cut short', new Uint8Array([0x10, 0, 1])],
    ['buttons that no mouse has', new Uint8Array([0x11, 255, 0, 0, 0, 0, 1, 0, 1, 0])],
    ['a second hello', hello],
  ];

  test.for(rubbish)(
    '%s: refused with a reason, and the desktop goes on',
    async ([, message], { streamer, x }) => {
      using bystander = await WireViewer.join(streamer);
      const socket = await openSocket(streamer);
      socket.send(hello);
      socket.send(message);
      await expectRefusal(socket, 'message');
      await expectPictures(bystander, x);
    },
  );

  test('any bytes at all', async ({ streamer, x }) => {
    using bystander = await WireViewer.join(streamer);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 }), { minLength: 1 }), async (messages) => {
        const socket = await openSocket(streamer);
        socket.send(hello);
        for (const message of messages) socket.send(message);
        // Some bytes do form a message; whoever is not closed for them goes by itself.
        socket.close();
        await once(socket, 'close');
      }),
      { numRuns: 50 },
    );
    await expectPictures(bystander, x);
  });
});

test('a message too large is refused before it is read', async ({ streamer, x }) => {
  using bystander = await WireViewer.join(streamer);
  const socket = await openSocket(streamer);
  socket.send(hello);
  socket.send(new Uint8Array(MAX_VIEWER_MESSAGE + 1));
  const [code] = await once(socket, 'close');
  // 1009 is "message too big" (RFC 6455 section 7.4.1).
  expect(code).toBe(1009);
  await expectPictures(bystander, x);
});

test('anything before hello is refused', async ({ streamer }) => {
  const socket = await openSocket(streamer);
  socket.send('{"type":"key","code":"KeyA","down":true}');
  await expectRefusal(socket, 'message');
});

test('a peer of another version is told both versions and the remedy', async ({ streamer }) => {
  const socket = await openSocket(streamer);
  socket.send(JSON.stringify({ type: 'hello', version: 99, product: '9.9.9', codecs: [] }));
  const { message, remedy } = await expectRefusal(socket, 'version');
  expect(message).toMatch(
    new RegExp(
      `Deskside \\d+\\.\\d+\\.\\d+ \\(protocol ${PROTOCOL_VERSION}\\).*Deskside 9\\.9\\.9 \\(protocol 99\\)`,
    ),
  );
  expect(remedy).toContain('Update Deskside in the workspace');
});

test('a viewer that decodes nothing that is encoded here is told so', async ({ streamer }) => {
  const socket = await openSocket(streamer);
  socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, codecs: ['vvc1.1.L83'] }));
  await expectRefusal(socket, 'codec');
});

test('a socket without a token is closed with the reason', async ({ streamer }) => {
  const url = new URL('ws', streamer.url);
  url.search = '';
  url.protocol = 'ws:';
  const socket = new WebSocket(url, 'deskside.v1');
  socket.on('open', () => socket.send(hello));
  await expectRefusal(socket, 'token');
});

test('bytes that are no HTTP end that connection only', async ({ streamer }) => {
  const socket = connect(Number(streamer.url.port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.resume();
  socket.write(new Uint8Array(2000).map((_, i) => i * 37));
  await once(socket, 'close');
  await expectHealthy(streamer);
});

/** The streamer says why, then closes with the code of that reason. */
async function expectRefusal(socket: WebSocket, reason: keyof typeof CLOSE_CODE) {
  const closed = once(socket, 'close');
  const messages: ReturnType<typeof parseStreamerMessage>[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) messages.push(parseStreamerMessage(data.toString()));
  });
  const [code] = await closed;
  expect(code).toBe(CLOSE_CODE[reason]);
  const refusal = messages.find((message) => message.type === 'refused');
  expect(refusal).toMatchObject({ reason });
  return refusal!;
}

/** Another viewer still sees what is drawn. */
async function expectPictures(viewer: WireViewer, x: { coverScreen(color: number): number }): Promise<void> {
  await until('a first picture', () => viewer.updates.length > 0);
  const before = viewer.updates.length;
  x.coverScreen(0x00ff00 + before);
  await until('a picture of what was drawn', () => viewer.updates.length > before);
  expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
}

async function expectHealthy(streamer: Streamer): Promise<void> {
  const response = await fetch(new URL('healthz', streamer.url));
  expect(response.status).toBe(200);
}
