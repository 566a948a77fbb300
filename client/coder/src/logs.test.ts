import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { RecordedServer, recording } from '../../../test/support/coder/recorded.ts';
import { CoderClient } from './client.ts';
import type { AgentLog, BuildLog } from './types.ts';

const BUILD = '02ecb1c1-7086-464d-b197-3bf15455bd45';
const AGENT = 'c9f82ec6-e84c-47cf-9f48-d45a068e076f';
const BUILD_LOGS = `/api/v2/workspacebuilds/${BUILD}/logs`;
const AGENT_LOGS = `/api/v2/workspaceagents/${AGENT}/logs`;
const recorded = recording<BuildLog[]>('ws-workspacebuild-logs-follow');

/** As Coder sends a build's log: one entry a message. */
function sendAfter(socket: WebSocket, url: URL, until = Number.POSITIVE_INFINITY): void {
  const after = Number(url.searchParams.get('after'));
  for (const log of recorded) if (log.id > after && log.id <= until) socket.send(JSON.stringify(log));
}

async function follow(server: RecordedServer, client = new CoderClient({ url: server.url, token: 'x' })) {
  const ids: number[] = [];
  for await (const { id } of client.followBuildLogs(BUILD)) ids.push(id);
  return ids;
}

const everyId = recorded.map(({ id }) => id);

describe('over a WebSocket', () => {
  test("a build's log ends when the server closes it as done", async () => {
    await using server = await RecordedServer.start(
      {},
      {
        [BUILD_LOGS]: (socket, url) => {
          expect(url.search).toBe('?follow=true&after=0');
          sendAfter(socket, url);
          socket.close(1000);
        },
      },
    );
    expect(await follow(server)).toEqual(everyId);
  });

  test('one that drops goes on behind the last entry', async () => {
    const afters: string[] = [];
    const middle = everyId[20]!;
    await using server = await RecordedServer.start(
      {},
      {
        [BUILD_LOGS]: (socket, url) => {
          afters.push(url.searchParams.get('after')!);
          const first = afters.length === 1;
          sendAfter(socket, url, first ? middle : undefined);
          // Only what was read before the end is sure to have arrived.
          if (first) socket.ping('', false, () => socket.once('pong', () => socket.terminate()));
          else socket.close(1000);
        },
      },
    );
    expect(await follow(server)).toEqual(everyId);
    expect(afters).toEqual(['0', String(middle)]);
  });

  test('entries that come twice are given once', async () => {
    await using server = await RecordedServer.start(
      {},
      {
        [BUILD_LOGS]: (socket) => {
          for (const log of [...recorded, ...recorded]) socket.send(JSON.stringify(log));
          socket.close(1000);
        },
      },
    );
    expect(await follow(server)).toEqual(everyId);
  });

  test("an agent's log comes in lists", async () => {
    const lists = recording<AgentLog[][]>('ws-workspaceagent-logs-follow');
    await using server = await RecordedServer.start(
      {},
      {
        [AGENT_LOGS]: (socket) => {
          for (const list of lists) socket.send(JSON.stringify(list));
          socket.close(1000);
        },
      },
    );
    const client = new CoderClient({ url: server.url, token: 'x' });
    const logs: AgentLog[] = [];
    for await (const log of client.followAgentLogs(AGENT)) logs.push(log);
    expect(logs).toEqual(lists.flat());
  });

  test.for(['not JSON', '{"id":"one"}', '7'])(
    'a message that is no entry ends it with an error: %s',
    async (text) => {
      await using server = await RecordedServer.start({}, { [BUILD_LOGS]: (socket) => socket.send(text) });
      await expect(follow(server)).rejects.toThrow(/workspacebuilds/);
    },
  );

  test('leaving it closes the connection', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await RecordedServer.start(
      {},
      {
        [BUILD_LOGS]: (socket, url) => {
          socket.on('close', () => closed.resolve());
          sendAfter(socket, url);
        },
      },
    );
    const client = new CoderClient({ url: server.url, token: 'x' });
    for await (const _ of client.followBuildLogs(BUILD)) break;
    await closed.promise;
  });

  test("the caller's signal ends the waiting for more", async () => {
    await using server = await RecordedServer.start({}, { [BUILD_LOGS]: sendAfter });
    const client = new CoderClient({ url: server.url, token: 'x' });
    const abort = new AbortController();
    const read = async () => {
      for await (const { id } of client.followBuildLogs(BUILD, { signal: abort.signal })) {
        if (id === everyId.at(-1)) abort.abort(new Error('enough'));
      }
    };
    await expect(read()).rejects.toThrow('enough');
  });
});

describe('where no WebSocket comes about', () => {
  test('the log is read by plain requests until the build is done', async () => {
    await using server = await RecordedServer.start({
      [`GET ${BUILD_LOGS}`]: (request, response) => {
        const after = Number(new URL(request.url!, server.url).searchParams.get('after'));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(recorded.filter(({ id }) => id > after)));
      },
    });
    expect(await follow(server)).toEqual(everyId);
  });

  test('the reason is the error', async () => {
    await using server = await RecordedServer.start();
    const client = new CoderClient({ url: server.url, token: 'x' });
    const read = async () => {
      for await (const _ of client.followBuildLogs('00000000-0000-4000-8000-000000000000'));
    };
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a server that stays away is an error after the time limit', async () => {
    const server = await RecordedServer.start();
    await server[Symbol.asyncDispose]();
    const client = new CoderClient({ url: server.url, token: 'x', timeoutMs: 300 });
    await expect(follow(server, client)).rejects.toMatchObject({ code: 'unreachable' });
  });
});
