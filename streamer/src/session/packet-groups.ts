import type { PacketFeedback } from './packet-feedback.ts';
import type { Delivery } from './path-estimator.ts';

/** Packets that were sent within this time are one group, ms (draft-ietf-rmcat-gcc-02 section 5.2: burst_time). */
const BURST = 5;

export interface PacketGroups {
  /** Takes note of packets in the order in which they were sent, and tells which groups are complete by that. */
  add(packets: readonly PacketFeedback[]): Delivery[];
}

/** Puts packets that left together together: one alone is too short to tell what a way carries. */
export function createPacketGroups(): PacketGroups {
  let open: Delivery | undefined;

  function put({ bytes, sent }: PacketFeedback, received: number): Delivery | undefined {
    if (open && sent - open.sent <= BURST) {
      open.bytes += bytes;
      open.received = Math.max(open.received, received);
      return undefined;
    }
    const complete = open;
    open = { bytes, sent, received };
    return complete;
  }

  return {
    add(packets) {
      return packets.flatMap((packet) => {
        // One that comes after it was given up for lost belongs to a group that is gone.
        const late = open !== undefined && packet.sent < open.sent;
        return packet.received === undefined || late ? [] : (put(packet, packet.received) ?? []);
      });
    },
  };
}
