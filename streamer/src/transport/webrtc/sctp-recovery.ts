/**
 * Makes werift's SCTP carry pictures: what is lost is sent again after a round trip, and nothing waits for a congestion
 * window, since session/flow decides how much is under way. By itself it opens its window slowly, closes it at each
 * loss, and waits a second (RFC 9260 section 16, RTO.Min) for a lost tail: a frozen picture.
 *
 * It reaches into the insides of werift's association, whose version is therefore pinned exactly.
 */
import type { RTCSctpTransport } from 'werift';

/** What is used of werift's association. */
interface Association {
  cwnd: number;
  /** Seconds, as are those below. */
  rto: number;
  srtt?: number;
  rttvar?: number;
  /** Bytes under way. */
  readonly flightSize: number;
  sentQueue: Chunk[];
  outboundQueue: Chunk[];
  timer3Handle: unknown;
  timer3Expired: () => void;
  readonly isStopped: boolean;
  sendChunk(chunk: Chunk): Promise<void>;
  receiveSackChunk(chunk: unknown): Promise<void>;
  transmit(): Promise<void>;
  transmitOnce(): Promise<void>;
  flightSizeDecrease(chunk: Chunk): void;
}

interface Chunk {
  type: number;
  acked: boolean;
  retransmit: boolean;
  sentCount: number;
}

const DATA = 0;

/** Before the first round trip is known, s (RFC 6298 section 2 has 1; dcSCTP in libwebrtc has 0.5). */
const FIRST_RTO = 0.5;

/** Besides the round trip, s: two frames at 60 per second and a busy machine. Sending again too early does no harm. */
const LEAST_VARIATION = 0.05;

/** A way that lost something twice within this time is expected to lose more for as long, ms. */
const LOSSY = 10_000;

/** Losses within this time are one, ms: a burst that was too much for a buffer. */
const TOGETHER = 200;

/** Bytes under way that count as light: a few small updates on a way around half the world. */
const LIGHT = 24 * 1024;

/** What goes twice goes again after this, ms: what is lost is often lost together. */
const REPEAT_AFTER = 6;

/** Of the usual round trip; sooner than this comes no answer to what was just sent. */
const LIKELY = 0.75;

/** Each time that nothing comes back doubles the wait, up to this factor: a way that is gone is not flooded. */
const MOST_BACKOFF = 64;

/**
 * To be called before the association starts.
 *
 * @param bottleneck what the way is believed to carry, kbit/s; undefined: no bottleneck is known
 */
export function recoverQuickly({ sctp }: RTCSctpTransport, bottleneck: () => number | undefined): void {
  const association = sctp as unknown as Association;
  openWindow(association);
  const onLoss = sendTwiceWhereThereAreLosses(association, bottleneck);
  const sentAt = noteSending(association);
  resendWhatWasOvertaken(association, sentAt, onLoss);
  probeTail(association);
}

function openWindow(association: Association): void {
  Object.defineProperty(association, 'cwnd', { get: () => Number.MAX_SAFE_INTEGER, set() {} });
  const once = association.transmitOnce.bind(association);
  // Each call sends a few packets only, which is meant for windows that just opened.
  association.transmitOnce = async () => {
    let left: number;
    do {
      left = association.outboundQueue.length;
      await once();
    } while (association.outboundQueue.length > 0 && association.outboundQueue.length < left);
  };
}

/** @returns when each chunk was sent last, ms */
function noteSending(association: Association): WeakMap<Chunk, number> {
  const sentAt = new WeakMap<Chunk, number>();
  const send = association.sendChunk.bind(association);
  association.sendChunk = (chunk) => {
    if (chunk.type === DATA) sentAt.set(chunk, performance.now());
    return send(chunk);
  };
  return sentAt;
}

/**
 * All that follows waits for what is lost, a round trip long, which is a few pictures. Where losses are no sign of too
 * much, what is light goes twice instead, before anybody asks for it.
 *
 * @returns to be told of losses
 */
function sendTwiceWhereThereAreLosses(
  association: Association,
  bottleneck: () => number | undefined,
): () => void {
  const send = association.sendChunk.bind(association);
  let lossyUntil = Number.NEGATIVE_INFINITY;
  function hasRoom(): boolean {
    const { flightSize, srtt = 0 } = association;
    // Bits in a ms are kbit/s: what is under way is what is sent in a round trip.
    const rate = (flightSize * 8) / (srtt * 1000);
    return flightSize < LIGHT && 2 * rate < (bottleneck() ?? Number.POSITIVE_INFINITY);
  }
  association.sendChunk = async (chunk) => {
    await send(chunk);
    if (chunk.type !== DATA || performance.now() > lossyUntil || !hasRoom()) return;
    setTimeout(() => {
      if (association.sentQueue.includes(chunk) && !chunk.acked) send(chunk).catch(() => {});
    }, REPEAT_AFTER);
  };
  let lastLoss = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - lastLoss < TOGETHER) return;
    if (now - lastLoss < LOSSY) lossyUntil = now + LOSSY;
    lastLoss = now;
  };
}

/** What was sent before something that has arrived is lost (RACK, RFC 8985 section 6.2): routes seldom reorder. */
function resendWhatWasOvertaken(
  association: Association,
  sentAt: WeakMap<Chunk, number>,
  onLoss: () => void,
): void {
  const receive = association.receiveSackChunk.bind(association);
  let newest = Number.NEGATIVE_INFINITY;
  association.receiveSackChunk = async (sack) => {
    const before = association.sentQueue.filter(({ acked }) => !acked);
    await receive(sack);
    const still = new Set(association.sentQueue);
    for (const chunk of before) {
      const arrived = chunk.acked || !still.has(chunk);
      const sent = sentAt.get(chunk);
      if (!arrived || sent === undefined) continue;
      // Of one that was sent again an earlier one may have arrived: then word of it comes too soon.
      const usual = (association.srtt ?? 0) * 1000 * LIKELY;
      if (chunk.sentCount === 1 || performance.now() - sent >= usual) newest = Math.max(newest, sent);
    }
    const lost = association.sentQueue.filter(
      (chunk) => !chunk.acked && !chunk.retransmit && (sentAt.get(chunk) ?? newest) < newest,
    );
    for (const chunk of lost) sendAgain(association, chunk);
    if (lost.length === 0) return;
    onLoss();
    await association.transmit();
  };
}

/** When nothing comes back, the oldest alone is sent again (RFC 8985 section 7): its answer tells of all others. */
function probeTail(association: Association): void {
  let backoff = 1;
  const receive = association.receiveSackChunk.bind(association);
  association.receiveSackChunk = (sack) => {
    backoff = 1;
    return receive(sack);
  };
  Object.defineProperty(association, 'rto', {
    get() {
      const { srtt, rttvar = 0 } = association;
      if (srtt === undefined) return FIRST_RTO * backoff;
      return (srtt + Math.max(4 * rttvar, LEAST_VARIATION)) * backoff;
    },
    set() {},
  });
  association.timer3Expired = () => {
    if (association.isStopped) return;
    association.timer3Handle = undefined;
    backoff = Math.min(MOST_BACKOFF, backoff * 2);
    const [oldest] = association.sentQueue;
    if (oldest) sendAgain(association, oldest);
    void association.transmit();
  };
}

function sendAgain(association: Association, chunk: Chunk): void {
  chunk.retransmit = true;
  association.flightSizeDecrease(chunk);
}
