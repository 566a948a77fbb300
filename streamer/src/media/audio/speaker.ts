/** Opus packets, as the network brings them, played without gaps to a sink of the sound server. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AudioPacket } from '@deskside/protocol';
import { Playout } from '@deskside/protocol/playout';
import { CodecPipeline, SinkPipeline } from '../gstreamer.ts';
import type { MicrophoneRequest } from './messages.ts';

/** Opus is 48 kHz inside (RFC 6716 section 2). */
const SAMPLES_PER_MS = 48;

/** What is played at once, ms. */
const STEP = 10;
const STEP_SAMPLES = STEP * SAMPLES_PER_MS;

/** A process that was not run for longer than this leaves out what it should have played, ms. */
const MAX_LAG = 100;

/** What may wait for the sink, ms: more would be heard that much later. */
const MAX_WAITING_SOUND = 20;

/** A sink that takes nothing for this long hangs, ms. */
const STUCK_AFTER = 10_000;

/** A decoder that takes this long hangs, ms. */
const DECODE_TIMEOUT = 2_000;

/** Packets that may wait for the decoder, which needs a fraction of one's length: more mean that it is flooded. */
const MAX_WAITING = 50;

/** One voice: a microphone has one channel. */
const CHANNELS = 1;

/** Takes the decoder and the sink for itself until the process ends. */
export class Speaker {
  readonly #decoder: CodecPipeline;
  readonly #sink: SinkPipeline;
  readonly #playout = new Playout(CHANNELS);
  readonly #waiting: AudioPacket[] = [];
  #decoding: Promise<void> | undefined;
  #failure: unknown;
  #sequence: number | undefined;

  /** @throws Error if the server cannot be reached or an element is missing */
  static async start(options: MicrophoneRequest): Promise<Speaker> {
    const decoder = new CodecPipeline(DECODER);
    await decoder.play('microphone');
    const sink = new SinkPipeline(describeSink(options));
    await sink.play();
    return new Speaker(decoder, sink);
  }

  private constructor(decoder: CodecPipeline, sink: SinkPipeline) {
    this.#decoder = decoder;
    this.#sink = sink;
  }

  /** A packet has come; one that comes twice or late counts for nothing. */
  push(packet: AudioPacket): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(packet);
    this.#decoding ??= this.#decode()
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#decoding = undefined;
      });
  }

  /** Without end, at the pace of the system's clock, which is the sink's. @throws Error if the server or the decoder fails */
  async play(): Promise<void> {
    const output = new Float32Array(STEP_SAMPLES);
    const bytes = new Uint8Array(output.buffer);
    let next = performance.now();
    let taken = next;
    for (;;) {
      if (this.#failure) throw this.#failure;
      const now = performance.now();
      if (now - next > MAX_LAG) next = now;
      for (; next <= now; next += STEP) {
        // What is left out here the buffer makes up for, without a click.
        if (this.#sink.waiting > bytes.byteLength * (MAX_WAITING_SOUND / STEP)) continue;
        this.#playout.render([output]);
        this.#sink.push(bytes);
        taken = now;
      }
      if (now - taken > STUCK_AFTER) throw new Error('The sound server takes nothing any more.');
      await delay(Math.max(1, next - performance.now()));
    }
  }

  /** One after the other, until none waits. */
  async #decode(): Promise<void> {
    for (let packet = this.#waiting.shift(); packet; packet = this.#waiting.shift()) {
      const lost = this.#lostBefore(packet);
      if (lost === undefined) continue;
      const { data } = await this.#decoder.passCopy(packet.data, DECODE_TIMEOUT);
      this.#playout.push({ channels: [toFloat(data)], marker: packet.marker, lost });
    }
  }

  /** Undefined for a packet that is not newer than the last one (RFC 1982). */
  #lostBefore({ sequence, marker }: AudioPacket): number | undefined {
    const expected = this.#sequence ?? sequence;
    const ahead = (sequence - expected) | 0;
    if (ahead < 0 && !marker) return undefined;
    this.#sequence = (sequence + 1) >>> 0;
    return marker ? 0 : ahead;
  }
}

/** Packets come without timestamps, one at a time: each gives one buffer. */
const DECODER = [
  `appsrc name=in is-live=true do-timestamp=true format=time`,
  `caps=audio/x-opus,channel-mapping-family=0,channels=${CHANNELS},rate=48000`,
  '! opusdec name=codec ! appsink name=out sync=false',
].join(' ');

function describeSink({ server, device }: MicrophoneRequest): string {
  const caps = `audio/x-raw,format=F32LE,layout=interleaved,rate=48000,channels=${CHANNELS}`;
  return [
    `appsrc name=in is-live=true do-timestamp=true format=time caps=${caps}`,
    `! pulsesink server=${server} device=${device} client-name=Deskside provide-clock=false sync=false`,
    'latency-time=10000 buffer-time=40000',
  ].join(' ');
}

/** 16-bit samples of one channel, as the decoder gives them. */
function toFloat(data: Buffer): Float32Array {
  const samples = new Float32Array(data.byteLength / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = data.readInt16LE(i * 2) / 32768;
  return samples;
}
