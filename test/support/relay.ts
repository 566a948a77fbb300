import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay on a port of its own whose connections can be cut, as networks do. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #untilCut = Number.POSITIVE_INFINITY;
  #onCut = (): void => {};
  #isDown = false;

  /** @param target port on this machine */
  static async to(target: number): Promise<Relay> {
    const server = createServer();
    const relay = await new Promise<Relay>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(new Relay(server, target)));
    });
    return relay;
  }

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => {
      if (this.#isDown) {
        near.resetAndDestroy();
        return;
      }
      const far = connect(target, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  /** The same address through this relay. */
  rewrite(url: string): string {
    const through = new URL(url);
    through.port = String(this.port);
    return through.href;
  }

  /** Resets every connection that there is now; new ones are relayed. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nothing goes either way any more, and nobody is told: a cable that is pulled. */
  stall(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('drain').pause();
  }

  /**
   * Cuts once so many bytes more went either way, which is in the midst of a transfer however fast the machine is, and
   * refuses connections from then on.
   */
  downAfter(bytes: number): Promise<void> {
    this.#untilCut = bytes;
    return new Promise((resolve) => {
      this.#onCut = resolve;
    });
  }

  /** Connections are relayed again. */
  up(): void {
    this.#isDown = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => {
      if (!to.write(bytes)) from.pause();
      this.#count(bytes.length);
    });
    to.on('drain', () => from.resume());
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroySoon();
    });
  }

  #count(bytes: number): void {
    this.#untilCut -= bytes;
    if (this.#untilCut > 0) return;
    this.#untilCut = Number.POSITIVE_INFINITY;
    this.#isDown = true;
    this.cut();
    this.#onCut();
  }
}
