/**
 * Rate control of one viewer: how many picture updates may be on their way, and what its stream may cost. A policy
 * without I/O; times are ms on the streamer's clock unless they are the viewer's.
 *
 * Every update is acknowledged when it is decoded, so what is unacknowledged is somewhere in a socket, in the network
 * or before a decoder. As long as the oldest such update is hardly older than an acknowledgement takes on an empty
 * way, there is no queue. When it is older, nothing more is sent until it arrives: the next update then shows the
 * newest picture instead of one that waited. Where packets are known to get lost, it is late because it is sent again,
 * and the way itself is free: for a while about as much may follow as was under way before without a queue.
 */
import type { StreamRate } from '../media/api.ts';
import { createDeliveryMeter } from './delivery-meter.ts';
import { createLossMeter } from './loss-meter.ts';
import type { PacketFeedback } from './packet-feedback.ts';
import { createPacketGroups } from './packet-groups.ts';
import { createPathEstimator, WindowedMinimum } from './path-estimator.ts';
import { createRatePolicy } from './rate-policy.ts';

export interface Flow {
  /** @param video whether it has a video frame */
  sent(id: number, bytes: number, now: number, video?: boolean): void;
  /**
   * Everything up to `id` has arrived.
   *
   * @param received when that update had, ms on the viewer's clock
   */
  acknowledged(id: number, received: number, now: number): void;
  /** What became of single packets, where the transport knows: more exact than what updates tell. */
  packets(feedback: readonly PacketFeedback[], now: number): void;
  /** Forgets what is under way: the viewer has lost it, or it went another way. */
  reset(): void;
  /** How many more updates the way takes right now. */
  room(now: number): number;
  /** Whether so little is under way that what can wait would hold up nothing that moves. */
  idles(now: number): boolean;
  /** So far behind that others who watch the same stream are not to wait for this viewer. */
  isLate(now: number): boolean;
  /** What a stream for this viewer alone may cost. */
  readonly rate: StreamRate;
  /** What the way is believed to carry, kbit/s; undefined while it carries all that a stream may cost. */
  readonly bottleneck: number | undefined;
}

/** Queueing that is accepted, ms: two frames at 60 per second and the jitter of an idle machine. */
const QUEUE = 40;

/** Queueing below this is none, ms: the same as in rate-policy.ts. */
const FREE = 25;

/** Beyond the accepted queueing, ms: longer than one large key frame takes on a good way, shorter than a person waits. */
const LATE = 150;

/** The same before the first acknowledgement, ms: round trips of satellites and a large first key frame. */
const FIRST_LATE = 1000;

/** Before the first acknowledgement the way is unknown: one update to be decoded and one to follow it. */
const FIRST_WINDOW = 2;

/** More in flight than this is a queue in any case: half a second at 60 per second. */
const LARGEST_WINDOW = 30;

/** How long the shortest acknowledgement delay counts, ms: a way that became longer is believed after it (twice). */
const MEMORY = 3000;

/** A way that loses less than this part of its packets is as good as one that loses none. */
const LOSSY = 0.002;

/** Behind a late update so many times what was under way without a queue may be (RFC 8298: BYTES_IN_FLIGHT_HEAD_ROOM). */
const HEADROOM = 2;

/** How long packets are believed rather than updates after they were last told of, ms. */
const PACKETS_COUNT = 1000;

/**
 * What may be under way before what can wait does, bytes: enough that a page on a fast way is never without work, and
 * 50 ms on one of 10 Mbit/s, of which nobody knows yet how little it carries.
 */
const IDLE_BYTES = 64 * 1024;

/** The same on long ways: so many times what the video may take until it is acknowledged. */
const IDLE_SHARE = 4;

/** The same on quick ways: what arrives in so long, as it did lately, ms. A page is busy with it for as long. */
const IDLE_TIME = 20;
const IDLE_LATELY = 100;

/** Without a video frame for this long, ms, updates are of exact pixels only. */
const VIDEO_LASTS = 500;

interface Update {
  id: number;
  bytes: number;
  sent: number;
  /** Whether it has a video frame. */
  video: boolean;
}

/**
 * @param most what the stream may cost at most
 * @param sharpens whether what rests is made exact, as for `createRatePolicy`
 */
export function createFlow(most: StreamRate, sharpens = true): Flow {
  const inFlight: Update[] = [];
  const shortest = new WindowedMinimum(MEMORY);
  /** Minus the most bytes that were under way while nothing queued. */
  const mostFree = new WindowedMinimum(MEMORY);
  const path = createPathEstimator();
  const packetPath = createPathEstimator();
  const groups = createPacketGroups();
  const loss = createLossMeter();
  const updatesDelivered = createDeliveryMeter();
  const packetsDelivered = createDeliveryMeter();
  const policy = createRatePolicy(most, sharpens);
  let packetsTold = Number.NEGATIVE_INFINITY;
  let sent = 0;
  let sentVideo = 0;

  const age = (now: number): number => (inFlight[0] ? now - inFlight[0].sent : 0);

  const underWay = (): number => inFlight.reduce((sum, { bytes }) => sum + bytes, 0);

  /** kbit/s; of exact pixels no packets are told, and of updates only once they are whole. */
  const delivered = (now: number) => (period: number) =>
    Math.max(updatesDelivered.rate(now, period), packetsDelivered.rate(now, period));

  /** Bytes that the video may take in so long: kbit/s times ms are bits. */
  const carried = (time: number): number => (policy.rate.bitrate * time) / 8;

  /** Bytes that may be under way behind a late update. */
  function freeWindow(known: number): number {
    return Math.min(carried(known + QUEUE), -HEADROOM * (mostFree.value ?? 0));
  }

  /** Bytes that may be under way before what can wait has to. */
  function idleWindow(known: number, now: number): number {
    if (policy.rate.bitrate < most.bitrate) return carried(known + QUEUE);
    const quick = (delivered(now)(IDLE_LATELY) / 8) * IDLE_TIME;
    return Math.max(IDLE_BYTES, IDLE_SHARE * carried(known), quick);
  }

  return {
    sent(id, bytes, now, video = true) {
      inFlight.push({ id, bytes, sent: now, video });
      sent = now;
      if (video) sentVideo = now;
    },
    acknowledged(id, received, now) {
      const index = inFlight.findIndex((update) => update.id === id);
      if (index < 0) return;
      const before = underWay();
      const arrived = inFlight.splice(0, index + 1);
      for (const { bytes } of arrived) updatesDelivered.add(bytes, now);
      const update = arrived.at(-1)!;
      shortest.add(now - update.sent, now);
      const estimate = path.add({ ...update, received });
      if (estimate.queueing < FREE) mostFree.add(-before, now);
      // Of exact pixels no packets are told.
      if (!update.video || now - packetsTold > PACKETS_COUNT) policy.update(estimate, delivered(now), now);
    },
    packets(feedback, now) {
      packetsTold = now;
      loss.add(feedback, now);
      policy.lost(loss.fraction, now);
      for (const { bytes, received } of feedback)
        if (received !== undefined) packetsDelivered.add(bytes, now);
      for (const group of groups.add(feedback)) policy.update(packetPath.add(group), delivered(now), now);
    },
    reset() {
      inFlight.length = 0;
    },
    room(now) {
      const known = shortest.value;
      if (known === undefined) return Math.max(0, FIRST_WINDOW - inFlight.length);
      const late = age(now) - known - QUEUE;
      const goesOn = late <= 0 || (late <= LATE && loss.fraction > LOSSY && underWay() < freeWindow(known));
      return goesOn ? Math.max(0, LARGEST_WINDOW - inFlight.length) : 0;
    },
    idles(now) {
      return underWay() < idleWindow(shortest.value ?? 0, now);
    },
    isLate(now) {
      const known = shortest.value;
      return age(now) > (known === undefined ? FIRST_LATE : known + QUEUE + LATE);
    },
    get bottleneck() {
      const { bitrate } = policy.rate;
      return bitrate < most.bitrate ? bitrate : undefined;
    },
    get rate() {
      // Fewer frames leave each more bits. Exact pixels take what they take.
      return sent - sentVideo < VIDEO_LASTS ? policy.rate : { ...policy.rate, fps: most.fps };
    },
  };
}
