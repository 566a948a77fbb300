/** What the gateway and the processes of sound tell each other, besides audio packets. */
import * as v from 'valibot';

const positive = v.pipe(v.number(), v.minValue(1));

/** The only request to `deskside-sound`: what to record. */
export const SoundRequest = v.object({
  /** Address of the sound server (`PULSE_SERVER`). */
  server: v.string(),
  /** Source that is recorded. */
  device: v.string(),
  channels: positive,
  /** Length of a packet, ms. */
  frame: positive,
  /** kbit/s while there is sound. */
  bitrate: positive,
  /** Unix time in ms at which the system's monotonic clock stood at zero, as the gateway sees it. */
  clockOrigin: v.number(),
});
export type SoundRequest = v.InferOutput<typeof SoundRequest>;

/** The only request to `deskside-microphone`: where to play what packets bring. */
export const MicrophoneRequest = v.object({
  /** Address of the sound server (`PULSE_SERVER`). */
  server: v.string(),
  /** Sink that is played to. */
  device: v.string(),
});
export type MicrophoneRequest = v.InferOutput<typeof MicrophoneRequest>;

/** Whatever sounds from now on comes through. */
const Ready = v.object({ type: v.literal('ready') });

/** The last words of a process that cannot go on. */
const Failed = v.object({ type: v.literal('failed'), message: v.string() });

export const SoundEvent = v.variant('type', [Ready, Failed]);
export type SoundEvent = v.InferOutput<typeof SoundEvent>;
