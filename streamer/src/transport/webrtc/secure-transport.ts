/**
 * DTLS, SRTP and SCTP over an ICE agent of ours: the one file that knows how werift's transports are put together.
 * They expect werift's own ICE transport, of which they use very little; that little is given to them here, so the
 * version of werift is pinned exactly.
 */
import { BinaryType, MAX_CHANNEL_MESSAGE, peekPictureUpdate, splitIntoParts } from '@deskside/protocol';
import {
  Event,
  HashAlgorithm,
  RTCCertificate,
  RTCDataChannel,
  RTCDataChannelParameters,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  type RTCIceTransport,
  RTCSctpTransport,
  type RtcpPacket,
  type RtpHeader,
  SignatureAlgorithm,
} from 'werift';
import { useKeyObjects } from './key-objects.ts';
import { acknowledgeAlong } from './sctp-acknowledgements.ts';
import { askForImmediateSacks } from './sctp-immediate-sack.ts';
import { recoverQuickly } from './sctp-recovery.ts';
import { watchForSilence } from './sctp-silence.ts';
import type { Answer } from './sdp.ts';
import { SCTP_PORT } from './sdp.ts';
import { selfSigned } from './self-signed.ts';

export interface SecureTransportEvents {
  /** Sends a datagram to the viewer. */
  send(datagram: Buffer): void;
  /** What the way is believed to carry, kbit/s; undefined: no bottleneck is known. */
  bottleneck(): number | undefined;
  onRtcp(packet: RtcpPacket): void;
  /** A message of a data channel. */
  onMessage(data: string | Buffer): void;
  /** Both handshakes are done: everything can be sent. */
  onConnected(): void;
  /** Nothing comes back when it should: see `sctp-silence.ts`. */
  onSilence(): void;
  /** All that was under way has arrived after all. */
  onSilenceOver(): void;
  /** The handshake failed, or the viewer ended it. Nothing more comes. */
  onEnd(reason: string): void;
}

/** Data channels that both sides know without negotiation (RFC 8832 section 4 does not apply), by stream id. */
const RELIABLE = 0;
const MOTION = 1;
const SOUND = 2;

/** What comes late is of no use any more. */
const UNRELIABLE = { ordered: false, maxRetransmits: 0 };

/** Datagrams that may come before the answer does: a ClientHello in a few pieces. */
const MAX_EARLY = 16;

/** SRTP profiles (RFC 7714, RFC 5764), the best first. */
const AEAD_AES_128_GCM = 7;
const AES128_CM_HMAC_SHA1_80 = 1;

/** Of this process: every peer has the same. */
const certificate = openCertificate();

/** SHA-256 fingerprint of this process's certificate, as in `a=fingerprint`. */
export const localFingerprint = certificate.getFingerprints()[0]!.value;

export class SecureTransport {
  readonly #events: SecureTransportEvents;
  readonly #onData = new Event<[Buffer]>();
  readonly #dtls: RTCDtlsTransport;
  readonly #sctp: RTCSctpTransport;
  readonly #reliable: RTCDataChannel;
  readonly #sound: RTCDataChannel;
  #early: Buffer[] | undefined = [];
  #closed = false;

  constructor(events: SecureTransportEvents) {
    this.#events = events;
    this.#dtls = new RTCDtlsTransport({}, this.#iceTransport(), certificate, [
      AEAD_AES_128_GCM,
      AES128_CM_HMAC_SHA1_80,
    ]);
    this.#dtls.role = 'server';
    this.#dtls.onRtcp.subscribe((packet) => events.onRtcp(packet));
    this.#dtls.onStateChange.subscribe((state) => {
      if (state === 'closed') this.#end('the viewer closed it');
    });
    this.#sctp = new RTCSctpTransport(SCTP_PORT, MAX_CHANNEL_MESSAGE);
    this.#sctp.setDtlsTransport(this.#dtls);
    acknowledgeAlong(this.#sctp);
    askForImmediateSacks(this.#sctp, isExactUpdate);
    recoverQuickly(this.#sctp, () => events.bottleneck());
    watchForSilence(this.#sctp, events);
    this.#sctp.setRemoteMaxMessageSize(MAX_CHANNEL_MESSAGE);
    this.#reliable = this.#channel(RELIABLE, { ordered: true });
    this.#channel(MOTION, UNRELIABLE);
    this.#sound = this.#channel(SOUND, UNRELIABLE);
  }

  /** Shakes hands with whoever has the certificate of the answer, and with nobody else. */
  async start({ fingerprint: { algorithm, value } }: Answer): Promise<void> {
    this.#dtls.setRemoteParams(new RTCDtlsParameters([new RTCDtlsFingerprint(algorithm, value)], 'client'));
    try {
      const shaken = this.#dtls.start();
      this.#replayEarly();
      await shaken;
      useKeyObjects(this.#dtls);
      await this.#sctp.start(SCTP_PORT);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  /** A datagram of the viewer. Whatever is in it, nothing is thrown. */
  receive(datagram: Buffer): void {
    if (this.#closed) return;
    if (this.#early) {
      if (this.#early.length < MAX_EARLY) this.#early.push(datagram);
      return;
    }
    try {
      this.#onData.execute(datagram);
    } catch {
      // Malformed beyond what the library drops by itself: as good as lost.
    }
  }

  /** Sends a packet over SRTP, at once, and tells its size, bytes; 0 while there is no way. */
  sendRtp(header: RtpHeader, payload: Buffer): number {
    if (!this.#dtls.srtp || this.#closed) return 0;
    const datagram = this.#dtls.srtp.encrypt(payload, header);
    this.#events.send(datagram);
    return datagram.byteLength;
  }

  /** Sends a compound packet of RTCP (RFC 3550 section 6.1). */
  sendRtcp(packets: readonly RtcpPacket[]): void {
    if (!this.#dtls.srtcp || this.#closed || packets.length === 0) return;
    void this.#dtls.sendRtcp([...packets]);
  }

  /** Sends over the reliable data channel, in parts if it is large. */
  sendMessage(message: Uint8Array): void {
    if (this.#reliable.readyState !== 'open') return;
    for (const { buffer, byteOffset, byteLength } of splitIntoParts(message)) {
      this.#reliable.send(Buffer.from(buffer, byteOffset, byteLength));
    }
  }

  /** Sends an audio packet over the channel of its own; false if that is not open. */
  sendSound({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    if (this.#sound.readyState !== 'open') return false;
    this.#sound.send(Buffer.from(buffer, byteOffset, byteLength));
    return true;
  }

  /** Sends text over the reliable data channel. */
  sendText(text: string): void {
    if (this.#reliable.readyState === 'open') this.#reliable.send(text);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sctp.stop().catch(() => {});
    this.#dtls.stop().catch(() => {});
    this.#onData.allUnsubscribe();
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onEnd(reason);
  }

  /** A browser starts DTLS when ICE is up, which may be before its answer is here. */
  #replayEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const datagram of early) this.receive(datagram);
  }

  #channel(id: number, reliability: Partial<RTCDataChannelParameters>): RTCDataChannel {
    const parameters = new RTCDataChannelParameters({ id, negotiated: true, ...reliability });
    const channel = new RTCDataChannel(this.#sctp, parameters, false);
    channel.onMessage.subscribe((data) => this.#events.onMessage(data));
    if (id === RELIABLE) {
      channel.stateChanged.subscribe((state) => {
        if (state === 'open') this.#events.onConnected();
        if (state === 'closed') this.#end('its data channels closed');
      });
    }
    return channel;
  }

  /** What werift's DTLS and SCTP transports use of an ICE transport. */
  #iceTransport(): RTCIceTransport {
    const connection = {
      onData: this.#onData,
      send: async (datagram: Buffer) => this.#events.send(datagram),
      close: async () => {},
    };
    const transport = { connection, role: 'controlled', state: 'connected', stop: async () => {} };
    return transport as unknown as RTCIceTransport;
  }
}

/** A viewer acknowledges exact pixels when they come, and video when it is shown. */
function isExactUpdate(message: Buffer): boolean {
  return message[0] === BinaryType.PictureUpdate && !peekPictureUpdate(message).video;
}

function openCertificate(): RTCCertificate {
  const { cert, key } = selfSigned('Deskside');
  return new RTCCertificate(key, cert, {
    signature: SignatureAlgorithm.ecdsa_3,
    hash: HashAlgorithm.sha256_4,
  });
}
