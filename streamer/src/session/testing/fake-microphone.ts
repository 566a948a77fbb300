import type { Microphone, Speaking, SpeakingEvents } from '../../media/audio/api.ts';

/** A microphone that writes down who speaks and what. */
export class FakeMicrophone implements Microphone {
  readonly speakers: FakeSpeaking[] = [];

  get last(): FakeSpeaking {
    return this.speakers.at(-1)!;
  }

  speak(events: SpeakingEvents): FakeSpeaking {
    const speaking = new FakeSpeaking(events);
    this.speakers.push(speaking);
    return speaking;
  }
}

export class FakeSpeaking implements Speaking {
  readonly events: SpeakingEvents;
  readonly packets: Uint8Array[] = [];
  over = false;

  constructor(events: SpeakingEvents) {
    this.events = events;
  }

  send(packet: Uint8Array): void {
    this.packets.push(packet);
  }

  [Symbol.dispose](): void {
    this.over = true;
  }
}
