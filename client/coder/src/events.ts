import { CoderError } from './errors.ts';

/** Server-sent events (HTML standard, section 9.2), as far as Coder sends them: `event` and `data`. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

/** UTF-16 code units of an event: as of a WebSocket's message. */
const MAX_EVENT = 8 * 1024 * 1024;

/**
 * The events of a body, in order, until it ends or breaks off. Ending the iteration cancels the body.
 *
 * @param silenceMs without a byte for so long, it is taken for dead and the events end
 * @throws CoderError if one is longer than any real one
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const parser = new EventParser();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const silence = setTimeout(() => reader.cancel().catch(() => {}), silenceMs);
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      clearTimeout(silence);
      if (!value) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Takes text as it comes, in pieces of any length. */
export class EventParser {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #size = 0;

  /** @throws CoderError if an event is longer than any real one */
  push(text: string): ServerSentEvent[] {
    // A CR at the end of a piece may be half of a CRLF: it waits for the next.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    if (this.#size + this.#rest.length > MAX_EVENT) throw tooLong();
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch();
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') this.#type = value;
    if (field === 'data') {
      this.#size += value.length;
      this.#data.push(value);
    }
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const event = { type: this.#type || 'message', data: this.#data.join('\n') };
    const empty = this.#data.length === 0 && this.#type === '';
    this.#type = '';
    this.#data = [];
    this.#size = 0;
    return empty ? undefined : event;
  }
}

function tooLong(): CoderError {
  return new CoderError('unexpected', {
    message: `The server sent an event of more than ${MAX_EVENT} characters`,
    nextStep: 'Check that it is a Coder deployment of a version that this client knows.',
  });
}
