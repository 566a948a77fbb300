/**
 * Chrome's trace events (the Trace Event Format, as ui.perfetto.dev and chrome://tracing read it) of picture updates.
 * Viewers have clocks of their own: they are put on the streamer's by the quickest journey there and back (as NTP does,
 * RFC 5905 section 8).
 */
import type { UpdateStages } from '../media/api.ts';

/** One update on its way to one viewer. Times are ms; those of the viewer are on its own clock. */
export interface Journey {
  viewer: string;
  stream: number;
  id: number;
  bytes: number;
  /** When it left for the viewer. */
  sent: number;
  /** On the viewer's clock. */
  received?: number;
  decoded?: number;
  presented?: number;
  /** When the viewer's word of it was here. */
  acknowledged?: number;
}

/** `X`: something that took time, `ts` and `dur` in µs. `M`: names a process or a thread. */
export type TraceEvent =
  | {
      ph: 'X';
      name: string;
      cat: 'picture';
      ts: number;
      dur: number;
      pid: number;
      tid: number;
      args: { stream: number; id: number; bytes?: number };
    }
  | { ph: 'M'; name: 'process_name' | 'thread_name'; pid: number; tid: number; args: { name: string } };

const MEDIA = 1;
const GATEWAY = 2;
/** The first viewer's; others count up. */
const VIEWER = 3;

/** Rows within a process: stages of updates that overlap must not share one. */
const THREADS = {
  read: [MEDIA, 1],
  plan: [MEDIA, 2],
  convert: [MEDIA, 3],
  encode: [MEDIA, 4],
} as const;

export function chromeTrace(
  stages: ReadonlyMap<string, UpdateStages>,
  journeys: readonly Journey[],
): TraceEvent[] {
  const viewers = [...new Set(journeys.map(({ viewer }) => viewer))];
  const events = [...stages.values()].flatMap(mediaEvents);
  for (const [index, viewer] of viewers.entries()) {
    const own = journeys.filter((journey) => journey.viewer === viewer);
    const offset = clockOffset(own);
    for (const journey of own) {
      const made = stages.get(`${journey.stream}/${journey.id}`)?.stages.at(-1)?.end;
      events.push(...journeyEvents(journey, made, offset, VIEWER + index, index + 1));
    }
  }
  return [...names(viewers), ...events];
}

function mediaEvents({ stream, id, stages }: UpdateStages): TraceEvent[] {
  return stages.map(({ name, start, end }) => {
    const [pid, tid] = THREADS[name];
    return span(name, start, end, pid, tid, { stream, id });
  });
}

/** @param offset from the viewer's clock to the streamer's, ms; undefined: nothing came back */
function journeyEvents(
  { stream, id, bytes, sent, received, decoded, presented, acknowledged }: Journey,
  made: number | undefined,
  offset: number | undefined,
  pid: number,
  row: number,
): TraceEvent[] {
  const args = { stream, id, bytes };
  const events: TraceEvent[] = [];
  if (made !== undefined) events.push(span('to the gateway', made, sent, GATEWAY, row, args));
  if (offset === undefined || received === undefined || decoded === undefined) return events;
  events.push(span('network', sent, received + offset, pid, 1, args));
  events.push(span('decode', received + offset, decoded + offset, pid, 2, args));
  if (presented !== undefined)
    events.push(span('present', decoded + offset, presented + offset, pid, 3, args));
  if (acknowledged !== undefined)
    events.push(span('acknowledge', decoded + offset, acknowledged, pid, 4, args));
  return events;
}

/** Half of what the two ways differ by, at the journey that took least: there neither waited. */
function clockOffset(journeys: readonly Journey[]): number | undefined {
  let quickest = Number.POSITIVE_INFINITY;
  let offset: number | undefined;
  for (const { sent, received, decoded, acknowledged } of journeys) {
    if (received === undefined || decoded === undefined || acknowledged === undefined) continue;
    const way = acknowledged - sent - (decoded - received);
    if (way >= quickest) continue;
    quickest = way;
    offset = (sent - received + (acknowledged - decoded)) / 2;
  }
  return offset;
}

function span(
  name: string,
  start: number,
  end: number,
  pid: number,
  tid: number,
  args: { stream: number; id: number; bytes?: number },
): TraceEvent {
  const dur = Math.max(0, end - start) * 1000;
  return { ph: 'X', name, cat: 'picture', ts: start * 1000, dur, pid, tid, args };
}

function names(viewers: readonly string[]): TraceEvent[] {
  const name = (
    kind: 'process_name' | 'thread_name',
    pid: number,
    tid: number,
    text: string,
  ): TraceEvent => ({
    ph: 'M',
    name: kind,
    pid,
    tid,
    args: { name: text },
  });
  return [
    name('process_name', MEDIA, 0, 'deskside-media'),
    ...Object.entries(THREADS).map(([stage, [pid, tid]]) => name('thread_name', pid, tid, stage)),
    name('process_name', GATEWAY, 0, 'gateway'),
    ...viewers.flatMap((viewer, index) => [
      name('thread_name', GATEWAY, index + 1, `to viewer ${viewer}`),
      name('process_name', VIEWER + index, 0, `viewer ${viewer}`),
      ...['network', 'decode', 'present', 'acknowledge'].map((stage, tid) =>
        name('thread_name', VIEWER + index, tid + 1, stage),
      ),
    ]),
  ];
}
