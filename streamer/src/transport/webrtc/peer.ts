/** One attempt of a viewer to get its pictures over WebRTC: the offer, the answer, the way itself. */
import { peekPictureUpdate, rtpTimestamp } from '@deskside/protocol';
import type { RtcpPacket } from 'werift';
import {
  classes,
  Message,
  methods,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
  type RtpHeader,
  TransportWideCC,
} from 'werift';
import type { PicturePath } from '../../session/connection.ts';
import type { PacketFeedback } from '../../session/packet-feedback.ts';
import { screenVideo } from '../screen-video.ts';
import { AudioSender } from './audio-sender.ts';
import { candidateLines, type Reach, readCandidate } from './candidates.ts';
import type { RtpCodec } from './codecs.ts';
import { IceAgent, type Route } from './ice-agent.ts';
import type { IcePort } from './ice-port.ts';
import { Pacer } from './pacer.ts';
import type { Relay } from './relay.ts';
import { readAnswer, writeOffer } from './sdp.ts';
import { SecureTransport } from './secure-transport.ts';
import { TailLossProbe } from './tail-loss-probe.ts';
import { TransportFeedback } from './transport-feedback.ts';
import { VideoSender } from './video-sender.ts';

export interface PeerEvents {
  /** A message that came over a data channel: the same as over the WebSocket. */
  onMessage(data: string | Uint8Array): void;
  /** The viewer's decoder has lost its way. */
  onPictureLoss(): void;
  /** What became of packets of video and sound. */
  onFeedback(packets: readonly PacketFeedback[]): void;
  /** What the way is believed to carry, kbit/s; undefined: no bottleneck is known. */
  bottleneck(): number | undefined;
  /** The way is up and can carry updates. */
  onConnected(): void;
  /** Nothing comes back when it should: see `sctp-silence.ts`. */
  onSilence(): void;
  /** All that was under way has arrived after all. */
  onSilenceOver(): void;
  /** The attempt failed or its way broke; the peer is closed. */
  onEnd(reason: string): void;
}

export interface PeerOptions {
  ice: IcePort;
  reach: Reach;
  /** Leads here as well, if there is one. */
  relay: Relay | undefined;
  /** Whether the viewer wants sound as a track: it cannot play it in packets. */
  sound: boolean;
  /** SHA-256 fingerprint of our certificate. */
  fingerprint: string;
  events: PeerEvents;
  /** The peer was disposed of. */
  onClosed(): void;
}

/** From the offer to a way that carries something, ms: over TURN and a slow line a handshake takes a few seconds. */
const CONNECT_DEADLINE = 20_000;

/** Candidates of a viewer that are heeded: a browser with a few networks and relays has about a dozen. */
const MAX_CANDIDATES = 32;

/** Between two sender reports, ms: browsers put tracks side by side once they have one of each. */
const REPORT_EVERY = 1000;

/** Headers of UDP and IPv4, bytes. */
const DATAGRAM_HEADERS = 28;

/** Feedback message types: NACK (RFC 4585 section 6.2.1), PLI (6.3.1) and FIR (RFC 5104 section 4.3.1). */
const NACK = 1;
const PLI = 1;
const FIR = 4;

export class Peer implements PicturePath, Disposable {
  readonly offer: string;
  readonly #ice: IcePort;
  readonly #relay: Relay | undefined;
  readonly #fingerprint: string;
  /** The one whose route is in use; before there is one, the newest. */
  #agent: IceAgent;
  /** Of a restart that has not found a route. */
  #newAgent: IceAgent | undefined;
  readonly #transport: SecureTransport;
  readonly #pacer: Pacer;
  readonly #video: VideoSender;
  readonly #audio: AudioSender | undefined;
  readonly #feedback = new TransportFeedback();
  readonly #tail: TailLossProbe;
  readonly #events: PeerEvents;
  readonly #onClosed: () => void;
  readonly #deadline: NodeJS.Timeout;
  /** The next report; none while nothing is sent. */
  #reporting: NodeJS.Timeout | undefined;
  #candidates = 0;
  #version = 0;
  #answered = false;
  #codecs: readonly RtpCodec[] = [];
  #codec: RtpCodec | undefined;
  #takesSound = false;
  #closed = false;

  constructor({ ice, reach, relay, sound, fingerprint, events, onClosed }: PeerOptions) {
    this.#ice = ice;
    this.#relay = relay;
    this.#fingerprint = fingerprint;
    this.#onClosed = onClosed;
    this.#events = events;
    this.#agent = this.#addAgent();
    this.#transport = new SecureTransport({
      send: (datagram) => this.#agent.send(datagram),
      bottleneck: () => events.bottleneck(),
      onRtcp: (packet) => this.#heed(packet),
      onMessage: (data) => events.onMessage(data),
      onConnected: () => {
        clearTimeout(this.#deadline);
        events.onConnected();
      },
      // Where TCP is only late, the WebSocket is too.
      onSilence: () => {
        if (this.protocol !== 'tcp') events.onSilence();
      },
      onSilenceOver: () => events.onSilenceOver(),
      onEnd: (reason) => this.#end(reason),
    });
    const sendRtp = (header: RtpHeader, payload: Buffer): void => this.#sendRtp(header, payload);
    this.#pacer = new Pacer(() => events.bottleneck());
    this.#video = new VideoSender(sendRtp, this.#pacer);
    this.#audio = sound ? new AudioSender(sendRtp) : undefined;
    this.#tail = new TailLossProbe(() => this.#video.resendNewest());
    this.#deadline = setTimeout(() => this.#end('no connection in time'), CONNECT_DEADLINE);
    this.offer = this.#writeOffer(this.#agent, reach);
  }

  /** The route in use, for people: `udp` or `tcp`. */
  get protocol(): Route['protocol'] | undefined {
    return this.#agent.route?.protocol;
  }

  /** @throws ProtocolError if the answer does not fit the offer */
  accept(sdp: string): void {
    const answer = readAnswer(sdp);
    // After a restart everything but the path is as it was.
    if (this.#answered) return;
    this.#answered = true;
    this.#codecs = answer.codecs;
    this.#takesSound = answer.audio;
    void this.#transport.start(answer);
  }

  /** An address at which the viewer may be reached: it is let through relay and NAT, to send its checks. */
  addCandidate(candidate: string): void {
    const at = readCandidate(candidate);
    if (!at || ++this.#candidates > MAX_CANDIDATES) return;
    this.#relay?.permit(at.address);
    // So that a NAT on our side lets the viewer's checks in (RFC 8445 section 2.1 does it by checks of our own).
    this.#ice.send(harmless(), at.address, at.port);
  }

  /**
   * Another path for what goes on (ICE restart, RFC 8445 section 9); the old one is used until the new one is there.
   *
   * @returns the offer
   */
  restart(reach: Reach): string {
    if (this.#newAgent) this.#ice.remove(this.#newAgent);
    this.#candidates = 0;
    this.#newAgent = this.#addAgent();
    return this.#writeOffer(this.#newAgent, reach);
  }

  /** Sends text over the reliable data channel. */
  sendText(text: string): void {
    this.#transport.sendText(text);
  }

  /** Whether updates with video of this codec (WebCodecs' string) can take this way; they do from now on. */
  use(codec: string): boolean {
    this.#codec = this.#codecs.find((candidate) => candidate.matches(codec));
    return this.#codec !== undefined;
  }

  /** Video of the screen goes over RTP; the rest of the update, with no bytes of it, over the reliable data channel. */
  sendUpdate(update: Uint8Array): void {
    const frame = screenVideo(update);
    this.#transport.sendMessage(update.subarray(0, update.byteLength - frame.byteLength));
    this.#sendFrame(update, frame);
  }

  /** Sends the video of the screen, and leaves the rest of the update to another way. */
  sendVideo(update: Uint8Array): void {
    this.#sendFrame(update, screenVideo(update));
  }

  /** Sends the bytes of an `AudioPacket`, as they are or as a track; false if the viewer takes none this way. */
  sendSound(packet: Uint8Array): boolean {
    if (!this.#audio) return this.#transport.sendSound(packet);
    return this.#takesSound && this.#audio.send(packet);
  }

  /** The viewer has the update with this id. */
  acknowledged(id: number): void {
    this.#tail.acknowledged(id);
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClosed();
    clearTimeout(this.#deadline);
    clearTimeout(this.#reporting);
    this.#tail[Symbol.dispose]();
    this.#pacer[Symbol.dispose]();
    this.#transport.close();
    this.#ice.remove(this.#agent);
    if (this.#newAgent) this.#ice.remove(this.#newAgent);
  }

  #sendFrame(update: Uint8Array, frame: Buffer): void {
    if (frame.byteLength === 0 || !this.#codec) return;
    const { id, captureTime, key } = peekPictureUpdate(update);
    this.#video.sendFrame(frame, rtpTimestamp(captureTime), key, this.#codec);
    this.#tail.sent(id);
  }

  #heed(packet: RtcpPacket): void {
    if (packet instanceof RtcpTransportLayerFeedback) {
      const { feedback } = packet;
      if (feedback instanceof TransportWideCC) this.#events.onFeedback(this.#feedback.receive(feedback));
      else if (feedback.count === NACK) this.#video.retransmit(feedback.lost);
    }
    if (packet instanceof RtcpPayloadSpecificFeedback) {
      const { count } = packet.feedback as { count: number };
      if (count === PLI || count === FIR) this.#losePicture();
    }
  }

  #sendRtp(header: RtpHeader, payload: Buffer): void {
    header.extensions.push(this.#feedback.next());
    this.#feedback.sent(this.#transport.sendRtp(header, payload) + DATAGRAM_HEADERS);
    this.#reporting ??= setTimeout(() => this.#report(), REPORT_EVERY);
  }

  #report(): void {
    this.#reporting = undefined;
    const reports = [this.#video.report(), this.#audio?.report()];
    this.#transport.sendRtcp(reports.filter((report) => report !== undefined));
  }

  /**
   * Browsers also ask for a key frame when nothing came for a while (libwebrtc: every 3 s), which at a desktop at rest
   * means nothing: the newest frame is on the screen.
   */
  #losePicture(): void {
    if (this.#tail.outstanding) this.#events.onPictureLoss();
  }

  #addAgent(): IceAgent {
    const agent = new IceAgent({
      onRoute: (route) => this.#routeChanged(agent, route),
      onDatagram: (datagram) => this.#transport.receive(datagram),
    });
    this.#ice.add(agent);
    return agent;
  }

  #writeOffer(agent: IceAgent, reach: Reach): string {
    return writeOffer({
      version: ++this.#version,
      usernameFragment: agent.usernameFragment,
      password: agent.password,
      fingerprint: this.#fingerprint,
      candidates: candidateLines(reach),
      ssrc: this.#video.ssrc,
      rtxSsrc: this.#video.rtxSsrc,
      audioSsrc: this.#audio?.ssrc,
    });
  }

  #routeChanged(agent: IceAgent, route: Route | undefined): void {
    if (route && agent === this.#newAgent) {
      this.#ice.remove(this.#agent);
      this.#agent = agent;
      this.#newAgent = undefined;
    }
    if (!route && agent === this.#agent) this.#end('the connection is gone');
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this[Symbol.dispose]();
    this.#events.onEnd(reason);
  }
}

/** An indication: it needs no answer. */
function harmless(): Buffer {
  return new Message(methods.BINDING, classes.INDICATION).addFingerprint().bytes;
}
