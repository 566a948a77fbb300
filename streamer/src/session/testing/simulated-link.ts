import type { StreamRate } from '../../media/api.ts';
import { createFlow } from '../flow.ts';
import type { PacketFeedback } from '../packet-feedback.ts';

export interface LinkOptions {
  /** Kbit/s at a time, ms. */
  capacity(now: number): number;
  /** One way at a time, ms. */
  delay(now: number): number;
  /** Part of the packets that get lost; each is sent again when one of the next update has told of it. */
  loss?: number;
  /** Bytes of an update at most, on average. */
  largest?: number;
  /** What waits before the bottleneck at most, ms; the rest is lost. */
  queue?: number;
  /** Whether the transport tells what became of each packet. */
  feedback?: boolean;
  /** When a viewer that is busy with other things notices what arrived at a time, ms; at once if not given. */
  noticed?(arrived: number): number;
  most?: StreamRate;
}

export interface Frame {
  /** When it was captured, ms. */
  captured: number;
  /** When it was on the screen, ms. */
  shown: number;
  /** What the stream was allowed then, kbit/s. */
  bitrate: number;
}

const DECODING = 3;
const PACKET = 1200;
const FEEDBACK_EVERY = 50;

/** A lost packet is sent again after this and a round trip, ms: when the next update has come. */
const LOSS_SHOWS = 16;

interface Update {
  id: number;
  frame: Frame;
  missing: number;
  received: number;
}

interface Packet {
  update: Update;
  bytes: number;
  sent: number;
  /** Infinite: lost. */
  arrives: number;
}

/** A moving picture over a bottleneck, for so many ms: a frame whenever one is due and the flow has room. */
export function simulate(duration: number, options: LinkOptions): Frame[] {
  const {
    most = { bitrate: 8000, fps: 60 },
    feedback = false,
    largest = Number.POSITIVE_INFINITY,
    noticed = (time: number) => time,
  } = options;
  const flow = createFlow(most);
  const random = seededRandom();
  const wire = createWire(options, random);
  const frames: Frame[] = [];
  const events: { at: number; act(now: number): void }[] = [];
  const updates: Update[] = [];
  let untold: Packet[] = [];
  let due = 0;
  let lastReceived = 0;

  const after = (at: number, act: (now: number) => void) => {
    const place = events.findIndex((event) => event.at > at);
    events.splice(place < 0 ? events.length : place, 0, { at, act });
  };

  function send(update: Update, bytes: number, now: number): void {
    const arrives = wire.send(bytes, now);
    const back = options.delay(now);
    untold.push({ update, bytes, sent: now, arrives });
    if (arrives === Number.POSITIVE_INFINITY) {
      after(now + LOSS_SHOWS + 2 * back, (later) => send(update, bytes, later));
      return;
    }
    after(arrives, () => {
      update.missing--;
      update.received = arrives;
      while (updates[0]?.missing === 0) arrived(updates.shift()!, back);
    });
  }

  /** In order: what came before it is there. */
  function arrived(update: Update, back: number): void {
    lastReceived = Math.max(lastReceived, noticed(update.received));
    const received = lastReceived;
    update.frame.shown = received + DECODING;
    after(received + DECODING + back, (now) => flow.acknowledged(update.id, received, now));
  }

  function tell(now: number): void {
    const told = untold.filter(({ sent }) => sent < now - options.delay(now) - FEEDBACK_EVERY / 2);
    untold = untold.filter((packet) => !told.includes(packet));
    const back = now + options.delay(now);
    if (told.length > 0) after(back, (later) => flow.packets(told.map(asFeedback), later));
    after(now + FEEDBACK_EVERY, tell);
  }

  if (feedback) tell(0);
  for (let now = 0; now < duration; now++) {
    while (events[0] && events[0].at <= now) events.shift()!.act(now);
    const { bitrate, fps } = flow.rate;
    if (now < due || flow.room(now) === 0) continue;
    due = Math.max(due + 1000 / fps, now);
    const bytes = Math.min(largest, (bitrate / fps) * (1000 / 8)) * (0.6 + 0.8 * random());
    const frame = { captured: now, shown: Number.POSITIVE_INFINITY, bitrate };
    const sizes = Array.from({ length: Math.ceil(bytes / PACKET) }, (_, i) =>
      Math.min(PACKET, bytes - i * PACKET),
    );
    const update = { id: frames.length, frame, missing: sizes.length, received: 0 };
    frames.push(frame);
    updates.push(update);
    flow.sent(update.id, bytes, now);
    for (const size of sizes) send(update, size, now);
  }
  return frames.filter(({ shown }) => shown < duration);
}

/** A queue, a rate, losses and a delay. */
function createWire({ capacity, delay, loss = 0, queue = 200 }: LinkOptions, random: () => number) {
  let free = 0;
  return {
    /** @returns when so many bytes that are sent now arrive, ms; infinite: they get lost */
    send(bytes: number, now: number): number {
      if (free - now > queue) return Number.POSITIVE_INFINITY;
      free = Math.max(free, now) + (bytes * 8) / capacity(now);
      return random() < loss ? Number.POSITIVE_INFINITY : free + delay(now) + random() * 2;
    },
  };
}

function asFeedback({ bytes, sent, arrives }: Packet): PacketFeedback {
  return { bytes, sent, received: Number.isFinite(arrives) ? arrives : undefined };
}

/** The same numbers in every run (a linear congruential generator, Numerical Recipes' constants). */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
