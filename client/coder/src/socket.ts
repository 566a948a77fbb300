/** As much of a WebSocket as is used here: the global one, or that of the `ws` package. */
export interface WebSocketLike {
  addEventListener(type: 'open' | 'close' | 'error', listener: (event: { code?: number }) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  close(): void;
}

export type OpenWebSocket = (url: string, headers: Record<string, string>) => WebSocketLike;

/** `complete`: the server closed it as done (1000); `unopened`: no WebSocket came about at all. */
export type SocketEnd = 'complete' | 'dropped' | 'unopened';

export interface SocketOptions {
  signal: AbortSignal;
  /** Without a message for so long, milliseconds, it is taken for dead: a dead TCP connection says nothing. */
  silenceMs: number;
  onOpen(): void;
}

/** Messages that wait for a slow reader. Beyond it the connection is dropped: the next one goes on where it was. */
const MAX_WAITING = 10_000;

/** UTF-16 code units of a message: a workspace with a hundred agents is below 1 M. */
const MAX_MESSAGE = 8 * 1024 * 1024;

/**
 * Reads a socket to its end; leaving it earlier closes it.
 *
 * @returns how it ended; `unopened` also without a socket
 */
export async function* readSocket<T>(
  socket: WebSocketLike | undefined,
  options: SocketOptions,
  read: (text: string) => Iterable<T>,
): AsyncGenerator<T, SocketEnd> {
  if (!socket) return 'unopened';
  const inbox = new Inbox(socket, options);
  try {
    for (;;) {
      const text = await inbox.next();
      if (text === undefined) return inbox.end ?? 'dropped';
      yield* read(text);
    }
  } finally {
    inbox.close();
  }
}

/** The text messages of a WebSocket that have come and nobody has read yet. */
class Inbox {
  /** How it ended; undefined while it goes on. `dropped` also when the signal aborted it. */
  end: SocketEnd | undefined;
  readonly #socket: WebSocketLike;
  readonly #options: SocketOptions;
  readonly #waiting: string[] = [];
  #opened = false;
  #wake = () => {};
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocketLike, options: SocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.addEventListener('open', () => {
      this.#opened = true;
      options.onOpen();
    });
    socket.addEventListener('message', ({ data }) => this.#take(data));
    socket.addEventListener('close', ({ code }) => (code === 1000 ? this.#finish('complete') : this.#drop()));
    socket.addEventListener('error', this.#drop);
    options.signal.addEventListener('abort', this.#drop);
    this.#listen();
  }

  /** @returns undefined after the last one; then `end` says how it ended */
  async next(): Promise<string | undefined> {
    while (this.#waiting.length === 0 && !this.end) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#waiting.shift();
  }

  close(): void {
    this.#drop();
    this.#socket.close();
  }

  readonly #drop = () => this.#finish(this.#opened ? 'dropped' : 'unopened');

  #finish(end: SocketEnd): void {
    this.end ??= end;
    clearTimeout(this.#silence);
    this.#options.signal.removeEventListener('abort', this.#drop);
    this.#wake();
  }

  #take(data: unknown): void {
    if (this.end) return;
    const fits = typeof data === 'string' && data.length <= MAX_MESSAGE;
    if (fits && this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(data);
      this.#listen();
      this.#wake();
    } else {
      this.#drop();
    }
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#drop, this.#options.silenceMs);
  }
}
