import { beforeEach, expect, it } from 'vitest';
import type { RtpHeader } from 'werift';
import { RTP_CODECS } from './codecs.ts';
import { RtpSender } from './rtp-sender.ts';

const [H264] = RTP_CODECS;

let sent: { header: RtpHeader; payload: Buffer }[];
let sender: RtpSender;

beforeEach(() => {
  sent = [];
  sender = new RtpSender({ send: (header, payload) => sent.push({ header, payload }) });
});

const frame = (size: number) => Buffer.concat([Buffer.from([0, 0, 1, 0x65]), Buffer.alloc(size, 7)]);

it('numbers packets one by one and marks the last of a frame', () => {
  sender.sendFrame(frame(5000), 90, true, H264!);
  sender.sendFrame(frame(10), 1590, true, H264!);
  const first = sent[0]!.header.sequenceNumber;
  expect(sent.map(({ header }) => header.sequenceNumber - first)).toEqual(sent.map((_, index) => index));
  expect(sent.map(({ header }) => header.marker)).toEqual([false, false, false, false, true, true]);
  expect(sent.map(({ header }) => header.timestamp)).toEqual([90, 90, 90, 90, 90, 1590]);
});

it('sends again what is asked for, as RTX with the original number in front', () => {
  sender.sendFrame(frame(5000), 90, true, H264!);
  const lost = sent[2]!;
  sender.retransmit([lost.header.sequenceNumber]);
  const { header, payload } = sent.at(-1)!;
  expect(header).toMatchObject({ ssrc: sender.rtxSsrc, payloadType: H264!.rtxPayloadType, timestamp: 90 });
  expect(payload.readUInt16BE()).toBe(lost.header.sequenceNumber);
  expect(payload.subarray(2)).toEqual(lost.payload);
});

it('remembers 4096 packets and sends nothing that it does not have', () => {
  for (let i = 0; i < 4097; i++) sender.sendFrame(frame(10), i, true, H264!);
  const forgotten = sent[0]!.header.sequenceNumber;
  const oldest = sent[1]!.header.sequenceNumber;
  sender.retransmit([forgotten, (forgotten + 50_000) & 0xffff]);
  expect(sent).toHaveLength(4097);
  sender.retransmit([oldest]);
  expect(sender.retransmitted).toBe(1);
});

it('numbers all packets of the transport, retransmissions too', () => {
  sender.sendFrame(frame(3000), 90, true, H264!);
  sender.retransmit([sent[0]!.header.sequenceNumber]);
  const numbers = sent.map(({ header }) =>
    header.extensions.find(({ id }) => id === 2)!.payload.readUInt16BE(),
  );
  expect(numbers).toEqual(numbers.map((_, index) => index));
});
