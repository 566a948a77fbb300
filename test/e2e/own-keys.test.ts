/** What the page keeps for itself, offers for the keys that browsers keep, and remembers. */
import { expect } from 'vitest';
import { live } from '../support/chromium.ts';
import { untilNothingIsDown } from '../support/desktop-input.ts';
import { test as typing } from '../support/typing-test.ts';
import { until } from '../support/until.ts';

const test = typing.extend('openPanel', async ({ page }) => async () => {
  await page.keyboard.press('Control+Shift+M');
  await page.getByRole('button', { name: 'Keys and shortcuts' }).click();
  return page.getByRole('dialog', { name: 'Keys' });
});

test('full screen comes and goes by its keys, with all keys locked in', async ({ page, x }) => {
  await page.evaluate(() => {
    const { keyboard } = navigator as unknown as { keyboard: { lock(): Promise<void>; unlock(): void } };
    const log: string[] = [];
    Object.assign(window, { log });
    for (const name of ['lock', 'unlock'] as const) {
      const original = keyboard[name].bind(keyboard);
      const logged = () => {
        log.push(name);
        return original();
      };
      Object.assign(keyboard, { [name]: logged });
    }
  });
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  await page.keyboard.press('Control+Shift+F');
  await until('full screen', isFull);
  await page.keyboard.press('Control+Shift+F');
  await until('the window', async () => !(await isFull()));
  await until('the lock to be gone', async () => {
    const log = await page.evaluate(() => (window as unknown as { log: string[] }).log.join());
    return log === 'lock,unlock';
  });
  await untilNothingIsDown(x);
});

test('a shortcut can be other keys, and none at all; both are remembered', async ({
  page,
  openPanel,
  terminal,
}) => {
  const panel = await openPanel();
  await panel.getByRole('button', { name: 'Change: Full screen, and back' }).click();
  await page.keyboard.press('Control+Alt+9');
  await panel.getByText('Ctrl+Alt+9').waitFor();
  await panel.getByRole('button', { name: 'Turn off: Go to the toolbar, and back to the desktop' }).click();
  await page.reload();
  await live(page);
  await page.mouse.click(100, 100);
  await page.keyboard.press('Control+Shift+M');
  await terminal.untilTyped('\r');
  await page.keyboard.press('Control+Alt+9');
  await until('full screen', () => page.evaluate(() => document.fullscreenElement !== null));
  await page.evaluate(() => document.exitFullscreen());
});

test('keys that browsers keep are sent from the panel', async ({ openPanel, terminal }) => {
  const panel = await openPanel();
  for (const name of ['F1', 'Ctrl+W', 'Esc']) await panel.getByRole('button', { name, exact: true }).click();
  await terminal.untilTyped('\x1bOP\x17\x1b');
});

test('text is typed where nothing can be pasted', async ({ openPanel, terminal }) => {
  const panel = await openPanel();
  const text = 'pässwörd {\\}~ 漢字 😀';
  await panel.getByRole('textbox', { name: 'Type where nothing can be pasted:' }).fill(text);
  await panel.getByRole('button', { name: 'Type it' }).click();
  await terminal.untilTyped(text);
});

test('a layout chosen by hand stays, whatever is typed', async ({ page, openPanel, terminal }) => {
  const panel = await openPanel();
  await panel.getByLabel('Keyboard', { exact: false }).selectOption('fr');
  await panel.getByRole('button', { name: 'Close' }).click();
  await page.mouse.click(100, 100);
  await page.keyboard.type('azerty q');
  await terminal.untilTyped('azerty q');
  await openPanel();
  expect(await panel.getByRole('option').first().textContent()).toContain('France');
});

test('the page can be installed', async ({ page }) => {
  const devtools = await page.context().newCDPSession(page);
  const { errors, url, data } = await devtools.send('Page.getAppManifest');
  expect([errors, new URL(url).pathname]).toEqual([[], '/manifest.webmanifest']);
  const { icons } = JSON.parse(data!);
  for (const { src, type } of icons) {
    const answer = await page.request.get(new URL(src, url).href);
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, type]);
  }
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
    [],
  );
});

test('everything that can be used has a name for screen readers', async ({ page, openPanel }) => {
  await openPanel();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Accessibility.enable');
  const usable = new Set([
    'button',
    'textbox',
    'combobox',
    'checkbox',
    'slider',
    'dialog',
    'toolbar',
    'group',
  ]);
  const found = await until('all of the panel', async () => {
    const { nodes } = await devtools.send('Accessibility.getFullAXTree');
    const some = nodes.filter(({ ignored, role }) => !ignored && usable.has(role?.value));
    return some.length > 20 && some;
  });
  expect(found.filter(({ name }) => !name?.value).map(({ role }) => role?.value)).toEqual([]);
});

test('those who want less motion, or more contrast, get it', async ({ page, openPanel }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', contrast: 'more' });
  await openPanel();
  const looks = await page.locator('remote-desktop').evaluate((element) => {
    const toolbar = element.shadowRoot!.querySelector('.toolbar')!;
    const { transitionDuration, animationName, borderColor, color } = getComputedStyle(toolbar);
    return { transitionDuration, animationName, lines: borderColor === color };
  });
  expect(looks).toEqual({ transitionDuration: '0s', animationName: 'none', lines: true });
});
