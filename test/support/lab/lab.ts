import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Namespace } from './namespace.ts';

/** What a network does to packets. */
export interface Condition {
  /** One way, ms: half of a round trip. */
  delay?: number;
  /** Up to so much more, anew for each packet, ms. Needs a delay. */
  jitter?: number;
  /** Part of the packets that vanish, each way. */
  loss?: number;
  /** What passes from the server to the client, kbit/s. */
  rate?: number;
  /** Whether UDP passes. */
  udp?: boolean;
}

/** Addresses of RFC 2544 section C.2.2, which are for benchmarks; nothing leaves the two namespaces. */
const SERVER = '198.18.0.1';
const CLIENT = '198.18.0.2';
const PORT = 6080;
const DEVICE = 'wire';

/** What waits before a bottleneck at most, ms: what does not fit is lost. */
const QUEUE_MS = 200;

/** Bytes that pass a bottleneck at once: two packets, or it would not reach its rate. */
const BURST = 3200;

/**
 * Two hosts and the network between them: namespaces, a veth(4) pair or a delay line of ours, `tc tbf` for the rate,
 * iptables' statistic match for losses. All of it vanishes with the process that made it.
 */
export class Lab implements AsyncDisposable {
  readonly server: Namespace;
  readonly client: Namespace;
  readonly serverAddress: string = SERVER;
  /** What is to be served at. A browser has to be told one origin that counts as secure: this one with `http:`. */
  readonly serverPort: number = PORT;
  readonly origin = `http://${SERVER}:${PORT}`;
  readonly #stack: AsyncDisposableStack;

  static async create(condition: Condition = {}): Promise<Lab> {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Namespace.create());
    const client = stack.use(await Namespace.create());
    if (condition.delay) stack.use(await layDelayLine(server, client, condition));
    else await layVeth(server, client);
    await addAddress(server, SERVER, CLIENT);
    await addAddress(client, CLIENT, SERVER);
    if (condition.rate) await limit('add', server, condition.rate);
    for (const end of [server, client]) await drop(end, condition);
    return new Lab(server, client, stack.move());
  }

  private constructor(server: Namespace, client: Namespace, stack: AsyncDisposableStack) {
    this.server = server;
    this.client = client;
    this.#stack = stack;
  }

  /** Another rate, kbit/s, for a network that was made with one. */
  async setRate(rate: number): Promise<void> {
    await limit('change', this.server, rate);
  }

  /** Has UDP pass to one end no more, or again. */
  async blockUdp(to: 'client' | 'server', blocked = true): Promise<void> {
    await this[to].run(...blockingUdp(blocked ? '--append' : '--delete'));
  }

  /** Bytes that came to the client so far. */
  get received(): number {
    return this.client.received(DEVICE);
  }

  /** Packets to the client that found the bottleneck's queue full. */
  async dropped(): Promise<number> {
    const shown = await this.server.run('tc', '-statistics', '-json', 'qdisc', 'show', 'dev', DEVICE);
    return JSON.parse(shown).find((qdisc: { kind: string }) => qdisc.kind === 'tbf').drops;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function layVeth(server: Namespace, client: Namespace): Promise<void> {
  // Each packet alone, as on a wire: else the rules of losses would meet dozens at once.
  const end = ['name', DEVICE, 'gso_max_segs', '1'];
  const netns = ['netns', String(client.pid)];
  await server.run('ip', 'link', 'add', ...end, 'type', 'veth', 'peer', ...end, ...netns);
}

async function layDelayLine(
  server: Namespace,
  client: Namespace,
  { delay = 0, jitter = 0 }: Condition,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const program = fileURLToPath(new URL('delay-line.ts', import.meta.url));
  // A network does not wait for the programs at its ends.
  const command = ['nice', '-n', '-10', process.execPath, program, String(delay), String(jitter)];
  const [nsenter, ...args] = server.enter(...command);
  const line = spawn(nsenter, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  stack.defer(async () => {
    if (line.exitCode !== null) return;
    const gone = once(line, 'exit');
    line.stdin.end();
    await gone;
  });
  const [said] = await Promise.race([once(line.stdout, 'data'), once(line, 'exit')]);
  if (!(said instanceof Buffer)) throw new Error('The delay line ended; it says why above.');
  await server.run('ip', 'link', 'set', 'far', 'netns', String(client.pid));
  await client.run('ip', 'link', 'set', 'far', 'name', DEVICE);
  const parts = stack.move();
  return { [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function addAddress(end: Namespace, address: string, peer: string): Promise<void> {
  await end.run('ip', 'address', 'add', address, 'peer', peer, 'dev', DEVICE);
  await end.run('ip', 'link', 'set', DEVICE, 'up');
  // Browsers look for the address of their default route.
  await end.run('ip', 'route', 'add', 'default', 'via', peer, 'dev', DEVICE);
}

async function limit(verb: 'add' | 'change', end: Namespace, rate: number): Promise<void> {
  const bucket = ['rate', `${rate}kbit`, 'burst', String(BURST), 'latency', `${QUEUE_MS}ms`];
  await end.run('tc', 'qdisc', verb, 'dev', DEVICE, 'root', 'tbf', ...bucket);
}

async function drop(end: Namespace, { loss = 0, udp = true }: Condition): Promise<void> {
  if (!udp) await end.run(...blockingUdp('--append'));
  if (loss === 0) return;
  const some = ['--match', 'statistic', '--mode', 'random', '--probability', String(loss)];
  await end.run(...incoming('--append'), ...some, '--jump', 'DROP');
}

function blockingUdp(verb: '--append' | '--delete'): [string, ...string[]] {
  return [...incoming(verb), '--protocol', 'udp', '--jump', 'DROP'];
}

function incoming(verb: '--append' | '--delete'): [string, ...string[]] {
  return ['iptables', '--wait', verb, 'INPUT', '--in-interface', DEVICE];
}
