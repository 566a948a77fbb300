/**
 * A program: carries IP packets between two network namespaces, each after a delay, since this kernel may have no netem.
 * It has a TUN device at each end (Documentation/networking/tuntap.rst), so that TCP and UDP pass as they are.
 *
 *   delay-line.ts DELAY JITTER      ms, each way; started in the one namespace
 *
 * It prints a line when its devices `wire` and `far` are there: the second is to be moved to the other namespace. It ends
 * when its standard input does.
 */
import { constants, openSync, readSync, writeSync } from 'node:fs';
import koffi from 'koffi';

/** linux/if_tun.h: the request, a device of layer 3, packets without a header before them. */
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;

/** struct ifreq: 16 bytes of name, then the flags. */
const IFREQ_SIZE = 40;

const POLLIN = 1;

/** The devices' MTU. */
const MAX_PACKET = 1500;

const libc = koffi.load('libc.so.6');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)');
const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)');

/** One direction. Packets stay in order whatever the jitter: what overtakes is a route of several ways, not a queue. */
class Line {
  readonly #to: number;
  readonly #waiting: { due: number; packet: Buffer }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(to: number) {
    this.#to = to;
  }

  put(packet: Buffer): void {
    this.#last = Math.max(this.#last, performance.now() + delay + Math.random() * jitter);
    this.#waiting.push({ due: this.#last, packet });
    if (!this.#timer) this.#wait();
  }

  #wait(): void {
    const next = this.#waiting[0];
    this.#timer = next && setTimeout(() => this.#deliver(), Math.max(0, next.due - performance.now()));
  }

  #deliver(): void {
    // Timers are exact to a millisecond: half of one early is as good as half of one late.
    const now = performance.now() + 0.5;
    while (this.#waiting[0] && this.#waiting[0].due <= now) write(this.#to, this.#waiting.shift()!.packet);
    this.#wait();
  }
}

const [delay, jitter] = process.argv.slice(2).map(Number) as [number, number];
const near = openTun('wire');
const far = openTun('far');
console.log('ready');
process.stdin.on('end', () => process.exit()).resume();
await carry([
  { from: near, line: new Line(far) },
  { from: far, line: new Line(near) },
]);

function openTun(name: string): number {
  const fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write(name, 'latin1');
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, 16);
  if (ioctl(fd, TUNSETIFF, request) < 0) throw new Error(`No TUN device ${name} can be made here.`);
  return fd;
}

async function carry(directions: { from: number; line: Line }[]): Promise<never> {
  // struct pollfd: the file, what is waited for, what came.
  const fds = Buffer.alloc(8 * directions.length);
  directions.forEach(({ from }, i) => {
    fds.writeInt32LE(from, i * 8);
    fds.writeInt16LE(POLLIN, i * 8 + 4);
  });
  for (;;) {
    await new Promise((resolve) => poll.async(fds, directions.length, -1, resolve));
    for (const { from, line } of directions) for (const packet of packetsOf(from)) line.put(packet);
  }
}

function* packetsOf(fd: number): Generator<Buffer> {
  for (;;) {
    const packet = Buffer.allocUnsafe(MAX_PACKET);
    try {
      yield packet.subarray(0, readSync(fd, packet));
    } catch {
      return; // EAGAIN: that was all. EIO: the device is not up yet.
    }
  }
}

/** A device that takes nothing more loses the packet, as a router does. */
function write(fd: number, packet: Buffer): void {
  try {
    writeSync(fd, packet);
  } catch {}
}
