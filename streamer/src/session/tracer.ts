/** Follows picture updates through every stage, from the X server to each viewer's screen, for `deskside trace`. */
import { type Acknowledgement, peekPictureUpdate } from '@deskside/protocol';
import type { Media, UpdateStages } from '../media/api.ts';
import { chromeTrace, type Journey, type TraceEvent } from './chrome-trace.ts';
import { streamerTime } from './clock.ts';

/** What one viewer tells the tracer. */
export interface ViewerTrace {
  sent(update: Uint8Array): void;
  acknowledged(acknowledgement: Acknowledgement): void;
}

/** Updates that are followed at most: memory stays bounded, and nobody reads more. */
const MOST_UPDATES = 10_000;

export class Tracer {
  readonly #media: Pick<Media, 'trace'>;
  #stages: Map<string, UpdateStages> | undefined;
  #journeys: Journey[] = [];
  /** By viewer, stream and id: those that are under way. */
  #underWay = new Map<string, Journey>();

  constructor(media: Pick<Media, 'trace'>) {
    this.#media = media;
  }

  /**
   * What happens from now on for so many ms, as Chrome trace events.
   *
   * @throws Error if somebody traces already
   */
  async record(duration: number): Promise<TraceEvent[]> {
    if (this.#stages) throw new Error('Somebody traces this desktop already.');
    const stages = new Map<string, UpdateStages>();
    this.#stages = stages;
    this.#journeys = [];
    using _tracing = this.#media.trace((update) => {
      if (stages.size < MOST_UPDATES) stages.set(`${update.stream}/${update.id}`, update);
    });
    await new Promise((resolve) => setTimeout(resolve, duration));
    this.#stages = undefined;
    this.#underWay.clear();
    return chromeTrace(stages, this.#journeys);
  }

  /** @param viewer as in its `welcome` */
  follow(viewer: string): ViewerTrace {
    return {
      sent: (update) => {
        if (!this.#stages || this.#journeys.length >= MOST_UPDATES) return;
        const { stream, id } = peekPictureUpdate(update);
        const journey = { viewer, stream, id, bytes: update.byteLength, sent: streamerTime() };
        this.#journeys.push(journey);
        this.#underWay.set(`${viewer}/${stream}/${id}`, journey);
      },
      acknowledged: ({ stream, id, received, decoded, presentedId, presented }) => {
        if (!this.#stages) return;
        const journey = this.#underWay.get(`${viewer}/${stream}/${id}`);
        if (journey) Object.assign(journey, { received, decoded, acknowledged: streamerTime() });
        const shown = this.#underWay.get(`${viewer}/${stream}/${presentedId}`);
        if (shown && presented > 0) shown.presented ??= presented;
      },
    };
  }
}
