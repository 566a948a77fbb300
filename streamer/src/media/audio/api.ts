/** What the rest of the streamer knows of the desktop's sound. */

export interface Sound {
  /** 1 or 2. */
  readonly channels: number;
  /**
   * Calls back with the bytes of each `AudioPacket`, as they go over the wire, until the result is disposed of. However
   * many listen it is encoded once; while nobody does, nothing is recorded.
   */
  listen(listener: (packet: Uint8Array) => void): Disposable;
}
