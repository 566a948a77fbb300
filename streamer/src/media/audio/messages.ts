/** What the gateway and the sound process tell each other, besides audio packets. */
import * as v from 'valibot';

const positive = v.pipe(v.number(), v.minValue(1));

/** The only request: what to record. */
export const SoundRequest = v.object({
  server: v.string(),
  device: v.string(),
  channels: positive,
  frame: positive,
  bitrate: positive,
  /** Unix time in ms at which the system's monotonic clock stood at zero, as the gateway sees it. */
  clockOrigin: v.number(),
});
export type SoundRequest = v.InferOutput<typeof SoundRequest>;

/** Whatever plays from now on is heard. */
const Recording = v.object({ type: v.literal('recording') });

/** The last words of a process that cannot go on. */
const Failed = v.object({ type: v.literal('failed'), message: v.string() });

export const SoundEvent = v.variant('type', [Recording, Failed]);
export type SoundEvent = v.InferOutput<typeof SoundEvent>;
