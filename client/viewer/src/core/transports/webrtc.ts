import { type Of, PartAssembler, type StreamerMessage } from '@deskside/protocol';
import { type TriedRoute, triedRoutes } from './routes.ts';

export type Offer = Of<StreamerMessage, 'webrtc-offer'>;

export interface WebRtcEvents {
  /** To be sent to the streamer. */
  onAnswer(sdp: string): void;
  /** To be sent to the streamer. */
  onCandidate(candidate: string): void;
  /** Video or sound of the desktop, once its first packets may come. */
  onTrack(track: MediaStreamTrack): void;
  /** The reliable channel is open: pictures can take this way. */
  onOpen(): void;
  /** Nothing gets through right now; it may again. */
  onInterrupted(): void;
  onMessage(message: string | Uint8Array<ArrayBuffer>): void;
  /** The bytes of an `AudioPacket`. */
  onSound(packet: Uint8Array<ArrayBuffer>): void;
  /** The last event. */
  onClose(reason: string): void;
}

/** Data channels that both sides know without negotiation, by stream id; see the protocol's README. */
const RELIABLE = 0;
const MOTION = 1;
const SOUND = 2;

/** From the offer to an open channel, ms: over a relay and a slow line the handshakes take a few seconds. */
const CONNECT_DEADLINE = 20_000;

/** Positions that wait, bytes: some dozens; a newer one comes at once. */
const MAX_MOTION_BACKLOG = 1024;

/** One attempt to get pictures over WebRTC, from the streamer's offer on. */
export class WebRtcTransport implements Disposable {
  readonly #events: WebRtcEvents;
  readonly #connection: RTCPeerConnection;
  readonly #reliable: RTCDataChannel;
  readonly #motion: RTCDataChannel;
  readonly #parts = new PartAssembler();
  readonly #deadline: ReturnType<typeof setTimeout>;
  #closed = false;

  constructor(offer: Offer, events: WebRtcEvents) {
    this.#events = events;
    const connection = new RTCPeerConnection({
      iceServers: (offer.iceServers ?? []) as RTCIceServer[],
      iceTransportPolicy: offer.relayOnly ? 'relay' : 'all',
    });
    this.#connection = connection;
    this.#reliable = connection.createDataChannel('reliable', { negotiated: true, id: RELIABLE });
    this.#reliable.binaryType = 'arraybuffer';
    const loose = { negotiated: true, ordered: false, maxRetransmits: 0 };
    this.#motion = connection.createDataChannel('motion', { ...loose, id: MOTION });
    const sound = connection.createDataChannel('sound', { ...loose, id: SOUND });
    sound.binaryType = 'arraybuffer';
    sound.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => events.onSound(new Uint8Array(data));
    this.#reliable.onopen = () => this.#open();
    this.#reliable.onclose = () => this.#close('closed');
    this.#reliable.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(data);
    connection.ontrack = ({ track, receiver }) => this.#track(track, receiver);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) events.onCandidate(candidate.candidate);
    };
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'disconnected') events.onInterrupted();
      if (connection.connectionState === 'failed') this.#close('no answer');
    };
    this.#deadline = setTimeout(() => this.#close('no answer'), CONNECT_DEADLINE);
    this.negotiate(offer);
  }

  /** Takes an offer: the first one, or that of another path (ICE restart). */
  negotiate(offer: Offer): void {
    this.#answer(offer.sdp).catch((error: Error) => this.#close(error.message));
  }

  /** What became of each route that was tried. */
  async routes(): Promise<TriedRoute[]> {
    return triedRoutes(await this.#connection.getStats());
  }

  /** Sends over the reliable channel; false if it is not open. */
  send(message: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#reliable.readyState !== 'open') return false;
    this.#reliable.send(message as Uint8Array<ArrayBuffer>);
    return true;
  }

  /** Sends over the unordered channel, or drops it where it would wait; false if it is not open. */
  sendLoosely(message: Uint8Array<ArrayBuffer>): boolean {
    if (this.#motion.readyState !== 'open') return false;
    if (this.#motion.bufferedAmount <= MAX_MOTION_BACKLOG) this.#motion.send(message);
    return true;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#deadline);
    this.#connection.close();
  }

  async #answer(offer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    const { type, sdp = '' } = await this.#connection.createAnswer();
    const answer = { type, sdp: inStereo(sdp) };
    await this.#connection.setLocalDescription(answer);
    if (!this.#closed) this.#events.onAnswer(answer.sdp);
  }

  #track(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    // As little delay as the browser grants: the newest picture is the only one that counts.
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
    this.#events.onTrack(track);
  }

  #open(): void {
    clearTimeout(this.#deadline);
    if (!this.#closed) this.#events.onOpen();
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      this.#events.onMessage(data);
      return;
    }
    let whole: Uint8Array | undefined;
    try {
      whole = this.#parts.add(new Uint8Array(data));
    } catch (error) {
      this.#close((error as Error).message);
      return;
    }
    if (whole) this.#events.onMessage(whole as Uint8Array<ArrayBuffer>);
  }

  #close(reason: string): void {
    if (this.#closed) return;
    this[Symbol.dispose]();
    this.#events.onClose(reason);
  }
}

/** Browsers decode Opus to one channel unless their own answer says otherwise (RFC 7587 section 6.1). */
function inStereo(answer: string): string {
  const opus = /^a=rtpmap:(\d+) opus\//m.exec(answer)?.[1];
  return answer.replace(new RegExp(`^a=fmtp:${opus} .*$`, 'm'), '$&;stereo=1');
}
