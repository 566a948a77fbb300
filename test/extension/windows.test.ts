import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchSleeper, live } from '../support/chromium.ts';
import {
  desktopOf,
  openPanel,
  SETTINGS,
  startDesktop,
  stopDesktop,
  test,
  untilLive,
} from '../support/code-server/editor-test.ts';
import { Workbench, webviewIn } from '../support/code-server/workbench.ts';
import { Relay } from '../support/relay.ts';
import type { Account } from '../support/streamer.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';

/** A place on the desktop that no toolbar lies over. */
const ON_DESKTOP = { position: { x: 60, y: 200 } };

test('several desktops are live side by side, and keys go to the one that has the focus', async ({
  workbench,
  server,
  account,
  onTestFinished,
}) => {
  const { keyboard } = workbench.page;
  await startDesktop(account, 'second');
  onTestFinished(async () => {
    await server.configure({});
    await stopDesktop(account, 'second');
  });
  await openPanel(workbench);
  await keyboard.press('Control+Alt+Escape');
  await server.configure({ 'deskside.desktopName': 'second' });
  // It comes back with the window, and the setting is read before anything is opened.
  await workbench.reload();
  const first = await panelOf(workbench, 'default');
  await keyboard.press('Control+Alt+Escape');
  await workbench.command('Deskside: Open Remote Desktop');
  const second = await panelOf(workbench, 'second');
  await using one = await Terminal.open(await desktopOf(account));
  await using two = await Terminal.open(await desktopOf(account, 'second'));

  await first.click(ON_DESKTOP);
  await keyboard.type('one');
  await one.untilTyped('one');
  await second.click(ON_DESKTOP);
  await keyboard.type('two');
  await two.untilTyped('two');
  await first.click(ON_DESKTOP);
  await keyboard.type(' more');
  await one.untilTyped('one more');
  expect(await two.typed()).toBe('two');
  await workbench.statusBarItem('Keyboard: desktop').waitFor();
  expect(await first.evaluate(viewerState)).toBe('live');
  expect(await second.evaluate(viewerState)).toBe('live');
  await keyboard.press('Control+Alt+Escape');
  await workbench.statusBarItem('Keyboard: desktop').waitFor({ state: 'hidden' });
});

test('the view lists every desktop of the person, each with who is there and its links', async ({
  workbench,
  account,
  onTestFinished,
}) => {
  const { page } = workbench;
  const away = join(account.home, 'away');
  await startDesktop(account, 'second');
  expect(await account.deskside(['start', '--name', 'away', '--state-dir', away], SETTINGS)).toMatchObject({
    code: 0,
  });
  onTestFinished(async () => {
    await stopDesktop(account, 'second');
    await account.deskside(['stop', '--state-dir', away]);
  });
  const link = ['share', '--state-dir', away];
  await account.deskside([...link, '--for', 'Ada']);
  await page.getByRole('tab', { name: 'Deskside' }).click();
  const row = (text: string) => page.locator('.pane-body .monaco-list-row', { hasText: text });
  await row('second').waitFor();
  await row('away').first().click();
  await panelOf(workbench, away);
  await page.keyboard.press('Control+Alt+Escape');
  await row('Owner').filter({ hasText: 'has the keyboard' }).waitFor();
  const ada = row('Link to watch').filter({ hasText: 'Ada' });
  await ada.hover();
  await ada.getByRole('button', { name: 'Revoke Link' }).click();
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Revoke' }).click();
  await ada.waitFor({ state: 'detached' });
  expect(JSON.parse((await account.deskside([...link, '--list', '--json'])).stdout)).toEqual([]);
});

test('the desktop is opened in the browser', async ({ workbench }) => {
  await openPanel(workbench);
  const { page } = workbench;
  await page.keyboard.press('Control+Alt+Escape');
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    workbench.command('Deskside: Open Remote Desktop in Browser'),
  ]);
  await live(opened);
  expect(new URL(opened.url()).searchParams.has('token')).toBe(false);
});

test('the panel moves into a window of its own and comes back, live both times', async ({
  workbench,
  account,
}) => {
  await openPanel(workbench);
  const { page } = workbench;
  await page.keyboard.press('Control+Alt+Escape');
  const [detached] = await Promise.all([
    page.context().waitForEvent('page'),
    workbench.command('Deskside: Move Remote Desktop into New Window'),
  ]);
  const element = await liveIn(detached);
  await using terminal = await Terminal.open(await desktopOf(account));
  await element.click(ON_DESKTOP);
  await detached.keyboard.type('there');
  await terminal.untilTyped('there');

  await detached.keyboard.press('Control+Alt+Escape');
  await Promise.all([
    detached.waitForEvent('close'),
    new Workbench(detached).command('View: Restore Editors into Main Window'),
  ]);
  const back = await liveIn(page);
  await back.click(ON_DESKTOP);
  await page.keyboard.type(' and back');
  await terminal.untilTyped('there and back');
});

test('a laptop that slept, and whose connections ended meanwhile, has the desktop back without a click', async ({
  server,
  account,
}) => {
  await using relay = await Relay.to(Number(new URL(server.origin).port));
  await using laptop = await launchSleeper();
  const workbench = await Workbench.open(laptop.browser, server, relay);
  const element = await openPanel(workbench);
  await using terminal = await Terminal.open(await desktopOf(account));
  await element.click(ON_DESKTOP);
  await workbench.page.keyboard.type('before');
  await terminal.untilTyped('before');

  const viewers = await viewerCount(account);
  laptop.sleep();
  relay.cut();
  await until('the streamer to see it go', async () => (await viewers()) === 0);
  laptop.wake();
  await until('the streamer to have it back', async () => (await viewers()) === 1);
  await untilLive(workbench);
  await workbench.page.keyboard.type(' and after');
  await terminal.untilTyped('before and after');
});

/** The panel of one desktop among several, once it is live. */
async function panelOf(workbench: Workbench, name: string): Promise<Locator> {
  const look = async (): Promise<Locator | undefined> => {
    for (const frame of await workbench.page.locator('iframe.webview').all()) {
      const selector = `iframe.webview[name="${await frame.getAttribute('name')}"]`;
      const inner = workbench.page.frameLocator(selector).frameLocator('#active-frame');
      const element = inner.locator(`remote-desktop[data-desktop="local:${name}"]`);
      if ((await element.count()) === 1 && (await element.evaluate(viewerState)) === 'live') return element;
    }
    return undefined;
  };
  return await until(`the panel of ${name} to be live`, look, 60_000);
}

/** Asks a desktop how many people are there. */
async function viewerCount(account: Account): Promise<() => Promise<number>> {
  const { stdout } = await account.deskside(['url', '--json']);
  const url = new URL(JSON.parse(stdout).url);
  const headers = { authorization: `Bearer ${url.searchParams.get('token')}` };
  return async () => {
    const text = await (await fetch(new URL('/metrics', url), { headers })).text();
    return [...text.matchAll(/^deskside_viewers{.*} (\d+)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
  };
}

async function liveIn(page: Page) {
  const element = webviewIn(page).locator('remote-desktop');
  await until('the panel to be live', async () => (await element.evaluate(viewerState)) === 'live', 60_000);
  return element;
}
