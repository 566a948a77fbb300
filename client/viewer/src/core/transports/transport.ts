/** A way to the streamer: carries text and binary messages of the protocol, in order. */
export interface Transport extends Disposable {
  /** Sends at once; does nothing when the way is not open. */
  send(message: string | Uint8Array<ArrayBuffer>): void;
}

export interface TransportEvents {
  /** The streamer waits for hello. Not told of where it was said already. */
  onOpen(): void;
  onMessage(message: string | ArrayBuffer): void;
  /** The last event. `code` as in RFC 6455 section 7.4; 1006 where nothing else is known. */
  onClose(code: number, reason: string): void;
}
