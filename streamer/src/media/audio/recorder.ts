/** The desktop's sound, piece by piece, as packets. */
import type { AudioPacket } from '@deskside/protocol';
import { type RecordedPiece, SourcePipeline } from '../gstreamer.ts';
import { PlayingPrograms } from './playing-programs.ts';

export interface RecorderOptions {
  /** Address of the sound server (`PULSE_SERVER`). */
  server: string;
  /** Source that is recorded. */
  device: string;
  channels: number;
  /** Length of a packet, ms. */
  frame: number;
  /** kbit/s while there is sound. */
  bitrate: number;
}

export interface RecordedPacket extends Omit<AudioPacket, 'captureTime'> {
  /** When its first sample was played, ms on the system's monotonic clock. */
  time: number;
}

/** Opus is 48 kHz inside (RFC 6716 section 2). */
const SAMPLE_RATE = 48_000;

/** What may wait when the machine is busy, ms: it is made up for at once then, and only what is older is lost. */
const BUFFER_MS = 500;

/** A server that gives nothing for this long hangs, ms: a sink that is idle gives silence. */
const STUCK_AFTER = 5_000;

/** A packet begins so much before what it was made of, ms; GStreamer does not take it off the first one's time. */
const LOOK_AHEAD = 2.5;

/** Packets of silence after which one is like the next, of an encoder that has just begun. */
const SETTLED = 20;

/** Bytes of a packet, on average, from which all are of one size: GStreamer's encoder fails beyond 4,000. */
const LARGE = 2500;

/** Of 0 to 10. Beyond it CELT tries each band of stereo twice, for half as much CPU time again (measured). */
const COMPLEXITY = 7;

/**
 * Silence that is still sent, ms: pauses between words stay one sound. It begins when the encoder has rung out, up to 420 ms
 * after a loud sound (measured).
 */
const HANGOVER = 200;

/** Silence after which nothing is recorded until a program plays, ms: between two songs one does all the while. */
const REST_AFTER = 3000;

/** Takes the source for itself until the process ends. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #source: SourcePipeline;
  readonly #silence: Buffer;
  readonly #programs: PlayingPrograms;
  /** By how much the time of the next packet is too late, ms. */
  #late = LOOK_AHEAD;

  /** @throws Error if the server cannot be reached or an element is missing */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const silence = await encodeSilence(options);
    const source = new SourcePipeline(describePipeline(options));
    await source.play('sound');
    return new Recorder(options, source, silence, await PlayingPrograms.of(options.server));
  }

  private constructor(
    options: RecorderOptions,
    source: SourcePipeline,
    silence: Buffer,
    programs: PlayingPrograms,
  ) {
    this.#options = options;
    this.#source = source;
    this.#silence = silence;
    this.#programs = programs;
  }

  /** Without end; nothing while there is silence. @throws Error if the server or the encoder fails */
  async *packets(): AsyncGenerator<RecordedPacket> {
    const { channels, frame } = this.#options;
    let sequence = 0;
    let quiet = HANGOVER + frame;
    let restAt = REST_AFTER;
    for (;;) {
      const { data, time } = await this.#pull();
      const marker = quiet > HANGOVER;
      quiet = this.#isSilent(data) ? quiet + frame : 0;
      if (quiet === 0) restAt = REST_AFTER;
      if (quiet >= restAt) {
        await this.#rest();
        restAt = quiet + REST_AFTER;
      }
      if (quiet > HANGOVER) continue;
      yield { sequence, time, marker, channels, data };
      sequence = (sequence + 1) >>> 0;
    }
  }

  async #pull(): Promise<RecordedPiece> {
    const { data, time } = await this.#source.pull(STUCK_AFTER);
    const late = this.#late;
    this.#late = 0;
    return { data, time: time - late };
  }

  /**
   * Samples that are all zero are a flag in Opus and nothing else (RFC 6716 section 4.3). The first byte tells how wide the
   * sound is, which the encoder may see otherwise after music.
   */
  #isSilent(packet: Buffer): boolean {
    return packet.subarray(1).equals(this.#silence.subarray(1));
  }

  /**
   * Records nothing until a program begins to play, if none does: to record silence takes the server, this process and
   * GStreamer a hundred turns a second each. The line to the server stays, paused, so that nothing of a beginning is
   * missed: programs have something to play only after they were told that they may.
   */
  async #rest(): Promise<void> {
    const { changes } = this.#programs;
    if (await this.#programs.any()) return;
    await this.#source.pause();
    await this.#programs.changedSince(changes);
    await this.#source.play('sound');
  }
}

/** What a packet of silence is. */
async function encodeSilence(options: RecorderOptions): Promise<Buffer> {
  const { channels, frame } = options;
  const samples = (SAMPLE_RATE / 1000) * frame;
  const pipeline = new SourcePipeline(
    [
      `audiotestsrc wave=silence samplesperbuffer=${samples} num-buffers=${SETTLED} ! ${capsOf(channels)}`,
      `! ${describeEncoder(options)} ! appsink name=out sync=false`,
    ].join(' '),
  );
  await pipeline.play('silence');
  await using encoder = pipeline;
  for (let i = 1; i < SETTLED; i++) await encoder.pull(STUCK_AFTER);
  return (await encoder.pull(STUCK_AFTER)).data;
}

/** The encoder runs in the thread that reads the source: a hand-over for each packet costs more than half of encoding it. */
function describePipeline(options: RecorderOptions): string {
  const { server, device, channels, frame } = options;
  return [
    // Each piece of the server wakes it and a thread here: two of them are a frame, which is cut exactly.
    `pulsesrc server=${server} device=${device} client-name=Deskside provide-clock=false`,
    `latency-time=${frame * 500} buffer-time=${BUFFER_MS * 1000}`,
    `! ${capsOf(channels)}`,
    `! audiobuffersplit output-buffer-duration=${frame}/1000`,
    `! ${describeEncoder(options)}`,
    `! appsink name=out sync=false max-buffers=${Math.ceil(BUFFER_MS / frame)} drop=true`,
  ].join(' ');
}

/** Restricted low delay: 2.5 ms of look-ahead instead of 6.5 (RFC 6716 section 2), for sound of any kind. */
function describeEncoder({ frame, bitrate }: RecorderOptions): string {
  const type = (bitrate * frame) / 8 > LARGE ? 'cbr' : 'constrained-vbr';
  return [
    `opusenc audio-type=restricted-lowdelay complexity=${COMPLEXITY}`,
    `frame-size=${frame} bitrate=${bitrate * 1000} bitrate-type=${type}`,
  ].join(' ');
}

/** Which loudspeakers there are, a bit each (`GstAudioChannelPosition`): 5.1 and 7.1. */
const CHANNEL_MASKS: Record<number, string> = { 6: '0x3f', 8: '0xc3f' };

function capsOf(channels: number): string {
  const mask = channels > 2 ? `,channel-mask=(bitmask)${CHANNEL_MASKS[channels]}` : '';
  return `audio/x-raw,format=S16LE,layout=interleaved,rate=${SAMPLE_RATE},channels=${channels}${mask}`;
}
