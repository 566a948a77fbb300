/**
 * Turns pieces of sound, which come when the network brings them, into sound without gaps: an adaptive buffer. It plays
 * a little faster or slower (never more than {@link MAX_CORRECTION}) to keep as much in hand as the arrivals demand,
 * which also makes up for clocks that differ. No I/O, no DOM: times are counted in samples.
 */

export interface Piece {
  /** Samples of each channel, -1 to 1. */
  channels: readonly Float32Array[];
  /** The first one after silence: nothing has to fit on to what was before. */
  marker: boolean;
  /** Pieces that should have come before this one and did not. */
  lost: number;
}

const SAMPLES_PER_MS = 48;

/** Sound that is kept at most: beyond it a page was asleep, and the newest counts. */
const CAPACITY = 1000 * SAMPLES_PER_MS;

/** In hand at the worst moment; less runs dry by the jitter of timers, more is latency. */
const LEAST_MARGIN = 8 * SAMPLES_PER_MS;
const FIRST_MARGIN = 15 * SAMPLES_PER_MS;
const MOST_MARGIN = 150 * SAMPLES_PER_MS;

/** What a run dry adds to the margin, and which part of it half a second without one leaves. */
const MARGIN_STEP = 10 * SAMPLES_PER_MS;
const MARGIN_DECAY = 0.995;

/** How long the least amount in hand is looked for before the speed is set anew. */
const WINDOW = 500 * SAMPLES_PER_MS;

/** The time in which a surplus is to be played off. */
const CORRECTION_TIME = 2000 * SAMPLES_PER_MS;

/** A twelfth of a semitone: nobody hears that. */
const MAX_CORRECTION = 0.005;

/** Deviations this small are left alone: samples pass through as they are. */
const DEAD_BAND = SAMPLES_PER_MS;

/** A surplus above this is cut out at once; playing it off would take too long. */
const MAX_SURPLUS = 80 * SAMPLES_PER_MS;

/** Length of every transition: none of them clicks. */
const FADE = 3 * SAMPLES_PER_MS;

/** Samples about the point of interpolation. */
const TAPS = 2;

/** What has not come for this many pieces is silence; before that the last piece is drawn out. */
const MAX_CONCEALED = 6;

export class Playout {
  readonly #ring: Float32Array[];
  /** Samples ever written, and where the next sample is read from: fractions while the speed is not 1. */
  #written = 0;
  #read = 0;
  #speed = 1;
  /** The speed is to be 1 as soon as the next sample is a whole one. */
  #straightens = false;
  #margin = FIRST_MARGIN;
  #playing = false;
  /** Silence that remains before what has come is played. */
  #wait = 0;
  #least = Number.POSITIVE_INFINITY;
  #windowLeft = WINDOW;
  /** Samples to be left out. */
  #surplus = 0;
  /** Loudness of what is read: 0 to 1 within `FADE`. */
  #gain = 0;
  #concealed = 0;

  /** @param channels of what is played; pieces with fewer play on all of them */
  constructor(channels: number) {
    this.#ring = Array.from({ length: channels }, () => new Float32Array(CAPACITY));
  }

  /** Samples in hand: what comes now is heard that much later. */
  get level(): number {
    return this.#written - this.#read;
  }

  /** How often sound was made up because none had come. */
  get concealed(): number {
    return this.#concealed;
  }

  push(piece: Piece): void {
    const length = piece.channels[0]!.length;
    if (!this.#playing) this.#begin(piece);
    else if (piece.lost > 0) this.#bridge(Math.min(piece.lost, MAX_CONCEALED) * length);
    this.#write(piece.channels);
    // The next piece is due in its own length: as much as the margin is to be in hand then.
    this.#wait = Math.max(0, Math.min(this.#wait, this.#margin + length - this.level));
    if (this.level > CAPACITY / 2) this.#read = this.#written - Math.round(this.#margin);
  }

  /** Fills the output, always. */
  render(output: readonly Float32Array[]): void {
    const length = output[0]!.length;
    for (let i = 0; i < length; ) {
      const plain = this.#countPlain(length - i);
      if (plain > 0) this.#copy(output, i, plain);
      else this.#renderSample(output, i);
      i += Math.max(1, plain);
    }
    this.#windowLeft -= length;
    if (this.#windowLeft <= 0) this.#adapt();
  }

  #begin({ marker }: Piece): void {
    if (!marker) this.#margin = Math.min(MOST_MARGIN, this.#margin + MARGIN_STEP);
    this.#playing = true;
    this.#wait = this.#margin;
    this.#read = this.#written;
    this.#gain = 0;
    this.#surplus = 0;
    this.#speed = 1;
    this.#straightens = false;
    this.#startWindow();
  }

  /** How many of the next samples, of so many, are heard as they are: most, since little is corrected and little fades. */
  #countPlain(most: number): number {
    const plain = this.#playing && this.#speed === 1 && this.#gain === 1 && this.#surplus === 0;
    return plain ? Math.min(most, this.level - TAPS - FADE) : 0;
  }

  #copy(output: readonly Float32Array[], at: number, count: number): void {
    for (const [index, target] of output.entries()) {
      const ring = this.#ring[Math.min(index, this.#ring.length - 1)]!;
      let from = this.#read % CAPACITY;
      for (let i = at; i < at + count; i++) {
        target[i] = ring[from]!;
        from = from + 1 === CAPACITY ? 0 : from + 1;
      }
    }
    this.#read += count;
    this.#least = Math.min(this.#least, this.level - TAPS + 1);
  }

  #renderSample(output: readonly Float32Array[], i: number): void {
    const gain = this.#nextGain();
    for (let index = 0; index < output.length; index++) {
      const ring = this.#ring[Math.min(index, this.#ring.length - 1)]!;
      output[index]![i] = gain === 0 ? 0 : gain * interpolate(ring, this.#read);
    }
    if (gain > 0) this.#advance();
  }

  #advance(): void {
    const next = this.#read + this.#speed;
    const passed = Math.floor(next) - Math.floor(this.#read) !== 1;
    this.#read = this.#straightens && passed ? Math.round(next) : next;
    if (!this.#straightens || !Number.isInteger(this.#read)) return;
    this.#speed = 1;
    this.#straightens = false;
  }

  /** Loudness of the next sample; 0: none is to be read. Fades in at a beginning, and out where nothing has followed. */
  #nextGain(): number {
    if (!this.#playing) return 0;
    if (this.#wait > 0) {
      this.#wait--;
      return 0;
    }
    const left = this.level - TAPS;
    if (left <= 0) {
      this.#playing = false;
      return 0;
    }
    if (left < this.#least) this.#least = left;
    this.#fade();
    return Math.min(this.#gain, left / FADE);
  }

  /** In; but out, and then over it, where there is a surplus to leave out. */
  #fade(): void {
    const step = this.#surplus > 0 ? -1 / FADE : 1 / FADE;
    this.#gain = Math.max(0, Math.min(1, this.#gain + step));
    if (this.#gain > 0) return;
    this.#read += this.#surplus;
    this.#surplus = 0;
  }

  #write(channels: readonly Float32Array[]): void {
    for (const [index, ring] of this.#ring.entries()) {
      const samples = channels[Math.min(index, channels.length - 1)]!;
      for (let i = 0; i < samples.length; i++) ring[(this.#written + i) % CAPACITY] = samples[i]!;
    }
    this.#written += channels[0]!.length;
  }

  /** Draws out the newest sound, ever more quietly, in place of what was lost. */
  #bridge(length: number): void {
    const period = Math.min(length, 10 * SAMPLES_PER_MS);
    const from = this.#written - period;
    const bridge = this.#ring.map((ring) =>
      Float32Array.from({ length }, (_, i) => {
        // There and back again: no step between the end of a period and the next one.
        const turn = i % (2 * period);
        const offset = turn < period ? period - 1 - turn : turn - period;
        return ring[(from + offset + CAPACITY) % CAPACITY]! * (1 - i / length);
      }),
    );
    this.#write(bridge);
    this.#concealed++;
  }

  #adapt(): void {
    const surplus = this.#least - this.#margin;
    this.#margin = Math.max(LEAST_MARGIN, this.#margin * MARGIN_DECAY);
    if (this.#playing && Number.isFinite(surplus)) {
      if (surplus > MAX_SURPLUS) this.#surplus = Math.round(surplus);
      const speed = surplus > MAX_SURPLUS ? 1 : speedFor(surplus);
      this.#straightens = speed === 1 && this.#speed !== 1;
      if (!this.#straightens) this.#speed = speed;
    }
    this.#startWindow();
  }

  #startWindow(): void {
    this.#windowLeft = WINDOW;
    this.#least = Number.POSITIVE_INFINITY;
  }
}

function speedFor(surplus: number): number {
  if (Math.abs(surplus) < DEAD_BAND) return 1;
  return 1 + Math.max(-MAX_CORRECTION, Math.min(MAX_CORRECTION, surplus / CORRECTION_TIME));
}

/** Cubic Hermite between the two samples about `position`; exact where it is a whole number. */
function interpolate(ring: Float32Array, position: number): number {
  const whole = Math.floor(position);
  const t = position - whole;
  const b = ring[whole % CAPACITY]!;
  if (t === 0) return b;
  const a = ring[(whole + CAPACITY - 1) % CAPACITY]!;
  const c = ring[(whole + 1) % CAPACITY]!;
  const d = ring[(whole + 2) % CAPACITY]!;
  const slope = (c - a) / 2;
  const curve = a - 2.5 * b + 2 * c - d / 2;
  const twist = (d - a) / 2 + 1.5 * (b - c);
  return ((twist * t + curve) * t + slope) * t + b;
}
