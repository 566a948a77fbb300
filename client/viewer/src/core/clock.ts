/** Ms since the Unix epoch on this page's monotonic clock, comparable between the page and its workers. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** How many answers the estimate looks back on: at one each 5 s, drift of the clocks is followed within a minute. */
const SAMPLES = 12;

/**
 * How far the streamer's clock is ahead of ours, as NTP estimates it (RFC 5905 section 8): an answer tells the offset
 * up to half of its round trip, so the quickest of the recent ones counts.
 */
export class ClockOffset {
  readonly #samples: { roundTrip: number; offset: number }[] = [];

  /**
   * @param sent when we asked, ms on our clock
   * @param received when the answer came, ms on our clock
   * @param streamerTime what it says, ms on the streamer's clock
   */
  add(sent: number, received: number, streamerTime: number): void {
    this.#samples.push({ roundTrip: received - sent, offset: streamerTime - (sent + received) / 2 });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Ms to add to our time for the streamer's; undefined before the first answer. */
  get offset(): number | undefined {
    return this.#quickest?.offset;
  }

  /** The quickest round trip lately, ms. */
  get roundTrip(): number | undefined {
    return this.#quickest?.roundTrip;
  }

  get #quickest() {
    return this.#samples.reduce<{ roundTrip: number; offset: number } | undefined>(
      (best, sample) => (best && best.roundTrip <= sample.roundTrip ? best : sample),
      undefined,
    );
  }
}
