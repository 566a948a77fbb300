import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordedText } from '../../../test/support/coder/recorded.ts';
import { EventParser, type ServerSentEvent, serverSentEvents } from './events.ts';

const parse = (...pieces: string[]) => {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

test('what the real server sent: a ping, then the workspace', () => {
  const events = parse(recordedText('sse-workspace-watch.sse.txt'));
  expect(events.map(({ type }) => type)).toEqual(['ping', 'data']);
  expect(JSON.parse(events[1]!.data)).toMatchObject({ name: 'ws', latest_build: { status: 'running' } });
});

describe('lines', () => {
  test.for([
    ['several of data', 'data: a\ndata: b\n\n', [{ type: 'message', data: 'a\nb' }]],
    ['a comment', ': keep-alive\n\n', []],
    ['a field without a value', 'data\n\n', [{ type: 'message', data: '' }]],
    ['no blank after the colon', 'event:x\ndata:y\n\n', [{ type: 'x', data: 'y' }]],
    ['fields of no interest', 'id: 1\nretry: 5\ndata: z\n\n', [{ type: 'message', data: 'z' }]],
    ['carriage returns', 'data: a\r\rdata: b\r\n\r\n', ['a', 'b'].map((data) => ({ type: 'message', data }))],
  ] as const)('%s', ([_, text, events]) => {
    expect(parse(text)).toEqual(events);
  });

  test('mean the same however they are cut', () => {
    const line = fc.constantFrom('event: data', 'data: {"a":1}', 'data:', ': x', '', 'id: 3');
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (lines, cuts) => {
        const whole = lines.map((parts) => parts.join('')).join('');
        const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(parse(...pieces)).toEqual(parse(whole));
      }),
    );
  });

  test('any text gives events or nothing', () => {
    fc.assert(fc.property(fc.array(fc.string()), (pieces) => Array.isArray(parse(...pieces))));
  });

  test.for(['data: ', 'data: x\ndata: '])('an event without an end is refused: %j', (start) => {
    const parser = new EventParser();
    parser.push(start);
    const grow = () => {
      for (let size = 0; size < 20; size++) parser.push('x'.repeat(1024 * 1024));
    };
    expect(grow).toThrow(/more than \d+ characters/);
  });
});

test('a body that breaks off ends', async () => {
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError('terminated')),
  });
  for await (const event of serverSentEvents(body, 1000)) expect.fail(event.data);
});

test('a body that falls silent ends', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of serverSentEvents(body, 50)) events.push(event);
  expect(events).toEqual([{ type: 'message', data: 'a' }]);
  expect(cancelled).toBe(true);
});
