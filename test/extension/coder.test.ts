import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { screenshotIn } from '../support/code-server/screenshot.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { describeWithCoder } from '../support/coder/coder-test.ts';
import { Deployment } from '../support/coder/deployment.ts';
import { test as base } from '../support/coder/desk-test.ts';
import { compare, fromPng } from '../support/image.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';
import { XClient } from '../support/x-client.ts';

const SUPPORT = join(import.meta.dirname, '../support/coder');

/** Name of the editor's own token at the deployment. */
const EDITOR = 'editor';

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('home', { scope: 'file' }, async ({}, { onCleanup }) => {
    const home = await mkdtemp(join(tmpdir(), 'deskside-home-'));
    onCleanup(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    return home;
  })
  /** An editor whose person is signed in to Coder on the command line; its own workspace has no desktop. */
  .extend('server', { scope: 'file' }, async ({ home, deployment }, { onCleanup }) => {
    const { admin, url } = deployment;
    const server = await CodeServer.start({
      home,
      extensions: [await packExtension(home)],
      settings: { 'deskside.coder.timeout': 10 },
      env: {
        CODER_URL: url,
        CODER_SESSION_TOKEN: await admin.client.createToken({ token_name: EDITOR }),
      },
    });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('chromium', { scope: 'file' }, async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('workbench', async ({ chromium, server }, { onCleanup }) => {
    const workbench = await Workbench.open(chromium, server);
    onCleanup(() => workbench.page.context().close());
    return workbench;
  });

/** Answers the question for a deployment's address. */
async function giveAddress({ page }: Workbench, address: string): Promise<void> {
  await page.getByText('Address of the deployment').waitFor();
  await page.locator('.quick-input-widget input:visible').fill(address);
  await page.keyboard.press('Enter');
}

/** Signs in with the session of the command line, up to the list of workspaces. */
async function listWorkspaces({ workbench, deployment }: { workbench: Workbench; deployment: Deployment }) {
  const { page } = workbench;
  await workbench.command('Deskside: Open Desktop of a Coder Workspace');
  await workbench.untilInput(deployment.url);
  await page.keyboard.press('Enter');
  await workbench.choice('Sign in to another deployment').waitFor();
}

async function untilLive(workbench: Workbench) {
  const element = workbench.webview().locator('remote-desktop');
  await until('the panel to be live', async () => (await element.evaluate(viewerState)) === 'live', 60_000);
  return element;
}

describeWithCoder("a Coder workspace's desktop in the editor", () => {
  test('sign in with the session of the command line, choose, see it, type, and take its picture', async ({
    workbench,
    address,
    desk,
    deployment,
    server,
  }) => {
    await listWorkspaces({ workbench, deployment });
    await workbench.choice(desk.workspace.name).click();
    const element = await untilLive(workbench);
    await using terminal = await Terminal.open(address);
    await element.click({ position: { x: 60, y: 200 } });
    await workbench.page.keyboard.type('hello');
    await terminal.untilTyped('hello');
    const html = await workbench.webview().locator('html').innerHTML();
    expect(html).not.toContain(deployment.admin.token);

    using x = await XClient.connect(address);
    x.coverScreen(0x3366cc);
    await x.sync();
    await workbench.page.keyboard.press('Control+Alt+Escape');
    await workbench.command('Deskside: Screenshot to Editor');
    expect(compare(fromPng(await screenshotIn(server.workspace)), await x.read()).pixels).toBe(0);
  });

  test('a stopped workspace is started, and its build is shown', async ({ workbench, desk, deployment }) => {
    const { client } = deployment.admin;
    await client.waitForBuild(await client.stopWorkspace(desk.workspace.id));
    await listWorkspaces({ workbench, deployment });
    await workbench.choice(`${desk.workspace.owner_name} · stopped`).click();
    await workbench.page.locator('.output-view', { hasText: 'Terraform' }).waitFor();
    await untilLive(workbench);
  });

  test('a workspace that fails to build: the reason, and a way on', async ({ workbench, deployment }) => {
    const { client } = deployment.admin;
    const template = await deployment.pushTemplate('broken', { 'broken.tf': join(SUPPORT, 'broken.tf') });
    const { id } = await client.createWorkspace('me', { name: 'broken', template_id: template.id });
    await until('the build to fail', async () => {
      return (await client.getWorkspace(id)).latest_build.job.status === 'failed';
    });
    await listWorkspaces({ workbench, deployment });
    await workbench.choice('broken').click();
    const told = workbench.notification(/Build 2 of broken \(start\) failed/);
    await told.waitFor();
    await told.getByRole('button', { name: 'Show Log' }).waitFor();
    await told.getByRole('button', { name: 'Try Again' }).waitFor();
    await workbench.page.locator('.output-view', { hasText: 'no machine is left' }).waitFor();
  });

  test('an app that never gets healthy is told with what was seen of it', async ({
    workbench,
    deployment,
  }) => {
    const { client } = deployment.admin;
    const template = await deployment.pushTemplate('sick', { 'sick.tf': join(SUPPORT, 'sick.tf') });
    const { id } = await client.createWorkspace('me', { name: 'sick', template_id: template.id });
    await client.waitForAgent(id);
    await listWorkspaces({ workbench, deployment });
    await workbench.choice('sick').click();
    await workbench.notification(/The app "deskside" was not healthy.*deskside unhealthy/).waitFor();
  });

  test('a second deployment is signed in to, and its workspaces stand beside those of the first', async ({
    workbench,
    desk,
    deployment,
    binary,
  }) => {
    await using other = await Deployment.start(binary);
    const template = await other.pushTemplate('sick', { 'sick.tf': join(SUPPORT, 'sick.tf') });
    await other.admin.client.createWorkspace('me', { name: 'elsewhere', template_id: template.id });
    await listWorkspaces({ workbench, deployment });
    await workbench.choice('Sign in to another deployment').click();
    await giveAddress(workbench, other.url);
    await workbench.giveToken(other.admin.token);
    await workbench
      .choice('elsewhere')
      .filter({ hasText: new URL(other.url).host })
      .waitFor();
    await workbench
      .choice(desk.workspace.name)
      .filter({ hasText: new URL(deployment.url).host })
      .waitFor();
  });

  test('a session that ends in the middle is said, and the desktop is back in its panel after the next sign-in', async ({
    workbench,
    desk,
    deployment,
    address,
  }) => {
    const { client } = deployment.admin;
    // Another name of the deployment, for which the command line has no session: whoever comes after keeps theirs.
    const url = deployment.url.replace('127.0.0.1', 'localhost');
    const name = `ending-${randomUUID()}`;
    await workbench.command('Deskside: Open Desktop of a Coder Workspace');
    await giveAddress(workbench, url);
    await workbench.giveToken(await client.createToken({ token_name: name }));
    await workbench.choice(desk.workspace.name).click();
    const element = await untilLive(workbench);

    const key = (await client.getTokens()).find(({ token_name }) => token_name === name);
    await client.deleteToken(key!.id);
    // As after a sleep: what is open stays open, and what is new is refused.
    await element.evaluate((desktop) => (desktop as unknown as { connect(): Promise<void> }).connect());
    const told = workbench.notification(`Your session at ${url} ended`);
    await told.waitFor();
    await told.getByRole('button', { name: 'Sign In' }).click();
    await workbench.untilInput(url);
    await workbench.page.keyboard.press('Enter');
    await workbench.giveToken(await client.createToken({ token_name: `${name}-2` }));
    await untilLive(workbench);
    await using terminal = await Terminal.open(address);
    await element.click({ position: { x: 60, y: 200 } });
    await workbench.page.keyboard.type('back');
    await terminal.untilTyped('back');
  });
});
