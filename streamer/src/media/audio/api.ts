/** What the rest of the streamer knows of the desktop's sound. */

export interface Sound {
  /** 1 to 8. */
  readonly channels: number;
  /**
   * Calls back with the bytes of each `AudioPacket`, as they go over the wire, until the result is disposed of. However
   * many listen it is encoded once; while nobody does, nothing is recorded.
   */
  listen(listener: (packet: Uint8Array) => void): Disposable;
}

/** What the desktop's programs record from. */
export interface Microphone {
  /** Opens it for one person; for whoever spoke before it is over. */
  speak(events: SpeakingEvents): Speaking;
}

export interface SpeakingEvents {
  /** From now on programs hear what is sent. Also after a failure, when it works again. */
  onReady(): void;
  /** Nothing comes through for now. */
  onFailed(reason: string): void;
  /** Somebody else speaks: the last event. */
  onTaken(): void;
}

/** What one person says, until it is disposed of. */
export interface Speaking extends Disposable {
  /** The bytes of an `AudioPacket` of one channel; dropped where they would wait. */
  send(packet: Uint8Array): void;
}
