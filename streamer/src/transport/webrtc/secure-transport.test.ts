import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RtpHeader } from 'werift';
import { SecureTransport } from './secure-transport.ts';

const ANSWER = {
  fingerprint: { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') },
  codecs: [],
  audio: false,
};

/** A record of DTLS (RFC 6347 section 4.1) with anything in it: a handshake, an alert, data, a change of cipher. */
const record = fc
  .tuple(
    fc.integer({ min: 20, max: 63 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.uint8Array({ maxLength: 200 }),
  )
  .map(([type, counter, body]) =>
    Buffer.from([type, 0xfe, 0xfd, ...counter, body.byteLength >> 8, body.byteLength & 0xff, ...body]),
  );

/** A handshake message (section 4.2.2) of any type, whose lengths may lie. */
const handshake = fc
  .tuple(
    fc.integer({ min: 0, max: 24 }),
    fc.uint8Array({ minLength: 11, maxLength: 11 }),
    fc.uint8Array({ maxLength: 150 }),
  )
  .map(([type, header, body]) => {
    const message = [type, ...header, ...body];
    return Buffer.from([
      22,
      0xfe,
      0xfd,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      message.length >> 8,
      message.length & 0xff,
      ...message,
    ]);
  });

const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

it('drops whatever is no handshake, before and after the answer, and does not throw', {
  timeout: 30_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anything, record, handshake), { maxLength: 30 }),
      async (datagrams) => {
        const ended: string[] = [];
        const transport = new SecureTransport({
          send: () => {},
          bottleneck: () => undefined,
          onRtcp: () => {},
          onMessage: () => expect.unreachable(),
          onConnected: () => expect.unreachable(),
          onSilence: () => expect.unreachable(),
          onSilenceOver: () => expect.unreachable(),
          onEnd: (reason) => ended.push(reason),
        });
        const half = datagrams.length >> 1;
        for (const datagram of datagrams.slice(0, half)) transport.receive(datagram);
        void transport.start(ANSWER);
        for (const datagram of datagrams.slice(half)) transport.receive(datagram);
        transport.sendRtp(new RtpHeader(), Buffer.alloc(10));
        transport.sendMessage(new Uint8Array(100_000));
        await new Promise((resolve) => setImmediate(resolve));
        transport.close();
        expect(ended.length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 300 },
  );
});
