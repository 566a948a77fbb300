/** What the gateway and the media process tell each other, besides picture updates. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const rate = v.object({
  bitrate: v.pipe(v.number(), v.minValue(1)),
  fps: v.pipe(v.number(), v.minValue(1)),
  scale: v.exactOptional(v.literal(2)),
});

/** First request: what holds for the life of the process. */
const Configure = v.object({
  type: v.literal('configure'),
  /** Name of an encoder, or `auto`. */
  encoder: v.string(),
  codec: v.picklist(['auto', 'h264', 'h265', 'vp8', 'vp9', 'av1']),
  chroma: v.picklist(['420', '444']),
  /** Number of the GPU whose encoders are used. */
  gpu: count,
  /** Exact pixels over the video, copies and tiles; else all of the picture is video. */
  exact: v.boolean(),
  /** Frames per second that any stream may have. */
  fps: v.pipe(v.number(), v.minValue(1)),
  /** kbit/s that the video of any stream may have. */
  bitrate: v.pipe(v.number(), v.minValue(1)),
  /** Number of the first stream format; later ones count up, modulo 2^16. */
  firstStream: count,
  /** Unix time in ms at which the system's monotonic clock stood at zero, as the gateway sees it. */
  clockOrigin: v.number(),
  /** Number of the System V segment that the X server draws in, if it does. */
  screenSegment: v.exactOptional(count),
});
export type Configure = v.InferOutput<typeof Configure>;

/** Open a stream under a handle of the gateway's choice; `firstId` is the id of its first update. */
const Open = v.object({
  type: v.literal('open'),
  handle: count,
  firstId: count,
  codecs: v.array(v.string()),
  rate,
});
export type Open = v.InferOutput<typeof Open>;

const Close = v.object({ type: v.literal('close'), handle: count });
/** Updates may be made until the next one would have this id, which counts by itself whatever is under way. */
const Grant = v.object({ type: v.literal('grant'), handle: count, until: count });
const KeyFrame = v.object({ type: v.literal('key-frame'), handle: count });
const Rate = v.object({ type: v.literal('rate'), handle: count, rate });

/** Whether `stages` are to come. */
const Trace = v.object({ type: v.literal('trace'), on: v.boolean() });

export const MediaRequest = v.variant('type', [Configure, Open, Close, Grant, KeyFrame, Rate, Trace]);
export type MediaRequest = v.InferOutput<typeof MediaRequest>;

/** Connected to the X server; requests are answered from now on. */
const Ready = v.object({ type: v.literal('ready') });

/** Before the first update of a stream, and again when the encoder or the screen changes. */
const Format = v.object({
  type: v.literal('format'),
  handle: count,
  format: v.object({
    stream: count,
    codec: v.string(),
    width: count,
    height: count,
    coded: v.optional(v.object({ width: count, height: count })),
    colorSpace: v.object({
      primaries: v.picklist(['bt709', 'smpte170m']),
      transfer: v.picklist(['bt709', 'iec61966-2-1', 'smpte170m']),
      matrix: v.picklist(['bt709', 'smpte170m', 'rgb']),
      fullRange: v.boolean(),
    }),
    encoder: v.string(),
  }),
});

const Opened = v.object({ type: v.literal('opened'), handle: count });

/** The stream cannot be had; opening it again would not help. */
const Refused = v.object({ type: v.literal('refused'), handle: count, message: v.string() });

/** What the next update of this number went through: see Stage. */
const Stages = v.object({
  type: v.literal('stages'),
  stream: count,
  id: count,
  stages: v.array(
    v.object({
      name: v.picklist(['read', 'plan', 'convert', 'encode']),
      start: v.number(),
      end: v.number(),
    }),
  ),
});

/** The last words of a process that cannot go on. */
const Failed = v.object({ type: v.literal('failed'), message: v.string() });

export const MediaEvent = v.variant('type', [Ready, Format, Opened, Refused, Stages, Failed]);
export type MediaEvent = v.InferOutput<typeof MediaEvent>;
