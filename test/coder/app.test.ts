import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findApps, type HealthyApp } from '@deskside/coder';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium, live, screenshot } from '../support/chromium.ts';
import { describeWithCoder } from '../support/coder/coder-test.ts';
import type { Deployment, Person } from '../support/coder/deployment.ts';
import { test as base } from '../support/coder/desk-test.ts';
import { audible, frequency, openWithEar, seconds } from '../support/ear.ts';
import { pixel } from '../support/image.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { Terminal } from '../support/terminal.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** Interval and threshold of the app's health check come to half a minute, ms. */
const HEALTH_PATIENCE_MS = 60_000;

const test = base
  .extend('chromium', { scope: 'file' }, async ({ deployment: _ }, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser;
  })
  /** The browser of the workspace's owner. */
  .extend('owner', async ({ chromium, deployment }, { onCleanup }) => {
    const context = await chromium.newContext({ viewport: { width: 1280, height: 720 } });
    onCleanup(() => context.close());
    await signIn(context, deployment, deployment.admin);
    return context;
  })
  .extend('x', async ({ address }, { onCleanup }) => {
    const x = await XClient.connect(address);
    onCleanup(() => x[Symbol.dispose]());
    return x;
  });

/** As after Coder's own sign-in page. */
async function signIn(context: BrowserContext, { url }: Deployment, { token }: Person): Promise<void> {
  await context.addCookies([
    { name: 'coder_session_token', value: token, url, httpOnly: true, sameSite: 'Lax' },
  ]);
}

const FORMS = ['path', 'subdomain'] as const;

/** Both lead to the same app. */
async function addressOf(
  form: (typeof FORMS)[number],
  { admin, url }: Deployment,
  desk: HealthyApp,
): Promise<string> {
  if (form === 'subdomain') return await admin.client.getAppUrl(desk);
  return `${url}/@admin/desk.main/apps/${desk.app.slug}/`;
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await live(page);
  return page;
}

async function untilSeen(page: Page, color: number): Promise<void> {
  await until('the colour to be seen', async () => {
    const seen = pixel(await screenshot(page), 640, 400);
    return seen.every((channel, index) => Math.abs(channel - channels(color)[index]!) < 12);
  });
}

async function untilHealth(health: string, { admin }: Deployment, { workspace }: HealthyApp): Promise<void> {
  for await (const state of admin.client.watchWorkspace(workspace.id, {
    signal: AbortSignal.timeout(HEALTH_PATIENCE_MS),
  })) {
    if (findApps(state, 'deskside')[0]?.app.health === health) return;
  }
}

describeWithCoder("the module's app, through Coder's proxy", () => {
  test.for(FORMS)('as a %s app: a live picture', async (form, { deployment, desk, owner, x }) => {
    const window = x.coverScreen(0x103050);
    const page = await open(owner, await addressOf(form, deployment, desk));
    for (const color of [0xffc000, 0x00a0ff]) {
      x.fill(window, color, { x: 0, y: 0, width: 1280, height: 720 });
      await untilSeen(page, color);
    }
  });

  test.for(FORMS)(
    'as a %s app: keys reach a terminal',
    async (form, { deployment, desk, owner, address }) => {
      await using terminal = await Terminal.open(address);
      const page = await open(owner, await addressOf(form, deployment, desk));
      await page.mouse.click(100, 100);
      await page.keyboard.type('echo hello');
      await terminal.untilTyped('echo hello');
    },
  );

  test.for(FORMS)(
    'as a %s app: the token leaves the address, and a reload needs none',
    async (form, { owner, deployment, desk }) => {
      const page = await open(owner, await addressOf(form, deployment, desk));
      expect(page.url()).not.toContain('token');
      await page.reload();
      await live(page);
    },
  );

  test.for(FORMS)(
    'as a %s app: another person is refused by Coder',
    async (form, { deployment, desk, chromium }) => {
      const visitor = await deployment.createUser(`visitor-${form}`);
      await using context = await chromium.newContext();
      await signIn(context, deployment, visitor);
      const page = await context.newPage();
      const response = await page.goto(await addressOf(form, deployment, desk));
      expect(response?.status()).toBe(404);
      expect(await page.locator('remote-desktop').count()).toBe(0);
    },
  );

  test('another person watches through the shared app, and touches nothing', async ({
    deployment,
    desk,
    owner,
    chromium,
    address,
  }) => {
    const visitor = await deployment.createUser('watcher');
    await using context = await chromium.newContext({ viewport: { width: 1280, height: 720 } });
    await signIn(context, deployment, visitor);
    const { client } = deployment.admin;
    const shared = await client.waitForAppHealthy(desk.workspace.id, 'deskside-watch');
    const watching = await open(context, await client.getAppUrl(shared));
    using x = await XClient.connect(address);
    x.coverScreen(0x00c000);
    await untilSeen(watching, 0x00c000);
    x[Symbol.dispose]();

    await using terminal = await Terminal.open(address);
    const page = await open(owner, await addressOf('path', deployment, desk));
    for (const [one, text] of [
      [watching, 'not this'],
      [page, 'but this'],
    ] as const) {
      await one.mouse.click(100, 100);
      await one.keyboard.type(text);
    }
    await terminal.untilTyped('but this');
  });

  test.for(FORMS)('as a %s app: files go both ways', async (form, { deployment, desk, owner }) => {
    const page = await open(owner, await addressOf(form, deployment, desk));
    const folder = join(deployment.homeOf(desk.workspace), 'exchange');
    // Several pieces, so that they are put together behind the proxy.
    const bytes = randomBytes(6_000_000);
    await page.mouse.move(640, 2);
    await page.getByRole('button', { name: 'Files' }).click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload files' }).click();
    const file = { name: `${form}.bin`, mimeType: 'application/octet-stream', buffer: bytes };
    await (await chooser).setFiles(file);
    await page.getByText(`It is at ~/exchange/${file.name}`).waitFor();
    expect(bytes.equals(await readFile(join(folder, file.name)))).toBe(true);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: file.name }).click();
    expect(bytes.equals(await readFile(await (await saved).path()))).toBe(true);
  });

  test('what a terminal of the workspace draws is seen', async ({ deployment, desk, owner }) => {
    const page = await open(owner, await addressOf('path', deployment, desk));
    await deployment.coder(['ssh', 'desk', '--', "xsetroot -solid '#8020c0'"]);
    await untilSeen(page, 0x8020c0);
  });

  test('what a program of a terminal plays is heard', async ({ deployment, desk, chromium }) => {
    const url = await addressOf('path', deployment, desk);
    await using ear = await openWithEar(chromium, url, (page) =>
      signIn(page.context(), deployment, deployment.admin),
    );
    const play = 'sox -n -r 48000 -c 2 -b 16 ~/tone.wav synth 3 sine 440 vol 0.5 && paplay ~/tone.wav';
    await deployment.coder(['ssh', 'desk', '--', play]);
    const tone = await until('a second of the tone', async () => {
      const sound = audible((await ear.heard())[0]);
      return seconds(sound) > 1 && sound;
    });
    expect(frequency(tone)).toBeCloseTo(440, -1);
  });

  test('`coder port-forward` carries WebRTC', async ({ deployment, desk, place, chromium, x }) => {
    await using tunnel = await deployment.portForward('desk', place.port);
    const url = new URL(desk.app.url!);
    url.port = String(tunnel.port);
    url.searchParams.set('transport', 'webrtc');
    await using context = await chromium.newContext();
    const page = await context.newPage();
    await watchPeers(page);
    await page.goto(url.href);
    await live(page);
    let step = 0;
    await until('video over WebRTC', async () => {
      x.coverScreen(0x000040 + (step++ % 2) * 0x808000);
      return (await peerStatistics(page))?.framesDecoded;
    });
    expect(await peerStatistics(page)).toMatchObject({ protocol: 'tcp', port: tunnel.port });
  });

  test("the agent's figures tell who is there, how fast and how soon", async ({
    deployment,
    desk,
    owner,
    x,
  }) => {
    const window = x.coverScreen(0x103050);
    await open(owner, await addressOf('path', deployment, desk));
    let color = 0x103050;
    const drawing = setInterval(() => x.fill(window, color++, { x: 0, y: 0, width: 1280, height: 720 }), 50);
    const signal = AbortSignal.timeout(HEALTH_PATIENCE_MS);
    const figures = /^1 viewer, \d+ fps, \d+ ms$/;
    let said: string | undefined;
    try {
      for await (const [desktop] of deployment.admin.client.watchAgentMetadata(desk.agent.id, { signal })) {
        said = desktop?.result.value.trim();
        if (figures.test(said ?? '')) break;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(drawing);
    }
    expect(said).toMatch(figures);
  });

  test('nobody signed in is led to the sign-in, not to the desktop', async ({
    deployment,
    desk,
    chromium,
  }) => {
    await using context = await chromium.newContext();
    const page = await context.newPage();
    await page.goto(await addressOf('path', deployment, desk));
    expect(new URL(page.url()).pathname).toBe('/login');
  });

  test('the token is in no log', async ({ deployment, desk }) => {
    const token = new URL(desk.app.url!).searchParams.get('token')!;
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const { client } = deployment.admin;
    const logs: string[] = [];
    for await (const { output } of client.followBuildLogs(desk.workspace.latest_build.id)) logs.push(output);
    for await (const { output } of client.followAgentLogs(desk.agent.id)) {
      logs.push(output);
      if (output.includes('The desktop is ready')) break;
    }
    logs.push(await readFile(join(deployment.folder, 'server.log'), 'utf8'));
    expect(logs.join('\n')).not.toContain(token);
  });

  test('a streamer that dies turns the app red, and `deskside start` in a terminal green', async ({
    deployment,
    desk,
  }) => {
    const state = join(deployment.homeOf(desk.workspace), '.local/state/deskside/default/session.json');
    const { pid } = JSON.parse(await readFile(state, 'utf8'));
    process.kill(pid, 'SIGKILL');
    await untilHealth('unhealthy', deployment, desk);
    await deployment.coder(['ssh', 'desk', '--', 'deskside', 'start']);
    await untilHealth('healthy', deployment, desk);
  });

  test('stop and start: the same token, a new desktop', async ({ deployment, desk, owner }) => {
    const { client } = deployment.admin;
    await client.waitForBuild(await client.stopWorkspace(desk.workspace.id));
    await client.waitForBuild(await client.startWorkspace(desk.workspace.id));
    const again = await client.waitForAppHealthy(desk.workspace.id, 'deskside');
    expect(again.app.url).toBe(desk.app.url);
    await open(owner, await addressOf('path', deployment, again));
  });
});
