/** The ways that one viewer's pictures can take, and which one they take now. */
import {
  type Of,
  peekPictureUpdate,
  type StreamerMessage,
  type Transport,
  type ViewerMessage,
} from '@deskside/protocol';
import type { PicturePath, Signal, SoundPath } from '../session/connection.ts';
import type { PacketFeedback } from '../session/packet-feedback.ts';
import type { Peer, PeerEvents } from './webrtc/peer.ts';
import type { PeerWish } from './webrtc/webrtc.ts';

/** What of a peer counts here. */
export type WebRtcPath = Pick<
  Peer,
  'offer' | 'accept' | 'use' | 'sendUpdate' | 'sendSound' | 'acknowledged'
> &
  Disposable;

export interface WaysOptions {
  /** The way that is always there. */
  webSocket: PicturePath & SoundPath;
  /** Tells the viewer, over the WebSocket. */
  tell(message: StreamerMessage): void;
  /** A way over WebRTC for the viewer; undefined where it is switched off. */
  createPeer: ((wish: PeerWish, events: PeerEvents) => WebRtcPath) | undefined;
  /** A message of the viewer that came over a data channel. */
  onMessage(data: string | Uint8Array): void;
  /** What became of packets that went over WebRTC. */
  onFeedback(packets: readonly PacketFeedback[]): void;
  /** A key frame is needed, and updates go on until it is there. */
  refresh(): void;
  /** The way that updates took is gone: nothing makes sense before a key frame. */
  restart(): void;
}

export class Ways implements PicturePath, SoundPath, Disposable {
  readonly #options: WaysOptions;
  #attempt = 0;
  #peer: WebRtcPath | undefined;
  #peerConnected = false;
  #codec: string | undefined;
  #current: Transport = 'websocket';
  /** Taken from the next key frame on. */
  #next: Transport | undefined;

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  /** The viewer is about to get updates of another format. */
  onFormat({ codec }: Of<StreamerMessage, 'stream'>): void {
    this.#codec = codec;
    if ((this.#next ?? this.#current) !== 'webrtc' || this.#peer?.use(codec)) return;
    this.#next = this.#current === 'webrtc' ? 'websocket' : undefined;
    if (!this.#next) this.#fail(cannotCarry(codec));
  }

  /** @throws ProtocolError if the viewer's answer does not fit the offer */
  signal(signal: Signal): void {
    switch (signal.type) {
      case 'webrtc-request':
        this.#offer(signal);
        break;
      case 'webrtc-answer':
        if (signal.attempt === this.#attempt) this.#peer?.accept(signal.sdp);
        break;
      case 'use-transport':
        this.#use(signal.transport);
        break;
    }
  }

  sendUpdate(update: Uint8Array): void {
    const { key, stream, id } = peekPictureUpdate(update);
    if (this.#next && key) {
      this.#current = this.#next;
      this.#next = undefined;
      this.#options.tell({ type: 'transport', transport: this.#current, stream, id });
    }
    if (this.#current === 'websocket') this.#options.webSocket.sendUpdate(update);
    else this.#peer?.sendUpdate(update);
  }

  /** Sound takes the way of the pictures where it can: they are put side by side there. */
  sendSound(packet: Uint8Array): void {
    const sent = this.#current === 'webrtc' && this.#peer?.sendSound(packet);
    if (!sent) this.#options.webSocket.sendSound(packet);
  }

  /** The viewer has the update with this id. */
  acknowledged(id: number): void {
    if (this.#current === 'webrtc') this.#peer?.acknowledged(id);
  }

  [Symbol.dispose](): void {
    this.#peer?.[Symbol.dispose]();
    this.#peer = undefined;
  }

  #offer({ host, port, sound = false }: Of<ViewerMessage, 'webrtc-request'>): void {
    this.#drop();
    const attempt = ++this.#attempt;
    this.#peer = this.#options.createPeer?.(
      { page: { host, port }, sound },
      {
        onMessage: (data) => this.#options.onMessage(data),
        onPictureLoss: () => this.#options.refresh(),
        onFeedback: (packets) => this.#options.onFeedback(packets),
        onConnected: () => {
          this.#peerConnected = true;
        },
        onEnd: (reason) => {
          this.#drop();
          this.#fail(`The way over WebRTC ended: ${reason}.`);
        },
      },
    );
    if (this.#peer) this.#options.tell({ type: 'webrtc-offer', attempt, sdp: this.#peer.offer });
    else this.#fail('WebRTC is switched off at the streamer.');
  }

  #use(transport: Transport): void {
    const problem = transport === 'webrtc' ? this.#objection() : undefined;
    if (problem) {
      this.#fail(problem);
    } else if (transport !== (this.#next ?? this.#current)) {
      this.#next = transport;
      this.#options.refresh();
    }
  }

  /** What speaks against WebRTC right now. The viewer may not know yet that its way just broke. */
  #objection(): string | undefined {
    if (!this.#peer || !this.#peerConnected) return 'There is no way over WebRTC.';
    // The way may be up before the first picture: what its codec allows shows with the format.
    if (this.#codec === undefined || this.#peer.use(this.#codec)) return undefined;
    return cannotCarry(this.#codec);
  }

  /** Back to the WebSocket, at once: what was under way is lost. */
  #drop(): void {
    this.#peer?.[Symbol.dispose]();
    this.#peer = undefined;
    this.#peerConnected = false;
    if (this.#next === 'webrtc') this.#next = undefined;
    if (this.#current === 'websocket') return;
    this.#next = 'websocket';
    this.#options.restart();
  }

  #fail(message: string): void {
    this.#options.tell({ type: 'webrtc-failed', attempt: this.#attempt, message });
  }
}

function cannotCarry(codec: string): string {
  return `The codec of this stream, ${codec}, does not travel over WebRTC to this browser.`;
}
