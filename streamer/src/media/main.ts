/**
 * `deskside-media`: reads the screen of `DISPLAY` and encodes it. Everything native lives in this process, which may
 * die at any time; the gateway starts it, talks with it over descriptor 3 and starts it again.
 */
import { Socket } from 'node:net';
import * as v from 'valibot';
import { collectNowAndThen } from '../garbage.ts';
import { Channel } from './channel.ts';
import { refuseHugePages } from './huge-pages.ts';
import { type MediaEvent, MediaRequest } from './messages.ts';
import { MediaService } from './service.ts';
import { rehearse } from './tiles/rehearsal.ts';

process.title = 'deskside-media';
process.on('uncaughtException', fail);
refuseHugePages();

let service: Promise<MediaService> | undefined;
const channel = new Channel(new Socket({ fd: 3 }), {
  onMessage: (message) => {
    handle(message).catch(fail);
  },
  onBinary: () => fail(new Error('The gateway sent a picture.')),
  onEnd: (error) => (error ? fail(error) : process.exit(0)),
});

async function handle(message: unknown): Promise<void> {
  const request = v.parse(MediaRequest, message);
  if (request.type !== 'configure') {
    if (!service) throw new Error(`The gateway sent ${request.type} before configure.`);
    return (await service).handle(request);
  }
  service = MediaService.start(process.env.DISPLAY ?? '', request, {
    onEvent: (event) => channel.send(event),
    onUpdate: (update) => channel.sendBinary(update),
    onFailed: fail,
  });
  await service;
  channel.send({ type: 'ready' } satisfies MediaEvent);
  collectNowAndThen();
  await rehearse();
}

/** The channel's pipe is written synchronously, so that the reason is out before the process is gone. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error);
  channel.send({ type: 'failed', message } satisfies MediaEvent);
  process.exit(1);
}
