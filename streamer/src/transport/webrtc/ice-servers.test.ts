import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type IceServerSettings,
  IceServers,
  parseConfiguration,
  timeLimited,
  turnServers,
} from './ice-servers.ts';

const NOTHING: IceServerSettings = {
  turnUris: [],
  turnUser: '',
  turnPassword: '',
  turnSecret: undefined,
  turnRest: undefined,
  file: undefined,
};

const servers = (settings: Partial<IceServerSettings>) =>
  new IceServers({ ...NOTHING, ...settings }, pino({ level: 'silent' }));

it('are none where none are set', async () => {
  expect(await servers({}).get()).toEqual([]);
});

it('have the user and password that were given', async () => {
  const [server] = await servers({ turnUris: ['turn:a'], turnUser: 'ada', turnPassword: 'b' }).get();
  expect(server).toEqual({ urls: ['turn:a'], username: 'ada', credential: 'b' });
});

it('have credentials of a shared secret that last a day', () => {
  const { username, credential } = timeLimited('ada', 'secret', 1_000_000_000_000);
  expect(username).toBe('1000086400:ada');
  expect(credential).toBe(createHmac('sha1', 'secret').update(username).digest('base64'));
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deskside-ice-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read anew each time, and one that cannot be read is left out', async () => {
    const file = join(folder, 'servers.json');
    const ice = servers({ file, turnUris: ['turn:given'] });
    expect((await ice.get()).map(({ urls }) => urls)).toEqual([['turn:given']]);
    await writeFile(file, JSON.stringify([{ urls: 'stun:a' }]));
    expect((await ice.get()).map(({ urls }) => urls)).toEqual([['turn:given'], ['stun:a']]);
    await writeFile(
      file,
      JSON.stringify({ iceServers: [{ urls: ['turn:b'], username: 'u', credential: 'c' }] }),
    );
    expect((await ice.get()).at(-1)).toEqual({ urls: ['turn:b'], username: 'u', credential: 'c' });
    await writeFile(file, '{');
    expect(await ice.get()).toHaveLength(1);
  });
});

describe('a service', () => {
  let service: Server;
  let asked: IncomingMessage[];
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    asked = [];
    service = createServer((request, response) => {
      asked.push(request);
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    service.close();
  });

  const rest = () => {
    const uri = `http://127.0.0.1:${(service.address() as AddressInfo).port}/turn?key=k`;
    return servers({ turnRest: { uri, user: 'ada', headers: { Authorization: 'Bearer abc' } } });
  };

  it('is asked once, with user and headers, and again before its credentials expire', async () => {
    answer = {
      status: 200,
      body: { username: 'u', password: 'p', ttl: 100, uris: ['turn:a?transport=udp'] },
    };
    const ice = rest();
    const expected = [{ urls: ['turn:a?transport=udp'], username: 'u', credential: 'p' }];
    expect(await ice.get()).toEqual(expected);
    vi.advanceTimersByTime(49_000);
    expect(await ice.get()).toEqual(expected);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.url).toBe('/turn?key=k&username=ada&service=turn');
    expect(asked[0]!.headers.authorization).toBe('Bearer abc');
    vi.advanceTimersByTime(2000);
    await ice.get();
    expect(asked).toHaveLength(2);
  });

  it('that answers as RTCConfiguration is understood', async () => {
    const iceServers = [{ urls: ['turn:a'], username: 'u', credential: 'p' }];
    answer = { status: 200, body: { lifetimeDuration: '86400s', iceServers } };
    expect(await rest().get()).toEqual(iceServers);
  });

  it.each([
    ['refuses', { status: 403, body: {} }],
    ['answers rubbish', { status: 200, body: { uris: 5 } }],
  ])('that %s is left out and asked again later', async (_, given) => {
    answer = given;
    const ice = rest();
    expect(await ice.get()).toEqual([]);
    expect(await ice.get()).toEqual([]);
    expect(asked).toHaveLength(1);
    answer = { status: 200, body: [{ urls: 'turn:a' }] };
    vi.advanceTimersByTime(11_000);
    expect(await ice.get()).toHaveLength(1);
  });
});

it('tell the TURN servers among them', () => {
  const urls = [
    'stun:s',
    'turn:a',
    'turn:b:99?transport=tcp',
    'turns:c',
    'turns:[2001:db8::1]:443?transport=tcp',
    'turn:',
    'http://x',
  ];
  expect(turnServers([{ urls }]).map(({ host, port, transport }) => `${transport} ${host} ${port}`)).toEqual([
    'udp a 3478',
    'tcp b 99',
    'tls c 5349',
    'tls 2001:db8::1 443',
  ]);
});

it('of any JSON are servers or an error', () => {
  fc.assert(
    fc.property(fc.json(), (content) => {
      try {
        expect(parseConfiguration(content).servers).toBeInstanceOf(Array);
      } catch (error) {
        expect((error as Error).message).toMatch(/RTCIceServer/);
      }
    }),
  );
});
