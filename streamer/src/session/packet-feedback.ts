/**
 * What became of one packet, where a transport numbers its packets and the viewer tells of each (on WebRTC the
 * transport-wide feedback of draft-holmer-rmcat-transport-wide-cc-extensions-01).
 */
export interface PacketFeedback {
  /** On the wire, headers of IP and UDP included. */
  bytes: number;
  /** ms on the streamer's clock. */
  sent: number;
  /**
   * ms on a clock of the viewer's of which only differences mean anything; undefined: not there when later ones were.
   * One that was merely overtaken is told of again when it comes.
   */
  received: number | undefined;
}
