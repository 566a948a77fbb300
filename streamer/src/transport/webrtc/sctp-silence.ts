/**
 * Notices within a few pictures that nothing comes back from the other end. Browsers answer SCTP apart from their
 * pages: a page that is busy is not silent, and whatever carries SACKs carries pictures.
 *
 * It reaches into the insides of werift's association, whose version is therefore pinned exactly.
 */
import type { RTCSctpTransport } from 'werift';
import { asksForImmediateSack } from './sctp-immediate-sack.ts';

export interface SilenceEvents {
  /** Nothing came back when it should have: the way may have broken. */
  onSilence(): void;
  /** All that was under way has arrived after all. */
  onSilenceOver(): void;
}

/** What is used of werift's association. */
interface Association {
  /** Seconds (RFC 9260 section 6.3.1); undefined before the first round trip. */
  srtt?: number;
  rttvar?: number;
  readonly sentQueue: readonly Chunk[];
  readonly isStopped: boolean;
  sendChunk(chunk: Chunk): Promise<void>;
  receiveSackChunk(chunk: unknown): Promise<void>;
}

interface Chunk {
  type: number;
  flags: number;
  acked: boolean;
}

const DATA = 0;

/** So much later than it should be is silence, ms: two frames at 60 per second and a little of a busy machine. */
const MARGIN = 40;

/**
 * What nobody asked for may come with what a busy page says: only what was asked for so long ago, ms, is missing. Of
 * pictures that go on, that is no later than {@link MARGIN} after the first that is missing.
 */
const ASKED = 20;

/** Until the first round trip is known, ms: the handshake has just been done, and may be over the world. */
const FIRST = 500;

/** To be called before the association starts. */
export function watchForSilence(
  { sctp }: RTCSctpTransport,
  { onSilence, onSilenceOver }: SilenceEvents,
): void {
  const association = sctp as unknown as Association;
  const firstSent = new WeakMap<Chunk, number>();
  const firstAsked = new WeakMap<Chunk, number>();
  let heard = Number.NEGATIVE_INFINITY;
  /** Since when, ms. */
  let silent: number | undefined;
  let waits = false;

  /** When the oldest chunk under way was sent first; undefined: nothing is. */
  function oldest(): number | undefined {
    const chunk = association.sentQueue.find(({ acked }) => !acked);
    return chunk && firstSent.get(chunk);
  }

  /** Since when an acknowledgement has been asked for; now while none has been. */
  function asked(): number {
    const chunk = association.sentQueue.find((each) => !each.acked && firstAsked.has(each));
    return chunk ? firstAsked.get(chunk)! : performance.now();
  }

  /** How long until there is silence, ms; undefined: nothing is under way. */
  function left(): number | undefined {
    const sent = oldest();
    if (sent === undefined || association.isStopped) return undefined;
    const { srtt, rttvar = 0 } = association;
    const usual = srtt === undefined ? FIRST : (srtt + 4 * rttvar) * 1000;
    // As long as anything comes back, what is late waits in a queue or is lost.
    return Math.max(Math.max(sent + usual, heard) + MARGIN, asked() + usual + ASKED) - performance.now();
  }

  function look(): void {
    waits = false;
    const time = left();
    if (time === undefined || silent !== undefined) return;
    // What came while this process was busy is read only after its timers.
    if (time <= 0) setImmediate(judge);
    else lookIn(time);
  }

  function lookIn(time: number): void {
    if (!waits) setTimeout(look, Math.ceil(time));
    waits = true;
  }

  function judge(): void {
    const time = left();
    if (time === undefined || silent !== undefined) return;
    if (time > 0) {
      lookIn(time);
      return;
    }
    silent = performance.now();
    onSilence();
  }

  const send = association.sendChunk.bind(association);
  association.sendChunk = (chunk) => {
    if (chunk.type === DATA && !firstSent.has(chunk)) {
      firstSent.set(chunk, performance.now());
      lookIn(MARGIN);
    }
    const sending = send(chunk);
    if (asksForImmediateSack(chunk) && !firstAsked.has(chunk)) firstAsked.set(chunk, performance.now());
    return sending;
  };
  const receive = association.receiveSackChunk.bind(association);
  association.receiveSackChunk = async (sack) => {
    heard = performance.now();
    await receive(sack);
    // What comes after what is lost waits for it.
    if (silent === undefined || (oldest() ?? heard) < silent) return;
    silent = undefined;
    onSilenceOver();
  };
}
