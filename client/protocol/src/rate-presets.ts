/** What video may take, in words: shares of what the operator allows (`--bitrate`, `--fps`). */
export interface RateLimit {
  /** Kbit/s. */
  bitrate: number;
  /** Frames per second. */
  fps: number;
}

/** `full`: all that is allowed. `sharp`: fewer frames, each of them better. `saving`: for metered and thin lines. */
export const RATE_PRESETS = ['full', 'sharp', 'saving'] as const;
export type RatePreset = (typeof RATE_PRESETS)[number];

const SHARP_FPS = 30;
const SAVING: RateLimit = { bitrate: 1500, fps: 24 };

export function presetRate(preset: RatePreset, most: RateLimit): RateLimit {
  const { bitrate, fps } = { full: most, sharp: { ...most, fps: SHARP_FPS }, saving: SAVING }[preset];
  return { bitrate: Math.min(bitrate, most.bitrate), fps: Math.min(fps, most.fps) };
}

/** The preset that gives this rate; undefined: it was chosen otherwise. */
export function presetOf(rate: RateLimit, most: RateLimit): RatePreset | undefined {
  return RATE_PRESETS.find((preset) => {
    const { bitrate, fps } = presetRate(preset, most);
    return bitrate === rate.bitrate && fps === rate.fps;
  });
}
