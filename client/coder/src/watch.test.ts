import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import {
  answer,
  type Handler,
  RecordedServer,
  recordedText,
  recording,
} from '../../../test/support/coder/recorded.ts';
import { CoderClient } from './client.ts';
import type { Workspace } from './types.ts';

const ID = '8639b124-6e42-4f77-b2ea-c6d62eaf681c';
const SOCKET = `/api/v2/workspaces/${ID}/watch-ws`;
const EVENTS = `GET /api/v2/workspaces/${ID}/watch`;

const workspace = recording<Workspace>('workspace');

const sendRecorded = (socket: WebSocket) => {
  for (const event of recording<unknown[]>('ws-workspace-watch')) socket.send(JSON.stringify(event));
};

const streamRecorded: Handler = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(recordedText('sse-workspace-watch.sse.txt'));
};

async function first(client: CoderClient, count = 1): Promise<Workspace[]> {
  const states: Workspace[] = [];
  for await (const state of client.watchWorkspace(ID)) {
    states.push(state);
    if (states.length === count) break;
  }
  return states;
}

test('over a WebSocket, with the token in a header', async () => {
  const seen: (string | undefined)[] = [];
  await using server = await RecordedServer.start(
    {},
    {
      [SOCKET]: (socket, url) => {
        seen.push(url.search);
        sendRecorded(socket);
      },
    },
  );
  expect(await first(new CoderClient({ url: server.url, token: 'x' }))).toEqual([workspace]);
  expect(seen).toEqual(['']);
});

describe('over server-sent events', () => {
  test('where the server has no WebSocket for it', async () => {
    await using server = await RecordedServer.start({ [EVENTS]: streamRecorded });
    expect(await first(new CoderClient({ url: server.url, token: 'x' }))).toEqual([workspace]);
    expect(server.requests).toMatchObject([{ url: EVENTS.slice(4), token: 'x' }]);
  });

  test('where WebSockets take no headers, as in a browser', async () => {
    await using server = await RecordedServer.start({ [EVENTS]: streamRecorded }, { [SOCKET]: sendRecorded });
    const webSocket = () => {
      throw new SyntaxError("The subprotocol '[object Object]' is invalid.");
    };
    expect(await first(new CoderClient({ url: server.url, token: 'x', webSocket }))).toEqual([workspace]);
    expect(server.requests).toHaveLength(1);
  });

  test('comes back after it broke off', async () => {
    await using server = await RecordedServer.start({
      [EVENTS]: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(recordedText('sse-workspace-watch.sse.txt'));
      },
    });
    expect(await first(new CoderClient({ url: server.url, token: 'x' }), 2)).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });
});

test('comes back after a drop', async () => {
  let connections = 0;
  await using server = await RecordedServer.start(
    {},
    {
      [SOCKET]: (socket) => {
        connections++;
        sendRecorded(socket);
        if (connections === 1) socket.close(1001);
      },
    },
  );
  expect(await first(new CoderClient({ url: server.url, token: 'x' }), 2)).toHaveLength(2);
  expect(connections).toBe(2);
});

test('comes back after the server reported an error', async () => {
  let connections = 0;
  await using server = await RecordedServer.start(
    {},
    {
      [SOCKET]: (socket) => {
        connections++;
        if (connections === 1) socket.send('{"type":"error","data":{"message":"Internal error."}}');
        else sendRecorded(socket);
      },
    },
  );
  expect(await first(new CoderClient({ url: server.url, token: 'x' }))).toEqual([workspace]);
  expect(connections).toBe(2);
});

test.for([
  ['err-401', 'unauthorized'],
  ['err-404-workspace', 'not_found'],
] as const)('a refusal ends it: %s', async ([name, code]) => {
  await using server = await RecordedServer.start({ [EVENTS]: answer(name) });
  await expect(first(new CoderClient({ url: server.url, token: 'x' }))).rejects.toMatchObject({ code });
});

test("an agent's metadata", async () => {
  const [event] = recording<{ data: unknown }[]>('ws-workspaceagent-metadata');
  await using server = await RecordedServer.start(
    {},
    {
      '/api/v2/workspaceagents/a/watch-metadata-ws': (socket) => socket.send(JSON.stringify(event)),
    },
  );
  for await (const metadata of new CoderClient({ url: server.url, token: 'x' }).watchAgentMetadata('a')) {
    expect(metadata).toEqual(event?.data);
    break;
  }
});
