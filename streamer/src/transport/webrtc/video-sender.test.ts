import { beforeEach, expect, it } from 'vitest';
import type { RtpHeader } from 'werift';
import { RTP_CODECS } from './codecs.ts';
import { Pacer } from './pacer.ts';
import { EXTENSION } from './sdp.ts';
import { VideoSender } from './video-sender.ts';

const [H264] = RTP_CODECS;

let sent: { header: RtpHeader; payload: Buffer }[];
let sender: VideoSender;

beforeEach(() => {
  sent = [];
  sender = new VideoSender((header, payload) => sent.push({ header, payload }), new Pacer(() => undefined));
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

it('has each packet shown as soon as it can be', () => {
  sender.sendFrame(frame(3000), 90, true, H264!);
  for (const { header } of sent) {
    const delay = header.extensions.find(({ id }) => id === EXTENSION.playoutDelay.id);
    expect(delay?.payload).toEqual(Buffer.alloc(3));
  }
});

it('tells the colour space with the end of a key frame', () => {
  sender.sendFrame(frame(3000), 90, true, H264!);
  sender.sendFrame(frame(10), 1590, false, H264!);
  const told = sent.map(
    ({ header }) => header.extensions.find(({ id }) => id === EXTENSION.colorSpace.id)?.payload,
  );
  // sRGB with the matrix of BT.601, limited range: ITU-T H.273.
  expect(told).toEqual([undefined, undefined, Buffer.from([1, 13, 6, 0x10]), undefined]);
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

it('forgets none of its packets while its room grows', () => {
  for (let i = 0; i < 3000; i++) sender.sendFrame(frame(i % 1000), 50 * i, true, H264!);
  const all = [...sent];
  sender.retransmit(all.map(({ header }) => header.sequenceNumber));
  expect(sent.slice(all.length).map(({ payload }) => payload.subarray(2))).toEqual(
    all.map(({ payload }) => payload),
  );
});

it('remembers the last two seconds, and has no room for more than that takes', () => {
  for (let i = 0; i < 9000; i++) sender.sendFrame(frame(i % 1000), 90 * i, true, H264!);
  sender.retransmit(sent.slice(0, -2048).map(({ header }) => header.sequenceNumber));
  expect(sender.retransmitted).toBe(0);
  const young = sent.slice(-1990);
  sender.retransmit(young.map(({ header }) => header.sequenceNumber));
  expect(sent.slice(9000).map(({ payload }) => payload.subarray(2))).toEqual(
    young.map(({ payload }) => payload),
  );
});

it('keeps packets where forgotten ones were', () => {
  const bytes = () =>
    [...new Set(sent.map(({ payload }) => payload.buffer))].map((buffer) => buffer.byteLength);
  const taken = () => bytes().reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < 9000; i++) sender.sendFrame(frame(i % 1000), 90 * i, true, H264!);
  // A packet each ms.
  expect(taken()).toBeLessThan(2100 * 1200);
  for (let i = 0; i < 9000; i++) sender.sendFrame(frame(i % 1000), 90 * 9000 + i, true, H264!);
  expect(taken()).toBeLessThan(4200 * 1200);
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

it('tells what its clock and the time of day show at the same moment', () => {
  expect(sender.report()).toBeUndefined();
  sender.sendFrame(frame(3000), 90, true, H264!);
  const before = Date.now();
  const { ssrc, senderInfo } = sender.report()!;
  expect(ssrc).toBe(sender.ssrc);
  expect(senderInfo.packetCount).toBe(3);
  const time = (Number(senderInfo.ntpTimestamp >> 16n) / 2 ** 16 - 2_208_988_800) * 1000;
  expect(Math.abs(time - before)).toBeLessThan(60_000);
  // Both have the same phase, to the precision of NTP's 32 bits that are looked at here.
  const ticks = BigInt.asIntN(32, BigInt(senderInfo.rtpTimestamp - Math.round(time * 90)));
  expect(Math.abs(Number(ticks))).toBeLessThan(20);
});
