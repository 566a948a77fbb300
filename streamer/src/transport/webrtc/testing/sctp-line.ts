/** Two SCTP associations with a way between them, in simulated time. */
import { vi } from 'vitest';
import {
  Event,
  RTCDataChannel,
  RTCDataChannelParameters,
  type RTCDtlsTransport,
  RTCSctpTransport,
} from 'werift';

/** ms */
export const ROUND_TRIP = 40;

export interface Way {
  /** Whether the next packet to the second one gets lost. */
  loses(): boolean;
}

export function every(nth: number): () => boolean {
  let count = 0;
  return () => ++count % nth === 0;
}

/** @param prepare is given the first one before it starts */
export async function connect({ loses }: Way, prepare: (transport: RTCSctpTransport) => void) {
  const [ours, theirs] = [new RTCSctpTransport(), new RTCSctpTransport()];
  let established = false;
  const wires = [fakeDtls('server'), fakeDtls('client')] as const;
  wires[0].peer = (data) => {
    if (!established || !loses()) later(() => wires[1].dataReceiver(data));
  };
  let held: Buffer[] | undefined;
  wires[1].peer = (data) =>
    later(() => {
      if (held) held.push(data);
      else wires[0].dataReceiver(data);
    });
  ours.setDtlsTransport(wires[0] as unknown as RTCDtlsTransport);
  theirs.setDtlsTransport(wires[1] as unknown as RTCDtlsTransport);
  prepare(ours);
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
    answer: (data: Buffer) => channels[1]!.send(data),
    onAnswer: (act: (data: Buffer) => void) =>
      channels[0]!.onMessage.subscribe((data) => act(data as Buffer)),
    /** What comes back waits from now on, until what is returned is called. */
    holdAnswers() {
      held = [];
      return () => {
        for (const data of held!.splice(0)) wires[0].dataReceiver(data);
        held = undefined;
      };
    },
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
