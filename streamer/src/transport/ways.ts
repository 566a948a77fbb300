/**
 * The ways that one viewer's pictures can take, and which one they take now. To change from one to the other, pictures
 * take both until the viewer has seen one that came by the new way, so that nobody sees the change. The same is done
 * when WebRTC falls silent: if it comes back it goes on alone, else the WebSocket has the picture already. Exact pixels
 * need no key frame for that: what is under way is sent over the WebSocket again, and whoever has it drops it.
 */
import {
  type Of,
  parseViewerMessage,
  peekPictureUpdate,
  type StreamerMessage,
  type Transport,
  type ViewerMessage,
} from '@deskside/protocol';
import { streamerTime } from '../session/clock.ts';
import type { PicturePath, Signal, SoundPath } from '../session/connection.ts';
import type { PacketFeedback } from '../session/packet-feedback.ts';
import { screenVideo } from './screen-video.ts';
import { StallWatch } from './stall-watch.ts';
import type { Peer, PeerEvents } from './webrtc/peer.ts';
import type { PeerOffer, PeerWish } from './webrtc/webrtc.ts';

/** What of a peer counts here. */
export type WebRtcPath = Omit<{ [K in keyof Peer]: Peer[K] }, 'protocol'>;

export type WebRtcOffer = Omit<PeerOffer, 'peer'> & { peer: WebRtcPath };

export interface WaysOptions {
  /** The way that is always there. */
  webSocket: PicturePath & SoundPath;
  /** Tells the viewer, over the WebSocket. */
  tell(message: StreamerMessage): void;
  /** A way over WebRTC for the viewer; undefined where it is switched off. */
  createPeer: ((wish: PeerWish, events: PeerEvents) => Promise<WebRtcOffer>) | undefined;
  /** A message of the viewer that came over a data channel. */
  onMessage(data: string | Uint8Array): void;
  /** What became of packets that went over WebRTC. */
  onFeedback(packets: readonly PacketFeedback[]): void;
  /** What the way is believed to carry, kbit/s; undefined: no bottleneck is known. */
  bottleneck(): number | undefined;
  /** A key frame is needed, and updates go on until it is there. */
  refresh(): void;
  /** What is under way was sent again: when word of it comes tells nothing. */
  sentAgain(): void;
  /** The way that updates took is gone: nothing makes sense before a key frame. */
  restart(): void;
}

/** WebRTC has to show a picture in this time while they come both ways, ms: a decoder starts, on a busy machine. */
const SHOW_DEADLINE = 5000;

/** After a short silence the next one has to last longer (`stall-watch.ts`) for so long, ms: a bad way is often silent. */
const HEDGE_EVERY = 1000;

export class Ways implements PicturePath, SoundPath, Disposable {
  readonly #options: WaysOptions;
  readonly #stall: StallWatch;
  #attempt = 0;
  #offer: WebRtcOffer | undefined;
  #peerConnected = false;
  /** The viewer cannot play sound in packets. */
  #wantsTrack = false;
  #codec: string | undefined;
  #current: Transport | 'both' = 'websocket';
  /** Where they are to go. */
  #target: Transport = 'websocket';
  /** A change begins with the next key frame. */
  #changing = false;
  /** What the viewer has seen since they come both ways. */
  readonly #shown = new Set<Transport>();
  #deadline: NodeJS.Timeout | undefined;
  #newest = { stream: 0, id: 0 };
  #acknowledged = 0;
  /** Updates over WebRTC alone that are not acknowledged, by id, the oldest first. */
  readonly #underWay = new Map<number, Uint8Array>();
  /** The WebSocket has not had the video since its last key frame. */
  #keyMissing = false;
  #hedged = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: WaysOptions) {
    this.#options = options;
    this.#stall = new StallWatch(() => this.#begin());
  }

  /** The viewer is about to get updates of another format. */
  onFormat({ codec }: Of<StreamerMessage, 'stream'>): void {
    this.#codec = codec;
    this.#forgetUnderWay();
    if (!this.#peer || this.#peer.use(codec) || !this.#isAboutWebRtc) return;
    this.#leave();
    this.#fail(cannotCarry(codec));
  }

  /** @throws ProtocolError if the viewer's answer does not fit the offer */
  signal(signal: Signal): void {
    switch (signal.type) {
      case 'webrtc-request':
        this.#negotiate(signal).catch((error: Error) => this.#end(error.message));
        break;
      case 'webrtc-answer':
        if (signal.attempt === this.#attempt) this.#peer?.accept(signal.sdp);
        break;
      case 'webrtc-candidate':
        if (signal.attempt === this.#attempt) this.#peer?.addCandidate(signal.candidate);
        break;
      case 'use-transport':
        this.#use(signal.transport);
        break;
      case 'transport-shown':
        this.#shown.add(signal.transport);
        this.#endIfShown();
        break;
    }
  }

  sendUpdate(update: Uint8Array): void {
    const { key, stream, id } = peekPictureUpdate(update);
    this.#newest = { stream, id };
    if (this.#changing && key) this.#enter();
    if (this.#current === 'webrtc') {
      this.#peer?.sendUpdate(update);
      this.#stall.sent(id);
      this.#underWay.set(id, update);
      return;
    }
    if (key) this.#keyMissing = false;
    if (this.#keyMissing && screenVideo(update).byteLength > 0) {
      this.#options.restart();
      return;
    }
    this.#options.webSocket.sendUpdate(update);
    if (this.#current === 'both') this.#peer?.sendVideo(update);
  }

  /** Sound takes the way of the pictures where it can; as a track it has but one. */
  sendSound(packet: Uint8Array): void {
    const overWebRtc = this.#current === 'webrtc' || this.#wantsTrack;
    if (!overWebRtc || !this.#peer?.sendSound(packet)) this.#options.webSocket.sendSound(packet);
  }

  /** The viewer has the update with this id. */
  acknowledged(id: number): void {
    this.#acknowledged = id;
    if (this.#current !== 'webrtc') return;
    this.#stall.acknowledged(id);
    this.#peer?.acknowledged(id);
    if (!this.#underWay.has(id)) return;
    for (const earlier of this.#underWay.keys()) {
      this.#underWay.delete(earlier);
      if (earlier === id) return;
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#stall[Symbol.dispose]();
    clearTimeout(this.#deadline);
    this.#peer?.[Symbol.dispose]();
    this.#offer = undefined;
  }

  get #peer(): WebRtcPath | undefined {
    return this.#offer?.peer;
  }

  async #negotiate(request: Of<ViewerMessage, 'webrtc-request'>): Promise<void> {
    if (request.restart && this.#peerConnected) await this.#restart(request);
    else await this.#open(request);
  }

  async #open({ host, port, sound = false }: Of<ViewerMessage, 'webrtc-request'>): Promise<void> {
    this.#drop();
    this.#wantsTrack = sound;
    const attempt = ++this.#attempt;
    const { createPeer } = this.#options;
    if (!createPeer) return this.#fail('WebRTC is switched off at the streamer.');
    const offer = await createPeer(
      { page: { host, port }, sound },
      {
        onMessage: (data) => this.#hear(data),
        onPictureLoss: () => this.#options.refresh(),
        onFeedback: (packets) => this.#options.onFeedback(packets),
        bottleneck: () => this.#options.bottleneck(),
        onConnected: () => {
          this.#peerConnected = true;
        },
        onSilence: () => this.#hedge(),
        onSilenceOver: () => this.#trustAgain(),
        onEnd: (reason) => {
          if (attempt === this.#attempt) this.#end(reason);
        },
      },
    );
    if (this.#disposed || attempt !== this.#attempt) return offer.peer[Symbol.dispose]();
    this.#offer = offer;
    const { iceServers, relayOnly } = offer.servers;
    this.#options.tell({
      type: 'webrtc-offer',
      attempt,
      sdp: offer.peer.offer,
      ...(iceServers.length > 0 && { iceServers }),
      ...(relayOnly && { relayOnly }),
    });
  }

  async #restart({ host, port }: Of<ViewerMessage, 'webrtc-request'>): Promise<void> {
    const offer = this.#offer!;
    const reach = await offer.reachFor({ host, port });
    if (offer !== this.#offer) return;
    const sdp = offer.peer.restart(reach);
    this.#options.tell({ type: 'webrtc-offer', attempt: this.#attempt, sdp, restart: true });
  }

  #use(transport: Transport): void {
    const problem = transport === 'webrtc' ? this.#objection() : undefined;
    if (problem) this.#fail(problem);
    else this.#aimAt(transport);
  }

  #aimAt(transport: Transport): void {
    this.#target = transport;
    if (this.#current === 'both') this.#endIfShown();
    else if (transport !== this.#current) this.#begin();
    else this.#changing = false;
  }

  get #isAboutWebRtc(): boolean {
    return this.#target === 'webrtc' || this.#current !== 'websocket';
  }

  /** Both ways, from the next key frame on. */
  #begin(): void {
    this.#changing = true;
    this.#options.refresh();
  }

  /** With a key frame that is about to be sent. Without a peer there is nothing but the WebSocket. */
  #enter(): void {
    this.#shown.clear();
    this.#takeBoth(this.#newest);
  }

  #takeBoth(from: { stream: number; id: number }): void {
    this.#changing = false;
    this.#forgetUnderWay();
    this.#take(this.#peer ? 'both' : 'websocket', from);
    if (!this.#peer) return;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#end('nothing gets through'), SHOW_DEADLINE);
  }

  /** The way may have broken, or a machine was busy: that is not known before a gap would be seen. */
  #hedge(): void {
    const now = performance.now();
    if (this.#current !== 'webrtc' || this.#changing || now - this.#hedged < HEDGE_EVERY) return;
    this.#hedged = now;
    const underWay = [...this.#underWay];
    if (underWay.some(([, update]) => screenVideo(update).byteLength > 0)) this.#begin();
    else this.#repeat(underWay);
  }

  /** Both ways, from the oldest of these on. */
  #repeat(underWay: readonly (readonly [id: number, update: Uint8Array])[]): void {
    const { stream, id } = this.#following;
    this.#keyMissing = true;
    this.#shown.clear();
    this.#shown.add('websocket');
    this.#takeBoth({ stream, id: underWay[0]?.[0] ?? id });
    for (const [, update] of underWay) this.#options.webSocket.sendUpdate(update);
    this.#options.sentAgain();
  }

  #trustAgain(): void {
    if (!this.#keyMissing || this.#current !== 'both') return;
    this.#shown.add('webrtc');
    this.#endIfShown();
  }

  #forgetUnderWay(): void {
    this.#stall.reset();
    this.#underWay.clear();
  }

  #endIfShown(): void {
    if (this.#current !== 'both' || !this.#shown.has(this.#target)) return;
    clearTimeout(this.#deadline);
    this.#take(this.#target, this.#following);
    this.#peer?.acknowledged(this.#acknowledged);
  }

  /** The update after the newest. */
  get #following(): { stream: number; id: number } {
    return { stream: this.#newest.stream, id: (this.#newest.id + 1) >>> 0 };
  }

  #take(way: Transport | 'both', from: { stream: number; id: number }): void {
    this.#current = way;
    const transport = way === 'both' ? 'websocket' : way;
    this.#options.tell({ type: 'transport', transport, ...from, ...(way === 'both' && { both: true }) });
  }

  /** What speaks against WebRTC right now. The viewer may not know yet that its way just broke. */
  #objection(): string | undefined {
    if (!this.#peer || !this.#peerConnected) return 'There is no way over WebRTC.';
    // The way may be up before the first picture: what its codec allows shows with the format.
    if (this.#codec === undefined || this.#peer.use(this.#codec)) return undefined;
    return cannotCarry(this.#codec);
  }

  /** Answered where it was asked: it tells how long that way takes. */
  #hear(data: string | Uint8Array): void {
    const time = typeof data === 'string' ? timeOfPing(data) : undefined;
    if (time === undefined) this.#options.onMessage(data);
    else this.#peer?.sendText(JSON.stringify({ type: 'pong', time, streamerTime: streamerTime() }));
  }

  #end(reason: string): void {
    this.#drop();
    this.#fail(`The way over WebRTC ended: ${reason}.`);
  }

  #drop(): void {
    this.#peer?.[Symbol.dispose]();
    this.#offer = undefined;
    this.#peerConnected = false;
    this.#leave();
  }

  /** To the WebSocket, at once: what is under way over WebRTC alone is lost. */
  #leave(): void {
    this.#forgetUnderWay();
    clearTimeout(this.#deadline);
    this.#target = 'websocket';
    this.#changing = false;
    if (this.#current === 'both') this.#take('websocket', this.#following);
    if (this.#current === 'websocket') return;
    this.#changing = true;
    this.#options.restart();
  }

  #fail(message: string): void {
    this.#options.tell({ type: 'webrtc-failed', attempt: this.#attempt, message });
  }
}

/** Undefined: it is something else. */
function timeOfPing(text: string): number | undefined {
  try {
    const message = parseViewerMessage(text);
    return message.type === 'ping' ? message.time : undefined;
  } catch {
    return undefined;
  }
}

function cannotCarry(codec: string): string {
  return `The codec of this stream, ${codec}, does not travel over WebRTC to this browser.`;
}
