/** What the processes of sound have in common: one request, then packets, until the gateway closes the channel. */
import { Socket } from 'node:net';
import { Channel } from '../channel.ts';
import type { SoundEvent } from './messages.ts';

export interface ProgramOptions {
  /**
   * Does what is asked for. What it throws is the reason that the gateway is told; nothing is put in order then, since
   * GStreamer waits for ever for a server that died.
   */
  run(request: unknown): Promise<void>;
  /** A packet of the gateway; none is expected if not given. */
  onPacket?(packet: Uint8Array): void;
}

export interface Program {
  /** Whatever sounds from now on comes through. */
  ready(): void;
  send(packet: Uint8Array): void;
}

/** Ends the process with the channel, or when it fails. */
export function openProgram(title: string, { run, onPacket }: ProgramOptions): Program {
  process.title = title;
  const channel = new Channel(new Socket({ fd: 3 }), {
    onMessage: (request) => void run(request).catch(fail),
    onBinary: onPacket ?? (() => fail(new Error('The gateway sent bytes.'))),
    onEnd: (error) => (error ? fail(error) : process.exit(0)),
  });

  /** The channel's pipe is written synchronously, so that the reason is out before the process is gone. */
  function fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    channel.send({ type: 'failed', message } satisfies SoundEvent);
    process.exit(1);
  }

  return {
    ready: () => channel.send({ type: 'ready' } satisfies SoundEvent),
    send: (packet) => channel.sendBinary(packet),
  };
}
