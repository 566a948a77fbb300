import type { Browser, Page } from 'playwright-core';
import { live } from './chromium.ts';
import { until } from './until.ts';

const SAMPLE_RATE = 48_000;

/** Left and right first. */
export type Heard = [Float32Array, Float32Array, ...Float32Array[]];

/** What a page sends to its loudspeaker, as if a microphone stood before it. */
export interface Ear extends AsyncDisposable {
  page: Page;
  /** Samples that were heard so far. */
  heardSoFar(): Promise<number>;
  /**
   * Each channel, -1 to 1 at 48 kHz. A page that gives much at once has no time for the sound that comes meanwhile.
   *
   * @param from the first sample, counted from the start of the page's sound
   */
  heard(from?: number): Promise<Heard>;
  /** Waits until the page's audio thread rests. */
  rests(): Promise<void>;
  /** When each sound after silence began at the loudspeaker, ms since the Unix epoch. */
  onsets(): Promise<number[]>;
}

/**
 * Opens the desktop with an ear at its loudspeaker and clicks, as a person has to for sound.
 *
 * @param prepare what else the page needs before it is opened
 */
export async function openWithEar(
  browser: Browser,
  url: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<Ear> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.addInitScript(attachEar);
  await prepare?.(page);
  await page.goto(url);
  await live(page);
  await page.mouse.click(640, 400);
  return {
    page,
    heardSoFar: () =>
      page.evaluate(() => (window as unknown as { heard: HeardPiece[] }).heard.at(-1)?.end ?? 0),
    async heard(from = 0) {
      const pieces = await take(page, from);
      const channels = pieces[0]?.channels ?? 2;
      const more = Math.max(0, from - (pieces[0]?.start ?? from));
      return Array.from({ length: channels }, (_, channel) =>
        samples(pieces, channel).subarray(more),
      ) as Heard;
    },
    async rests() {
      await until('the audio thread to rest', () =>
        page.evaluate(() => (window as unknown as { ear: AudioContext }).ear.state === 'suspended'),
      );
    },
    async onsets() {
      const pieces = await take(page, 0);
      return onsets(samples(pieces, 0), pieces);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Far beyond what it takes on a machine that has nothing else to do, ms. */
const IN_ONE_PIECE_WITHIN = 90_000;

/** Makes a page one that did not come over HTTPS, or whose browser has no decoder for packets of sound. */
export async function hideDecoder(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'AudioDecoder'));
}

/** Makes a page find more loudspeakers than the two that Chromium has without a sound card. */
export async function giveLoudspeakers(page: Page, count: number): Promise<void> {
  await page.addInitScript((count) => {
    Object.assign(window, { loudspeakers: count });
    const { prototype } = AudioDestinationNode;
    Object.defineProperty(prototype, 'maxChannelCount', { get: () => count });
    Object.defineProperty(prototype, 'channelCount', { get: () => count, set() {} });
  }, count);
}

/**
 * All channels of what is played, without a gap: a machine that is busy otherwise makes gaps of its own, and then it is played
 * again.
 *
 * @param length of it, s
 * @param most silence in it that still is none, ms
 */
export async function heardInOnePiece(
  ear: Ear,
  length: number,
  play: () => Promise<void>,
  most = 5,
): Promise<Heard> {
  const attempt = async (): Promise<false | Heard> => {
    const before = await ear.heardSoFar();
    await play();
    await until('silence', async () => {
      const [end] = await ear.heard((await ear.heardSoFar()) - SAMPLE_RATE);
      return longestGap(end) > 500;
    });
    const heard = (await ear.heard(before)).map(audible) as Heard;
    const whole = longestGap(heard[0]) < most && Math.abs(seconds(heard[0]) - length) < 0.1;
    return whole && heard;
  };
  return await until('sound in one piece', attempt, IN_ONE_PIECE_WITHIN);
}

/** Seconds of sound. */
export function seconds(sound: Float32Array): number {
  return sound.length / SAMPLE_RATE;
}

/** From the first sample that is loud to the last one. */
export function audible(sound: Float32Array): Float32Array {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 0.01;
  return sound.subarray(sound.findIndex(isLoud), sound.findLastIndex(isLoud) + 1);
}

/** Hz of a tone, from the usual distance of its upward zero crossings: gaps, as on a busy machine, do not count. */
export function frequency(tone: Float32Array): number {
  const crossings: number[] = [];
  for (let i = 1; i < tone.length; i++) {
    const [before, after] = [tone[i - 1]!, tone[i]!];
    if (before < 0 && after >= 0) crossings.push(i - after / (after - before));
  }
  const periods = crossings.slice(1).map((crossing, i) => crossing - crossings[i]!);
  return SAMPLE_RATE / periods.sort((a, b) => a - b)[periods.length >> 1]!;
}

/** Root mean square, dB below full scale. */
export function level(sound: Float32Array): number {
  const squares = sound.reduce((sum, sample) => sum + sample * sample, 0);
  return 10 * Math.log10(squares / sound.length);
}

/** Of the loudest sample, 0 to 1. */
export function loudest(sound: Float32Array): number {
  return sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

/** Amplitude of a tone that may be one of many, 0 to 1: the median of windows, so that a gap counts for nothing. */
export function strength(sound: Float32Array, hertz: number): number {
  const found: number[] = [];
  for (let from = 0; from + WINDOW <= sound.length; from += WINDOW) {
    found.push(amplitude(sound.subarray(from, from + WINDOW), hertz));
  }
  return found.sort((a, b) => a - b)[found.length >> 1]!;
}

/** 100 ms: tones that are multiples of 10 Hz do not leak into each other. */
const WINDOW = SAMPLE_RATE / 10;

/** One bin of the discrete Fourier transform. */
function amplitude(sound: Float32Array, hertz: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < sound.length; i++) {
    const phase = (2 * Math.PI * hertz * i) / SAMPLE_RATE;
    real += sound[i]! * Math.cos(phase);
    imaginary += sound[i]! * Math.sin(phase);
  }
  return (2 * Math.hypot(real, imaginary)) / sound.length;
}

/** The longest silence, ms. */
export function longestGap(sound: Float32Array): number {
  return Math.max(0, ...gaps(sound));
}

/** Every silence, ms; a tone has none longer than a few samples. */
export function gaps(sound: Float32Array): number[] {
  const found: number[] = [];
  let silent = 0;
  for (const sample of sound) {
    if (Math.abs(sample) < 1e-3) silent++;
    else if (silent > 0) {
      found.push(silent / (SAMPLE_RATE / 1000));
      silent = 0;
    }
  }
  return [...found, silent / (SAMPLE_RATE / 1000)];
}

interface HeardPiece {
  /** 16-bit samples of all channels, one after the other, in base64: what evaluates quickly. */
  samples: string;
  channels: number;
  /** Which samples of all that was heard. */
  start: number;
  end: number;
  /** When the last of them was rendered, ms on a clock of the browser's own. */
  rendered: number;
  /** When the page got them, ms since the Unix epoch: as soon as it had time for it. */
  received: number;
  /** From the page's audio to the loudspeaker, ms. */
  latency: number;
}

async function take(page: Page, from: number): Promise<HeardPiece[]> {
  return await page.evaluate((from) => {
    const { heard } = window as unknown as { heard: HeardPiece[] };
    return heard.filter(({ end }) => end > from);
  }, from);
}

/** Sounds after at least this much silence are sounds of their own, samples. */
const PAUSE = SAMPLE_RATE / 20;

function onsets(sound: Float32Array, pieces: HeardPiece[]): number[] {
  // What came to the page soonest tells how far the clocks are apart; the rest had to wait for a busy page.
  const offset = Math.min(...pieces.map(({ rendered, received }) => received - rendered));
  const found: number[] = [];
  let silent = 0;
  let index = 0;
  for (const { end: last, rendered, latency } of pieces) {
    const end = rendered + offset + latency;
    for (; index < last; index++) {
      const loud = Math.abs(sound[index]!) > 0.05;
      if (loud && silent >= PAUSE) found.push(end - ((last - index) * 1000) / SAMPLE_RATE);
      silent = loud ? 0 : silent + 1;
    }
  }
  return found;
}

function samples(pieces: HeardPiece[], channel: number): Float32Array {
  const planes = pieces.map(({ samples, channels }) => {
    const bytes = Buffer.from(samples, 'base64');
    const size = bytes.length / channels;
    return bytes.subarray(channel * size, (channel + 1) * size);
  });
  const plane = Buffer.concat(planes);
  return Float32Array.from({ length: plane.length / 2 }, (_, i) => plane.readInt16LE(2 * i) / 32768);
}

interface TrackProcessor {
  readable: ReadableStream<AudioData>;
}
declare const MediaStreamTrackProcessor: {
  new (init: { track: MediaStreamTrack; maxBufferSize: number }): TrackProcessor;
};

/** Runs inside the page before its own scripts: whatever is connected to the loudspeaker is heard here, too. */
function attachEar(): void {
  const heard: HeardPiece[] = [];
  Object.assign(window, { heard });
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: never[]) {
    const [target] = args as unknown as [AudioNode];
    if (target === this.context.destination) void attach(this);
    return Reflect.apply(connect, this, args);
  } as typeof connect;

  async function attach(node: AudioNode): Promise<void> {
    const context = node.context as AudioContext;
    Object.assign(window, { ear: context });
    const ear = context.createMediaStreamDestination();
    ear.channelCount = (window as unknown as { loudspeakers?: number }).loudspeakers ?? 2;
    Reflect.apply(connect, node, [ear]);
    const [track] = ear.stream.getAudioTracks();
    // A page that is busy for a while misses nothing: a hundred buffers are a second.
    const { readable } = new MediaStreamTrackProcessor({ track: track!, maxBufferSize: 1000 });
    const reader = readable.getReader();
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      const start = heard.at(-1)?.end ?? 0;
      heard.push({
        samples: encode(value, ear.channelCount),
        channels: ear.channelCount,
        start,
        end: start + value.numberOfFrames,
        rendered: (value.timestamp + value.duration) / 1000,
        received: performance.timeOrigin + performance.now(),
        latency: context.outputLatency * 1000,
      });
      value.close();
    }
  }

  function encode(sound: AudioData, channels: number): string {
    const length = sound.numberOfFrames;
    const samples = new Int16Array(channels * length);
    for (let channel = 0; channel < channels; channel++) {
      const options = {
        planeIndex: Math.min(channel, sound.numberOfChannels - 1),
        format: 'f32-planar' as const,
      };
      const plane = new Float32Array(length);
      sound.copyTo(plane, options);
      for (let i = 0; i < length; i++) samples[channel * length + i] = plane[i]! * 32767;
    }
    return btoa(String.fromCharCode(...new Uint8Array(samples.buffer)));
  }
}
