import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { frameOf } from './websocket-frame.ts';

const bytes = fc
  .tuple(fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000), fc.integer({ min: 0, max: 255 }))
  .map(([length, value]) => new Uint8Array(length).fill(value));
const text = fc.string({ unit: 'grapheme', maxLength: 300 });

it('is what a WebSocket client reads, whatever its length', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, bytes), { maxLength: 5 }), async (messages) => {
        server.once('connection', (socket, request) => {
          for (const message of messages) request.socket.write(frameOf(message));
          socket.close(1000);
        });
        expect(await readAll(new WebSocket(`ws://127.0.0.1:${port}`))).toEqual({ messages, code: 1000 });
      }),
    );
  } finally {
    server.close();
  }
});

/** What comes over a socket of Node's own, until it closes. */
async function readAll(socket: WebSocket): Promise<{ messages: (string | Uint8Array)[]; code: number }> {
  const messages: (string | Uint8Array)[] = [];
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    messages.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  });
  const [{ code }] = (await once(socket, 'close')) as [CloseEvent];
  return { messages, code };
}
