/**
 * `deskside-sound`: records the desktop's sound and encodes it, as long as somebody listens. Apart from
 * `deskside-media`, so that neither can hold up or end the other.
 */
import { Socket } from 'node:net';
import { encodeAudioPacket } from '@deskside/protocol';
import * as v from 'valibot';
import { Channel } from '../channel.ts';
import { type SoundEvent, SoundRequest } from './messages.ts';
import { Recorder } from './recorder.ts';

process.title = 'deskside-sound';

const channel = new Channel(new Socket({ fd: 3 }), {
  onMessage: (message) => {
    run(v.parse(SoundRequest, message)).catch(fail);
  },
  onBinary: () => fail(new Error('The gateway sent bytes.')),
  onEnd: (error) => (error ? fail(error) : process.exit(0)),
});

async function run({ clockOrigin, ...options }: SoundRequest): Promise<void> {
  await using recorder = await Recorder.start(options);
  channel.send({ type: 'recording' } satisfies SoundEvent);
  for await (const { time, ...packet } of recorder.packets()) {
    channel.sendBinary(encodeAudioPacket({ ...packet, captureTime: clockOrigin + time }));
  }
}

/** The channel's pipe is written synchronously, so that the reason is out before the process is gone. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  channel.send({ type: 'failed', message } satisfies SoundEvent);
  process.exit(1);
}
