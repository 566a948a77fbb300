import { PartAssembler } from '@deskside/protocol';

export interface WebRtcEvents {
  /** To be sent to the streamer. */
  onAnswer(sdp: string): void;
  /** Video of the desktop, once its first packets may come. */
  onTrack(track: MediaStreamTrack): void;
  /** The reliable channel is open: pictures can take this way. */
  onOpen(route: Route): void;
  onMessage(message: Uint8Array<ArrayBuffer>): void;
  /** The last event. */
  onClose(reason: string): void;
}

/** How packets travel. */
export interface Route {
  protocol: 'udp' | 'tcp';
  /** By a TURN relay. */
  relayed: boolean;
}

/** Data channels that both sides know without negotiation, by stream id; see the protocol's README. */
const RELIABLE = 0;
const MOTION = 1;

/** From the offer to an open channel, ms: over a relay and a slow line the handshakes take a few seconds. */
const CONNECT_DEADLINE = 20_000;

/** Positions that wait, bytes: some dozens; a newer one comes at once. */
const MAX_MOTION_BACKLOG = 1024;

/** One attempt to get pictures over WebRTC, from the streamer's offer on. */
export class WebRtcTransport implements Disposable {
  readonly #events: WebRtcEvents;
  readonly #connection = new RTCPeerConnection();
  readonly #reliable: RTCDataChannel;
  readonly #motion: RTCDataChannel;
  readonly #parts = new PartAssembler();
  readonly #deadline: ReturnType<typeof setTimeout>;
  #closed = false;

  constructor(offer: string, events: WebRtcEvents) {
    this.#events = events;
    const connection = this.#connection;
    this.#reliable = connection.createDataChannel('reliable', { negotiated: true, id: RELIABLE });
    this.#reliable.binaryType = 'arraybuffer';
    this.#motion = connection.createDataChannel('motion', {
      negotiated: true,
      id: MOTION,
      ordered: false,
      maxRetransmits: 0,
    });
    this.#reliable.onopen = () => void this.#open();
    this.#reliable.onclose = () => this.#close('its data channel closed');
    this.#reliable.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#receive(new Uint8Array(data));
    connection.ontrack = ({ track, receiver }) => this.#track(track, receiver);
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'failed') this.#close('no packets get through');
    };
    this.#deadline = setTimeout(() => this.#close('no connection in time'), CONNECT_DEADLINE);
    this.#answer(offer).catch((error: Error) => this.#close(error.message));
  }

  /** Sends over the reliable channel; false if it is not open. */
  send(message: Uint8Array<ArrayBuffer>): boolean {
    if (this.#reliable.readyState !== 'open') return false;
    this.#reliable.send(message);
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
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    if (!this.#closed) this.#events.onAnswer(answer.sdp ?? '');
  }

  #track(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    // As little delay as the browser grants: the newest picture is the only one that counts.
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
    this.#events.onTrack(track);
  }

  async #open(): Promise<void> {
    clearTimeout(this.#deadline);
    const route = readRoute(await this.#connection.getStats());
    if (!this.#closed) this.#events.onOpen(route);
  }

  #receive(message: Uint8Array): void {
    let whole: Uint8Array | undefined;
    try {
      whole = this.#parts.add(message);
    } catch (error) {
      this.#close(`the streamer sent ${(error as Error).message}`);
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

/** The route of the candidate pair in use (W3C WebRTC Statistics, RTCTransportStats and RTCIceCandidateStats). */
export function readRoute(stats: Iterable<readonly [string, unknown]>): Route {
  const byId = new Map(stats) as Map<string, Record<string, unknown>>;
  const all = [...byId.values()];
  const selected = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair =
    byId.get(String(selected)) ??
    all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
  const local = byId.get(String(pair?.localCandidateId));
  return {
    protocol: local?.protocol === 'tcp' ? 'tcp' : 'udp',
    relayed: local?.candidateType === 'relay',
  };
}
