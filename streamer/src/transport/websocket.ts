/** One viewer and its WebSocket: messages in both directions, and pictures until they take a better way. */
import type { Writable } from 'node:stream';
import {
  CLOSE_CODE,
  MAX_STREAMER_MESSAGE,
  type Of,
  ProtocolError,
  parseViewerMessage,
  type ViewerMessage,
} from '@deskside/protocol';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Refusal, ViewerConnection } from '../session/connection.ts';
import type { Admittance } from '../session/guest.ts';
import type { Session } from '../session/session.ts';
import type { Viewer } from '../session/viewer.ts';
import type { WaitingRoom } from './waiting-room.ts';
import { Ways, type WaysOptions } from './ways.ts';
import { frameOf } from './websocket-frame.ts';

export interface WebSocketViewerOptions {
  session: Session;
  /** What the request's own credentials are worth. */
  admitted: Admittance;
  /** What a token in `hello` is worth. Takes its time for a wrong one. */
  admitToken(token: string): Promise<Admittance>;
  waitingRoom: WaitingRoom;
  /** Ways over WebRTC; undefined: switched off. */
  createPeer: WaysOptions['createPeer'];
  /** Somebody was let in. */
  onJoined(): void;
  log: Logger;
}

/** Largest `hello`, bytes: 32 codec strings and a token; nothing larger is read from someone who has not come in. */
const MAX_HELLO = 8 * 1024;

/** A dead peer is noticed after one to two of these, ms. Proxies drop idle sockets after 60 s and more. */
const HEARTBEAT = 15_000;

/**
 * Unsent bytes at which a peer counts as dead. Acknowledgements bound the pictures, so only a peer that asks and does
 * not read gets here.
 */
const MAX_BACKLOG = MAX_STREAMER_MESSAGE + 1024 * 1024;

/**
 * Unsent bytes at which sound is dropped: what is behind them comes too late on a slow way, and on a fast one so much
 * is gone within a frame.
 */
const MAX_BACKLOG_OF_SOUND = 256 * 1024;

/** Larger messages are not copied, bytes. */
const MAX_COPIED = 16 * 1024;

/**
 * Serves the socket until it closes.
 *
 * @param wire what the socket's frames are written to; frames may not be compressed on it
 */
export function serveWebSocket(socket: WebSocket, wire: Writable, options: WebSocketViewerOptions): void {
  const { session, admitted, admitToken, waitingRoom, log } = options;
  let greeted = false;
  let viewer: Viewer | undefined;
  const line = openLine(socket, wire);
  const ways = new Ways({
    webSocket: line,
    tell: line.send,
    createPeer: options.createPeer,
    onMessage: (data) => guard(() => viewer?.receive(data)),
    onFeedback: (packets) => viewer?.packetsArrived(packets),
    bottleneck: () => viewer?.flow.bottleneck,
    refresh: () => viewer?.refresh(),
    sentAgain: () => viewer?.sentAgain(),
    restart: () => viewer?.restart(),
  });
  const connection: ViewerConnection = {
    ...line,
    send(message) {
      if (message.type === 'stream') ways.onFormat(message);
      line.send(message);
    },
    sendUpdate: (update) => ways.sendUpdate(update),
    sendSound: (packet) => ways.sendSound(packet),
    acknowledged: (id) => ways.acknowledged(id),
    signal: (signal) => ways.signal(signal),
  };

  const waiting = waitingRoom.enter(() => connection.refuse(badMessage('no hello in time')));
  const heartbeat = startHeartbeat(socket);

  function hear(data: string | Buffer): void {
    if (viewer) {
      viewer.receive(data, true);
    } else {
      if (greeted) throw new ProtocolError('a message before the welcome');
      greeted = true;
      admit(readHello(data)).catch(fail);
    }
  }

  async function admit(hello: Of<ViewerMessage, 'hello'>): Promise<void> {
    const { token } = hello;
    const { guest, refusal } = token === undefined ? admitted : await admitToken(token);
    if (socket.readyState !== socket.OPEN) return;
    waiting[Symbol.dispose]();
    if (!guest) return connection.refuse(refusal);
    viewer = session.join(connection, hello, guest);
    options.onJoined();
  }

  function fail(error: unknown): void {
    if (error instanceof ProtocolError) {
      log.info({ error: error.message }, 'a viewer broke the protocol');
      connection.refuse(badMessage(error.message));
    } else {
      log.error({ err: error }, 'a message of a viewer could not be handled');
      connection.refuse(badMessage('the streamer could not handle it; its log says more'));
    }
  }

  function guard(act: () => void): void {
    if (socket.readyState !== socket.OPEN) return;
    try {
      act();
    } catch (error) {
      fail(error);
    }
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    guard(() => hear(isBinary ? (data as Buffer) : String(data)));
  });
  socket.on('error', (error) => log.info({ error: error.message }, 'socket of a viewer failed'));
  socket.on('close', (code) => {
    waiting[Symbol.dispose]();
    clearInterval(heartbeat);
    ways[Symbol.dispose]();
    viewer?.[Symbol.dispose]();
    log.debug({ code }, 'socket of a viewer closed');
  });
}

function badMessage(problem: string): Refusal {
  return {
    reason: 'message',
    message: `A message of this viewer does not follow the protocol: ${problem}.`,
    remedy: 'Reload the page. If it happens again, update the viewer or the streamer.',
  };
}

function readHello(data: string | Buffer): Of<ViewerMessage, 'hello'> {
  if (typeof data !== 'string') throw new ProtocolError('bytes before hello');
  if (data.length > MAX_HELLO) throw new ProtocolError(`a hello above ${MAX_HELLO} bytes`);
  const message = parseViewerMessage(data);
  if (message.type !== 'hello') throw new ProtocolError(`${message.type} before hello`);
  return message;
}

function openLine(socket: WebSocket, wire: Writable): Omit<ViewerConnection, 'signal' | 'acknowledged'> {
  function send(data: string | Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_BACKLOG) socket.terminate();
    // The library writes each of its frames at once and whole: these come in between.
    else if (data.length <= MAX_COPIED) wire.write(frameOf(data));
    else socket.send(data);
  }
  return {
    send: (message) => send(JSON.stringify(message)),
    sendBinary: send,
    sendUpdate: send,
    sendSound(packet) {
      if (socket.bufferedAmount <= MAX_BACKLOG_OF_SOUND) send(packet);
    },
    refuse(refusal) {
      send(JSON.stringify({ type: 'refused', ...refusal }));
      socket.close(CLOSE_CODE[refusal.reason], refusal.reason);
    },
  };
}

/** Pings (RFC 6455 section 5.5.2) and ends the socket when nothing came since the last ping. */
function startHeartbeat(socket: WebSocket): NodeJS.Timeout {
  let alive = true;
  const live = (): void => {
    alive = true;
  };
  socket.on('pong', live).on('message', live);
  return setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, HEARTBEAT);
}
