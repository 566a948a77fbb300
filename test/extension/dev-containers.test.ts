import type { Workspace, WorkspaceAgent } from '@deskside/coder';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { CodeServer } from '../support/code-server/code-server.ts';
import { untilLive } from '../support/code-server/editor-test.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { screenshotIn } from '../support/code-server/screenshot.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { type Handler, RecordedServer, recording, type SocketHandler } from '../support/coder/recorded.ts';
import { test } from '../support/desktop-test.ts';
import { compare, fromPng } from '../support/image.ts';
import { Account } from '../support/streamer.ts';
import { XClient } from '../support/x-client.ts';

/** As Coder makes them of the slug of a dev container's feature. */
const [WEB, API] = ['a1b2c3d4-deskside', 'e5f6a7b8-deskside'];

test('a workspace with several dev containers: each has a desktop of its own to choose (recorded answers)', async ({
  streamer,
  chromium,
  onTestFinished,
}) => {
  const workspace = withAgents(({ id }) => [
    ['main', null, 'deskside'],
    ['web', id, WEB],
    ['api', id, API],
  ]);
  const app = `/@${workspace.owner_name}/${workspace.name}.api/apps/${API}`;
  const pictures = [streamerWithoutPictures, pictureOf(streamer.url)];
  await using coder = await RecordedServer.start(
    {
      ...answers(workspace),
      [`GET ${app}/screenshot`]: (request, response) => pictures.shift()!(request, response),
    },
    { [`${app}/ws`]: to(streamer.url) },
  );
  const account = await Account.create();
  onTestFinished(() => account[Symbol.asyncDispose]());
  await using server = await CodeServer.start({
    home: account.home,
    extensions: [await packExtension(account.home)],
    env: { CODER_URL: coder.url, CODER_SESSION_TOKEN: 'a-session-0123456789abcdef' },
  });
  const workbench = await Workbench.open(chromium, server);
  onTestFinished(() => workbench.page.context().close());

  await workbench.command('Deskside: Open Desktop of a Coder Workspace');
  await workbench.untilInput(coder.url);
  await workbench.page.keyboard.press('Enter');
  await workbench.choice('ws.api').waitFor();
  const offered = await workbench.choice(/^ws\./).allTextContents();
  expect(offered).toEqual([/^ws\.main/, /^ws\.web/, /^ws\.api/].map((name) => expect.stringMatching(name)));
  await workbench.choice('ws.api').click();
  await untilLive(workbench);
  await workbench.page.locator('.tab', { hasText: 'ws.api' }).waitFor();

  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Deskside: Screenshot to Editor');
  await workbench
    .notification(
      /deskside program of ws\.api is older than this extension, version 0\.1\.0.*Update the template/,
    )
    .waitFor();
  await workbench.command('Deskside: Screenshot to Editor');
  using x = await XClient.connect(streamer.address);
  expect(compare(fromPng(await screenshotIn(server.workspace)), await x.read()).pixels).toBe(0);
});

/** What one says that knows no such address. */
const streamerWithoutPictures: Handler = (_, response) => {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(
    '{"reason":"path","message":"There is nothing at this address.","remedy":"Open the address."}',
  );
};

/** A desktop behind the deployment's proxy. */
function pictureOf(desktop: URL): Handler {
  return async (_, response) => {
    const answer = await fetch(new URL(`screenshot${desktop.search}`, desktop));
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
}

type Agents = (main: WorkspaceAgent) => [name: string, parent: string | null, slug: string][];

/** The recorded workspace with these agents instead of its own, each with a healthy desktop. */
function withAgents(agents: Agents): Workspace {
  const workspace = recording<Workspace>('workspace');
  const [resource] = workspace.latest_build.resources.filter((one) => one.agents?.length);
  const [main] = resource!.agents!;
  resource!.agents = agents(main!).map(([name, parent, slug]) => ({
    ...main!,
    id: parent === null ? main!.id : name,
    name,
    parent_id: parent,
    apps: [{ ...main!.apps[0]!, slug, health: 'healthy', subdomain: false, external: false, url: '' }],
  }));
  return workspace;
}

function answers(workspace: Workspace): Record<string, Handler> {
  const json = (value: unknown): Handler => {
    return (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const one = `GET /api/v2/workspaces/${workspace.id}`;
  return {
    'GET /api/v2/workspaces': json({ workspaces: [workspace], count: 1 }),
    [one]: json(workspace),
    [`${one}/watch`]: (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: data\ndata: ${JSON.stringify(workspace)}\n\n`);
    },
  };
}

/** A desktop behind the deployment's proxy. */
function to(desktop: URL): SocketHandler {
  return (socket) => {
    const behind = new WebSocket(new URL(`ws${desktop.search}`, desktop).href, 'deskside.v1');
    const waiting: [Buffer, boolean][] = [];
    socket.on('message', (data: Buffer, binary) => {
      if (behind.readyState === WebSocket.OPEN) behind.send(data, { binary });
      else waiting.push([data, binary]);
    });
    behind.on('open', () => {
      for (const [data, binary] of waiting.splice(0)) behind.send(data, { binary });
    });
    behind.on('message', (data, binary) => socket.send(data, { binary }));
    behind.on('error', () => socket.terminate());
    behind.on('close', () => socket.terminate());
    socket.on('close', () => behind.terminate());
  };
}
