import { launchChromium } from '../support/chromium.ts';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { installDeskside } from '../support/code-server/install-deskside.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { Account } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { showsDesktop } from '../support/viewer-state.ts';
import { BUILT } from './contenders/deskside.ts';

/** What a person waits for in the editor, ms, window by window; the desktop is running. */
export interface EditorReport {
  /** From the command to the desktop's picture in the panel. */
  opened: number[];
  /** Loading the extension and activating it, as the editor itself has it ("Show Running Extensions"). */
  activated: number[];
}

/** In code-server with the packaged extension and the built program. */
export async function measureEditor(rounds: number): Promise<EditorReport> {
  await using stack = new AsyncDisposableStack();
  const account = stack.use(await Account.create(BUILT));
  await installDeskside(account.home, BUILT);
  const server = stack.use(
    await CodeServer.start({
      home: account.home,
      extensions: [await packExtension(account.home)],
      env: { DESKSIDE_STATE_DIR: account.stateDir },
    }),
  );
  const { code, stderr } = await account.deskside(['start', '--session', 'none', '--port', '0']);
  if (code !== 0) throw new Error(`deskside start ended with ${code}: ${stderr}`);
  stack.defer(async () => void (await account.deskside(['stop'])));
  const browser = await launchChromium();
  stack.defer(() => browser.close());

  const report: EditorReport = { opened: [], activated: [] };
  for (let round = 0; round < rounds; round++) {
    const workbench = await Workbench.open(browser, server);
    const command = await workbench.findCommand('Deskside: Open Remote Desktop');
    const before = performance.now();
    await command.click();
    await until('the panel to show the desktop', () =>
      workbench.webview().locator('remote-desktop').evaluate(showsDesktop),
    );
    report.opened.push(performance.now() - before);
    await workbench.page.keyboard.press('Control+Alt+Escape');
    report.activated.push(await workbench.activationTime('Deskside'));
    await workbench.page.context().close();
  }
  return report;
}
