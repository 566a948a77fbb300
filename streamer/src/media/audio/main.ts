/**
 * `deskside-sound`: records the desktop's sound and encodes it, as long as somebody listens. Apart from
 * `deskside-media`, so that neither can hold up or end the other.
 */
import { encodeAudioPacket } from '@deskside/protocol';
import * as v from 'valibot';
import { SoundRequest } from './messages.ts';
import { openProgram } from './program.ts';
import { Recorder } from './recorder.ts';

const program = openProgram('deskside-sound', {
  async run(request) {
    const { clockOrigin, ...options } = v.parse(SoundRequest, request);
    const recorder = await Recorder.start(options);
    program.ready();
    for await (const { time, ...packet } of recorder.packets()) {
      program.send(encodeAudioPacket({ ...packet, captureTime: clockOrigin + time }));
    }
  },
});
