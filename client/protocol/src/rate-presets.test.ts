import { expect, it } from 'vitest';
import { presetOf, presetRate, RATE_PRESETS } from './rate-presets.ts';

const most = { bitrate: 8000, fps: 60 };

it.for(RATE_PRESETS)('%s is known again', (preset) => {
  expect(presetOf(presetRate(preset, most), most)).toBe(preset);
});

it('nothing takes more than the operator allows', () => {
  const little = { bitrate: 700, fps: 15 };
  for (const preset of RATE_PRESETS) expect(presetRate(preset, little)).toEqual(little);
  expect(presetRate('saving', most)).toEqual({ bitrate: 1500, fps: 24 });
});

it('what was chosen by hand is no preset', () => {
  expect(presetOf({ bitrate: 3000, fps: 60 }, most)).toBeUndefined();
});
