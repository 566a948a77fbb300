import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  Event,
  RTCDataChannel,
  RTCDataChannelParameters,
  type RTCDtlsTransport,
  RTCSctpTransport,
} from 'werift';
import { recoverQuickly } from './sctp-recovery.ts';

const ROUND_TRIP = 40;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('delivers everything in order over a way that loses a tenth, none later than after a few round trips', async () => {
  const line = await connected({ loses: every(10) });
  const sent = new Map<number, number>();
  const took: number[] = [];
  line.onMessage((data) => took.push(performance.now() - sent.get(data.readUInt32BE())!));
  for (let id = 0; id < 300; id++) {
    const message = Buffer.alloc(5000);
    message.writeUInt32BE(id);
    sent.set(id, performance.now());
    line.send(message);
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect(took).toHaveLength(300);
  expect(Math.max(...took)).toBeLessThan(6 * ROUND_TRIP);
});

it('has nothing wait for what is lost now and then: where the way is wide, it went twice', async () => {
  expect(await lateOver({ bottleneck: undefined })).toBeLessThan(12);
  expect(await lateOver({ bottleneck: 4000 })).toBeLessThan(12);
  expect(await lateOver({ bottleneck: 2000 })).toBeGreaterThan(20);
});

it('sends a large message at once', async () => {
  const line = await connected({ loses: () => false });
  await vi.advanceTimersByTimeAsync(1000);
  const start = performance.now();
  let took = Number.NaN;
  line.onMessage(() => {
    took = performance.now() - start;
  });
  line.send(Buffer.alloc(60_000));
  await vi.advanceTimersByTimeAsync(1000);
  expect(took).toBeLessThan(ROUND_TRIP);
});

it('does not flood a way that is gone', async () => {
  let gone = false;
  let packets = 0;
  const line = await connected({
    loses() {
      packets++;
      return gone;
    },
  });
  gone = true;
  for (let id = 0; id < 20; id++) line.send(Buffer.alloc(5000));
  await vi.advanceTimersByTimeAsync(100);
  packets = 0;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(packets).toBeLessThan(20);
});

/** How many of 300 small messages are late over a way that loses one packet in fifty. */
async function lateOver({ bottleneck }: { bottleneck: number | undefined }): Promise<number> {
  const line = await connected({ loses: every(50), bottleneck });
  const sent: number[] = [];
  let late = 0;
  line.onMessage((data) => {
    if (performance.now() - sent[data.readUInt32BE()]! > ROUND_TRIP) late++;
  });
  for (let id = 0; id < 300; id++) {
    const message = Buffer.alloc(2500);
    message.writeUInt32BE(id);
    sent.push(performance.now());
    line.send(message);
    await vi.advanceTimersByTimeAsync(16);
  }
  return late;
}

function every(nth: number): () => boolean {
  let count = 0;
  return () => ++count % nth === 0;
}

/** Two associations and a way between them on which packets to the second may get lost. */
async function connected({ loses, bottleneck }: { loses(): boolean; bottleneck?: number | undefined }) {
  const [ours, theirs] = [new RTCSctpTransport(), new RTCSctpTransport()];
  let established = false;
  const wires = [fakeDtls('server'), fakeDtls('client')] as const;
  wires[0].peer = (data) => {
    if (!established || !loses()) later(() => wires[1].dataReceiver(data));
  };
  wires[1].peer = (data) => later(() => wires[0].dataReceiver(data));
  ours.setDtlsTransport(wires[0] as unknown as RTCDtlsTransport);
  theirs.setDtlsTransport(wires[1] as unknown as RTCDtlsTransport);
  recoverQuickly(ours, () => bottleneck);
  const channels = [ours, theirs].map(
    (transport) =>
      new RTCDataChannel(
        transport,
        new RTCDataChannelParameters({ id: 0, negotiated: true, ordered: true }),
        false,
      ),
  );
  const started = Promise.all([ours.start(5000), theirs.start(5000)]);
  await vi.advanceTimersByTimeAsync(10 * ROUND_TRIP);
  await started;
  established = true;
  return {
    send: (data: Buffer) => channels[0]!.send(data),
    onMessage: (act: (data: Buffer) => void) =>
      channels[1]!.onMessage.subscribe((data) => act(data as Buffer)),
  };
}

function later(act: () => void): void {
  setTimeout(act, ROUND_TRIP / 2);
}

/** What SCTP uses of werift's DTLS. */
function fakeDtls(role: string) {
  return {
    role,
    onStateChange: new Event<[string]>(),
    iceTransport: { role: role === 'client' ? 'controlling' : 'controlled' },
    peer: (_: Buffer) => {},
    dataReceiver: (_: Buffer) => {},
    async sendData(data: Buffer) {
      this.peer(Buffer.from(data));
    },
  };
}
