/**
 * A program: sends numbered datagrams through a network and tells what came back.
 *
 *   echo.ts server ADDRESS             answers each datagram with itself, until its standard input ends
 *   echo.ts client ADDRESS COUNT       prints an `Echoes` as JSON
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Echoes {
  /** How many datagrams came back. */
  count: number;
  /** The shortest round trip, ms. */
  shortest: number;
  /** Whether none overtook another. */
  ordered: boolean;
}

const PORT = 7;
const SIZE = 1200;
const BUFFER = 1 << 20;

/** Longer than any network of a test takes, ms. */
const PATIENCE = 1000;

const [role, address = '', count = '0'] = process.argv.slice(2);
const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER, sendBufferSize: BUFFER });
if (role === 'server') await serve();
else console.log(JSON.stringify(await ask(Number(count))));

async function serve(): Promise<void> {
  socket.on('message', (datagram, { port, address }) => socket.send(datagram, port, address));
  socket.bind(PORT, address);
  await once(socket, 'listening');
  console.log('ready');
  process.stdin.on('end', () => socket.close()).resume();
}

async function ask(datagrams: number): Promise<Echoes> {
  const sent: number[] = [];
  const back: { id: number; took: number }[] = [];
  socket.on('message', (datagram) => {
    const id = datagram.readUInt32BE();
    back.push({ id, took: performance.now() - sent[id]! });
    silence.refresh();
  });
  const silence = setTimeout(() => socket.close(), PATIENCE);
  const closed = once(socket, 'close');
  for (let id = 0; id < datagrams; id++) {
    const datagram = Buffer.alloc(SIZE);
    datagram.writeUInt32BE(id);
    sent.push(performance.now());
    socket.send(datagram, PORT, address);
  }
  await closed;
  return {
    count: back.length,
    shortest: Math.min(...back.map(({ took }) => took)),
    ordered: back.every(({ id }, i) => i === 0 || id > back[i - 1]!.id),
  };
}
