/** A viewer that loses its picture when a test says so, which no browser does: werift's. */
import { encodeAcknowledgement, peekPictureUpdate } from '@deskside/protocol';
import { expect, it, vi } from 'vitest';
import {
  PictureLossIndication,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtcpPayloadSpecificFeedback,
} from 'werift';
import { startGatewayOnFakes, TOKEN } from '../../http/testing/gateway-on-fakes.ts';
import { openSocket, type SocketClient } from '../../http/testing/socket-client.ts';

const H264 = new RTCRtpCodecParameters({
  ...{ mimeType: 'video/H264', clockRate: 90_000 },
  parameters: 'packetization-mode=1;profile-level-id=42e01f',
});

/** Full Intra Request (RFC 5104 section 4.3.1), which werift reads and does not make: its type, words and body. */
const FIR = {
  count: 4,
  length: 4,
  serialize: () => Buffer.from('00000001000000020000000201000000', 'hex'),
} as unknown as PictureLossIndication;

it.each([
  ['PLI', new PictureLossIndication({ senderSsrc: 1, mediaSsrc: 2 })],
  ['FIR', FIR],
])('%s is answered by a key frame, and the way stays', { timeout: 30_000 }, async (_, feedback) => {
  await using desktop = await startGatewayOnFakes({ webRtc: {} });
  const client = await openSocket(desktop.gateway, `/ws?token=${TOKEN}`);
  acknowledgeEverything(client);
  client.hello();
  const stream = await until(() => desktop.media.streams[0]);
  const connection = await connect(client, desktop.gateway.port);
  try {
    await until(() => {
      client.send({ type: 'use-transport', transport: 'webrtc' });
      stream.change();
      return ways(client).at(-1) === 'both';
    });
    client.send({ type: 'transport-shown', transport: 'webrtc' });
    await until(() => ways(client).at(-1) === 'webrtc');
    // Over WebRTC, where nobody acknowledges it.
    await until(() => stream.change() !== undefined);
    const before = stream.keyFrameRequests;
    await connection.dtlsTransports[0]!.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })]);
    await until(() => stream.keyFrameRequests > before);
    // A way that was given up would show with the key frame, before the answer to a later question.
    await until(() => stream.change() !== undefined);
    client.send({ type: 'ping', time: 1 });
    await until(() => client.messages.some(({ type }) => type === 'pong'));
    expect(ways(client).at(-1)).toBe('webrtc');
  } finally {
    await connection.close();
    client.socket.terminate();
  }
});

const until = <T>(condition: () => T) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });

async function connect(client: SocketClient, port: number): Promise<RTCPeerConnection> {
  client.send({ type: 'webrtc-request', host: '127.0.0.1', port });
  const offer = await until(() => client.messages.find((message) => message.type === 'webrtc-offer'));
  const connection = new RTCPeerConnection({ codecs: { video: [H264] } });
  const channel = connection.createDataChannel('reliable', { negotiated: true, id: 0 });
  await connection.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
  await connection.setLocalDescription(await connection.createAnswer());
  const { sdp } = connection.localDescription!;
  client.send({ type: 'webrtc-answer', attempt: offer.attempt, sdp });
  await until(() => channel.readyState === 'open');
  return connection;
}

function acknowledgeEverything({ socket }: SocketClient): void {
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary || data[0] !== 1) return;
    const { stream, id } = peekPictureUpdate(data);
    const times = { received: 0, decoded: 0, presented: 0 };
    socket.send(encodeAcknowledgement({ stream, id, presentedId: id, ...times }));
  });
}

/** That the pictures took, in order. */
function ways({ messages }: SocketClient): string[] {
  return messages.flatMap((message) =>
    message.type === 'transport' ? (message.both ? 'both' : message.transport) : [],
  );
}
