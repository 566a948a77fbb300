/** `deskside-microphone`: decodes what a person says and plays it where the desktop's programs record, while they speak. */
import { decodeAudioPacket } from '@deskside/protocol';
import * as v from 'valibot';
import { MicrophoneRequest } from './messages.ts';
import { openProgram } from './program.ts';
import { Speaker } from './speaker.ts';

let speaker: Speaker | undefined;

const program = openProgram('deskside-microphone', {
  async run(request) {
    speaker = await Speaker.start(v.parse(MicrophoneRequest, request));
    program.ready();
    await speaker.play();
  },
  onPacket: (packet) => speaker?.push(decodeAudioPacket(packet)),
});
