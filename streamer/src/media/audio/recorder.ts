/** The desktop's sound, piece by piece, as packets. */
import type { AudioPacket } from '@deskside/protocol';
import { CodecPipeline, SourcePipeline } from '../gstreamer.ts';
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
const BYTES_PER_SAMPLE = 2;

/** What may wait when the machine is busy, ms: it is made up for at once then, and only what is older is lost. */
const BUFFER_MS = 500;

/** A server that gives nothing for this long hangs, ms: a sink that is idle gives silence. */
const STUCK_AFTER = 5_000;

/** An encoder that takes this long hangs, ms. */
const ENCODE_TIMEOUT = 2_000;

/** Of 0 to 10. Beyond it CELT tries each band of stereo twice, for half as much CPU time again (measured). */
const COMPLEXITY = 7;

/** Silence that is still sent, ms: pauses between words stay one sound, and the encoder rings out. */
const HANGOVER = 200;

/** Silence after which nothing is recorded until a program plays, ms: between two songs one does all the while. */
const REST_AFTER = 3000;

/** Takes the source and the encoder for itself until the process ends. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #source: SourcePipeline;
  readonly #encoder: CodecPipeline;
  readonly #programs: PlayingPrograms;

  /** @throws Error if the server cannot be reached or an element is missing */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const encoder = new CodecPipeline(describeEncoder(options));
    await encoder.play('sound');
    const source = new SourcePipeline(describeSource(options));
    await source.play();
    return new Recorder(options, source, encoder, await PlayingPrograms.of(options.server));
  }

  private constructor(
    options: RecorderOptions,
    source: SourcePipeline,
    encoder: CodecPipeline,
    programs: PlayingPrograms,
  ) {
    this.#options = options;
    this.#source = source;
    this.#encoder = encoder;
    this.#programs = programs;
  }

  /** Without end; nothing while there is silence. @throws Error if the server or the encoder fails */
  async *packets(): AsyncGenerator<RecordedPacket> {
    const { channels, frame } = this.#options;
    const bytes = (SAMPLE_RATE / 1000) * frame * channels * BYTES_PER_SAMPLE;
    const silence = Buffer.alloc(bytes);
    let sequence = 0;
    let quiet = HANGOVER + frame;
    let restAt = REST_AFTER;
    for (;;) {
      const { data, time } = await this.#source.pull(STUCK_AFTER);
      const marker = quiet > HANGOVER;
      quiet = data.equals(silence) ? quiet + frame : 0;
      if (quiet === 0) restAt = REST_AFTER;
      if (quiet >= restAt) {
        await this.#rest();
        restAt = quiet + REST_AFTER;
      }
      if (quiet > HANGOVER) continue;
      const { data: packet } = await this.#encoder.passCopy(data, ENCODE_TIMEOUT);
      yield { sequence, time, marker, channels, data: packet };
      sequence = (sequence + 1) >>> 0;
    }
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
    await this.#source.play();
  }
}

function describeSource({ server, device, channels, frame }: RecorderOptions): string {
  return [
    // Each piece of the server wakes it and two threads here: two of them are a frame, which is cut exactly.
    `pulsesrc server=${server} device=${device} client-name=Deskside provide-clock=false`,
    `latency-time=${frame * 500} buffer-time=${BUFFER_MS * 1000}`,
    `! ${capsOf(channels)}`,
    `! audiobuffersplit output-buffer-duration=${frame}/1000`,
    `! appsink name=out sync=false max-buffers=${Math.ceil(BUFFER_MS / frame)} drop=true`,
  ].join(' ');
}

function describeEncoder({ channels, frame, bitrate }: RecorderOptions): string {
  return [
    `appsrc name=in is-live=true do-timestamp=true format=time caps=${capsOf(channels)}`,
    // Restricted low delay: 2.5 ms of look-ahead instead of 6.5 (RFC 6716 section 2), for sound of any kind.
    `! opusenc name=codec audio-type=restricted-lowdelay complexity=${COMPLEXITY} frame-size=${frame} bitrate=${bitrate * 1000}`,
    '! appsink name=out sync=false',
  ].join(' ');
}

/** Which loudspeakers there are, a bit each (`GstAudioChannelPosition`): 5.1 and 7.1. */
const CHANNEL_MASKS: Record<number, string> = { 6: '0x3f', 8: '0xc3f' };

function capsOf(channels: number): string {
  const mask = channels > 2 ? `,channel-mask=(bitmask)${CHANNEL_MASKS[channels]}` : '';
  return `audio/x-raw,format=S16LE,layout=interleaved,rate=${SAMPLE_RATE},channels=${channels}${mask}`;
}
