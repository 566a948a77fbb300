/** A dev container in a Coder workspace: Coder's agent finds it, and gives it the app that the feature asks for. */
import type { HealthyApp } from '@deskside/coder';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, live, screenshot } from '../support/chromium.ts';
import { describeWithCoder } from '../support/coder/coder-test.ts';
import { Deployment } from '../support/coder/deployment.ts';
import { PROGRAMS } from '../support/coder/desk.ts';
import { coderBinary } from '../support/coder/server-binary.ts';
import { command } from '../support/engine/command.ts';
import { type Engine, startEngine } from '../support/engine/engine.ts';
import { type Color, pixel, resembles } from '../support/image.ts';
import { until } from '../support/until.ts';
import { DevContainer } from './dev-container.ts';
import { preparedImage } from './prepared-image.ts';

/** What the template gives its agent, and devcontainer.json hands on. */
const TOKEN = 'correct-horse-battery-staple';

const PORT = '7001';
const GREEN: Color = [0, 192, 0];

describeWithCoder('a dev container with the feature, in a Coder workspace', () => {
  const stack = new AsyncDisposableStack();
  let deployment: Deployment;
  let container: DevContainer;
  let desk: HealthyApp;
  let browser: Browser;

  beforeAll(async () => {
    const engine = stack.use(await startEngine());
    deployment = stack.use(await Deployment.start((await coderBinary())!, await bridgeOf(engine)));
    container = stack.use(await upWithToken(engine));
    desk = await createWorkspace(deployment, engine);
    // Otherwise than in a real deployment there is no HTTPS.
    browser = await launchChromium([`--unsafely-treat-insecure-origin-as-secure=${deployment.url}`]);
    stack.defer(() => browser.close());
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  test('has an app that is healthy, follows the option `port` and brings the token', () => {
    expect(desk.agent.parent_id).toBeTruthy();
    expect(desk.app).toMatchObject({ display_name: 'Desktop', health: 'healthy', sharing_level: 'owner' });
    expect(desk.app.url).toBe(`http://localhost:${PORT}/?token=${TOKEN}`);
  });

  test("shows its desktop through Coder's proxy", async () => {
    await using page = await open();
    await live(page.page);
    await container.exec("hsetroot -solid '#00c000'");
    await until('the background to be seen', async () =>
      resembles(pixel(await screenshot(page.page), 200, 200), GREEN),
    );
  });

  test('asks for the token where the template gives none', async () => {
    await using page = await open('?token=');
    await page.page.getByRole('textbox').fill(TOKEN);
    await page.page.keyboard.press('Enter');
    await live(page.page);
  });

  /** As the workspace's owner. */
  async function open(query = ''): Promise<AsyncDisposable & { page: Page }> {
    const { url, admin } = deployment;
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    await context.addCookies([{ name: 'coder_session_token', value: admin.token, url }]);
    const page = await context.newPage();
    await page.goto((await admin.client.getAppUrl(desk)) + query);
    return { page, [Symbol.asyncDispose]: () => context.close() };
  }
});

/** This machine's address for containers. */
async function bridgeOf({ env }: Engine): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  return (await command('docker', ['network', 'inspect', 'bridge', '--format', format], { env })).trim();
}

async function upWithToken(engine: Engine): Promise<DevContainer> {
  const env = { ...engine.env, DESKSIDE_TOKEN: TOKEN };
  return await DevContainer.up(
    { ...engine, env },
    {
      image: await preparedImage(engine),
      features: { './deskside': { desktop: 'openbox', port: PORT } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: for the dev container CLI
      containerEnv: { DESKSIDE_TOKEN: '${localEnv:DESKSIDE_TOKEN}' },
    },
  );
}

/** A workspace whose agent, a process of this machine, looks for dev containers in this engine. @returns the app of the one that it finds */
async function createWorkspace(deployment: Deployment, { env }: Engine): Promise<HealthyApp> {
  const agent = {
    CODER_AGENT_DEVCONTAINERS_ENABLE: 'true',
    DESKSIDE_TOKEN: TOKEN,
    ...(env.DOCKER_HOST ? { DOCKER_HOST: env.DOCKER_HOST } : {}),
  };
  const template = await deployment.pushTemplate(
    'dev-container',
    {},
    {
      programs: PROGRAMS,
      agent_environment: Object.entries(agent)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    },
  );
  const { client } = deployment.admin;
  const { id } = await client.createWorkspace('me', { name: 'desk', template_id: template.id });
  return await client.waitForAppHealthy(id, 'deskside');
}
