/** Which encoder a stream gets. */
import { CODEC_PREFIXES, type CodecName, type EncoderKind, FULL_CHROMA_PREFIX } from './encoder-kind.ts';
import { type EncoderProbe, probeApart, probeHere } from './encoder-probe.ts';

export interface EncoderWish {
  /** Name of an encoder, or `auto`. */
  encoder: string;
  codec: CodecName | 'auto';
  /** Colours: one for four pixels, or one for each where the viewers decode that; 420 if not given. */
  chroma?: '420' | '444';
  /** Number of the GPU, as its driver counts. */
  gpu: number;
}

/** CPU time for a frame by an encoder's name, ms; undefined where it was not measured. */
export type Costs = (name: string) => number | undefined;

/** The encoders of a table that work here, by what a person wishes. */
export class EncoderChoice {
  readonly #table: readonly EncoderKind[];
  readonly #wish: EncoderWish;
  readonly #costs: Costs;
  readonly #probe: EncoderProbe;
  readonly #faults = new Map<EncoderKind, Promise<string | undefined>>();

  /** @param table in the order that counts where nothing else tells */
  constructor(
    table: readonly EncoderKind[],
    wish: EncoderWish,
    costs: Costs = () => undefined,
    probe: EncoderProbe = probeCarefully,
  ) {
    this.#table = table;
    this.#wish = wish;
    this.#costs = costs;
    this.#probe = probe;
  }

  get gpu(): number {
    return this.#wish.gpu;
  }

  /**
   * The best encoder for viewers: the wished chroma before another, hardware before software, then the one that takes
   * clearly less CPU time, then the codec that the viewers like better.
   *
   * @param codecs codec strings that every viewer of the stream decodes, best first
   * @throws Error saying what to install or which setting to change
   */
  async choose(codecs: readonly string[]): Promise<EncoderKind> {
    const faults: string[] = [];
    for (const kind of this.#ranked(codecs)) {
      const fault = await this.fault(kind);
      if (fault === undefined) return kind;
      faults.push(fault);
    }
    throw new Error(faults.join(' '));
  }

  /**
   * Loads GStreamer and probes what will be taken first, so that the first viewer does not wait for it (half a second,
   * measured). What is wrong is told to whoever opens a stream.
   */
  async warmUp(): Promise<void> {
    await this.choose(Object.values(CODEC_PREFIXES).flat()).catch(() => {});
  }

  /** Why an encoder does not work here; undefined if a small pipeline with it gave a frame. Asked once for each kind. */
  fault(kind: EncoderKind): Promise<string | undefined> {
    const known = this.#faults.get(kind);
    if (known) return known;
    const fault = this.#probe(kind, this.gpu);
    this.#faults.set(kind, fault);
    return fault;
  }

  /** An encoder failed in the middle: it is not chosen again in the life of this process. */
  giveUp(kind: EncoderKind, error: unknown): void {
    this.#faults.set(kind, Promise.resolve(`${kind.name} failed while it ran: ${textOf(error)}`));
  }

  #ranked(codecs: readonly string[]): EncoderKind[] {
    const wished = this.#wished();
    const places = new Map(wished.map((kind) => [kind, placeOf(kind, codecs)]));
    const decoded = wished.filter((kind) => places.get(kind) !== -1);
    if (decoded.length === 0) {
      const names = wished.map(({ name, codec }) => `${name} (${codec})`).join(', ');
      throw new Error(
        `The viewer decodes ${codecs.join(', ') || 'nothing'}, but there is only ${names}. Use a browser with H.264, or set --encoder and --codec to auto.`,
      );
    }
    return decoded.sort(
      (a, b) =>
        Number(b.fullChroma ?? false) - Number(a.fullChroma ?? false) ||
        Number(b.hardware) - Number(a.hardware) ||
        this.#costStep(a) - this.#costStep(b) ||
        places.get(a)! - places.get(b)!,
    );
  }

  #wished(): EncoderKind[] {
    const { encoder, codec, chroma } = this.#wish;
    const wished = this.#table.filter(
      ({ name, codec: made, fullChroma }) =>
        (encoder === 'auto' ? !fullChroma || chroma === '444' : name === encoder) &&
        (codec === 'auto' || made === codec),
    );
    if (wished.length > 0) return wished;
    const names = this.#table.map(({ name, codec: made }) => `${name} (${made})`).join(', ');
    throw new Error(
      `No encoder is ${encoder} and makes ${codec}. Set --encoder and --codec to auto or to one of: ${names}.`,
    );
  }

  /** Costs in doublings: smaller differences are the measurement's noise, and what is not known is no reason. */
  #costStep({ name }: EncoderKind): number {
    const cost = this.#costs(name);
    return cost === undefined ? 0 : Math.max(0, Math.round(Math.log2(cost / CHEAP_MS)));
  }
}

/** What works elsewhere is probed here, which makes it ready for the first viewer. */
const probeCarefully: EncoderProbe = (kind, gpu) => (kind.mayHang ? probeApart : probeHere)(kind, gpu);

/** Of a frame of 1280x720; below it, saving CPU time is no reason for another codec. */
const CHEAP_MS = 4;

/** Place of the kind's codec among those that viewers decode; -1 if they do not. */
function placeOf({ codec, fullChroma }: EncoderKind, codecs: readonly string[]): number {
  const prefixes = fullChroma ? [FULL_CHROMA_PREFIX] : CODEC_PREFIXES[codec];
  return codecs.findIndex((string) => prefixes.some((prefix) => string.startsWith(prefix)));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
