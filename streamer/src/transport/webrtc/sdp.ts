/** The offer and what is taken from the answer (RFC 8829, RFC 8866). The streamer always offers. */
import { MAX_CHANNEL_MESSAGE, ProtocolError } from '@deskside/protocol';
import { RTP_CODECS, type RtpCodec } from './codecs.ts';

export interface OfferOptions {
  /** Counts up with each offer of a session (RFC 8866 section 5.2). */
  version: number;
  usernameFragment: string;
  password: string;
  /** SHA-256 of the certificate, as in `a=fingerprint`. */
  fingerprint: string;
  candidates: readonly string[];
  ssrc: number;
  rtxSsrc: number;
  /** Source of the sound; undefined: the offer has none. */
  audioSsrc: number | undefined;
}

export interface Answer {
  fingerprint: { algorithm: string; value: string };
  /** What the browser can receive. */
  codecs: readonly RtpCodec[];
  /** Whether the browser takes the sound. */
  audio: boolean;
}

/** Header extensions (RFC 8285), by the ids that they have in every session. */
export const EXTENSION = {
  /** RFC 9143 section 15.1. */
  mid: { id: 1, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' },
  /** draft-holmer-rmcat-transport-wide-cc-extensions-01. */
  transportSequence: {
    id: 2,
    uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  },
  /** webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/playout-delay. */
  playoutDelay: { id: 3, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay' },
  /** webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/color-space. */
  colorSpace: { id: 4, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/color-space' },
} as const;

/** Media sections, by their `a=mid` (RFC 9143 section 5.1). */
export const MID = { video: '0', data: '1', audio: '2' } as const;

/** Dynamic (RFC 3551 section 3), the number that browsers offer. */
export const OPUS_PAYLOAD_TYPE = 111;

/** RFC 8841 section 5. */
export const SCTP_PORT = 5000;

const FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'transport-cc'];

export function writeOffer(options: OfferOptions): string {
  const { version, usernameFragment, password, fingerprint, candidates, ssrc, rtxSsrc, audioSsrc } = options;
  const transport = [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
  ];
  const types = RTP_CODECS.flatMap(({ payloadType, rtxPayloadType }) => [payloadType, rtxPayloadType]);
  return [
    'v=0',
    `o=- 1 ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${MID.video} ${MID.data}${audioSsrc === undefined ? '' : ` ${MID.audio}`}`,
    'a=ice-lite',
    `m=video 9 UDP/TLS/RTP/SAVPF ${types.join(' ')}`,
    ...transport,
    ...candidates,
    'a=end-of-candidates',
    `a=mid:${MID.video}`,
    ...Object.values(EXTENSION).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    'a=sendonly',
    'a=msid:desktop video',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...RTP_CODECS.flatMap(describeCodec),
    `a=ssrc-group:FID ${ssrc} ${rtxSsrc}`,
    ...describeSource(ssrc),
    ...describeSource(rtxSsrc),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    ...transport,
    `a=mid:${MID.data}`,
    `a=sctp-port:${SCTP_PORT}`,
    `a=max-message-size:${MAX_CHANNEL_MESSAGE}`,
    ...(audioSsrc === undefined ? [] : [...AUDIO_SECTION, ...transport, ...describeSource(audioSsrc)]),
    '',
  ].join('\r\n');
}

/** @throws ProtocolError naming what is missing */
export function readAnswer(sdp: string): Answer {
  const [session = '', ...media] = sdp.split(/\r?\n(?=m=)/);
  const video = media.find((section) => section.startsWith('m=video'));
  if (!video || /^m=video 0 /.test(video)) throw new ProtocolError('an SDP answer without video');
  if (attribute(video, 'setup') !== 'active')
    throw new ProtocolError('an SDP answer that is not setup:active');
  const [algorithm, value] = (
    attribute(video, 'fingerprint') ??
    attribute(session, 'fingerprint') ??
    ''
  ).split(' ');
  if (algorithm?.toLowerCase() !== 'sha-256' || !value)
    throw new ProtocolError('an SDP answer without a SHA-256 fingerprint');
  const accepted = new Set(video.split(/\r?\n/, 1)[0]!.split(' ').slice(3).map(Number));
  const audio = media.find((section) => section.startsWith('m=audio'));
  return {
    audio: audio !== undefined && !/^m=audio 0 /.test(audio) && !/^a=inactive\r?$/m.test(audio),
    fingerprint: { algorithm, value },
    codecs: RTP_CODECS.filter(({ payloadType }) => accepted.has(payloadType)),
  };
}

/** Opus as it comes (RFC 7587): two channels even if they are the same. */
const AUDIO_SECTION = [
  `m=audio 9 UDP/TLS/RTP/SAVPF ${OPUS_PAYLOAD_TYPE}`,
  `a=mid:${MID.audio}`,
  ...[EXTENSION.mid, EXTENSION.transportSequence].map(({ id, uri }) => `a=extmap:${id} ${uri}`),
  'a=sendonly',
  // A stream of its own: browsers hold video back for sound of the same stream that is late.
  'a=msid:desktop-sound sound',
  'a=rtcp-mux',
  `a=rtpmap:${OPUS_PAYLOAD_TYPE} opus/48000/2`,
  `a=fmtp:${OPUS_PAYLOAD_TYPE} stereo=1;sprop-stereo=1`,
  `a=rtcp-fb:${OPUS_PAYLOAD_TYPE} transport-cc`,
];

/** One name for all sources: they share a clock (RFC 3550 section 6.5.1). */
function describeSource(ssrc: number): string[] {
  return [`a=ssrc:${ssrc} cname:deskside`];
}

function describeCodec({ name, payloadType, rtxPayloadType, parameters }: RtpCodec): string[] {
  return [
    `a=rtpmap:${payloadType} ${name}/90000`,
    ...(parameters ? [`a=fmtp:${payloadType} ${parameters}`] : []),
    ...FEEDBACK.map((feedback) => `a=rtcp-fb:${payloadType} ${feedback}`),
    `a=rtpmap:${rtxPayloadType} rtx/90000`,
    `a=fmtp:${rtxPayloadType} apt=${payloadType}`,
  ];
}

function attribute(section: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(.+?)\\r?$`, 'm').exec(section)?.[1];
}
