#!/usr/bin/env node
/**
 * Stands in for VS Code's program where there is none: takes its `--extensionDevelopmentPath` and
 * `--extensionTestsPath` and runs those tests in the real extension host of a code-server, driven by Chromium. Exits as
 * VS Code does: 0 if the tests passed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../chromium.ts';
import { CodeServer } from './code-server.ts';

const argument = (name) => {
  const found = process.argv.find((text) => text.startsWith(`--${name}=`));
  if (!found) throw new Error(`--${name}=PATH is missing`);
  return found.slice(name.length + 3);
};

async function runTests() {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'deskside-vscode-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const server = stack.use(await CodeServer.start({ home, testDriver: true }));
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await (await browser.newContext()).newPage();
  const remote = (path) => `vscode-remote://${new URL(server.origin).host}${path}`;
  const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name) => [
    name,
    remote(argument(name)),
  ]);
  await page.exposeFunction('codeAutomationLog', (type, args) => console[type]?.(...args));
  const exit = Promise.withResolvers();
  await page.exposeFunction('codeAutomationExit', exit.resolve);
  await page.goto(server.page({ payload: JSON.stringify(payload) }));
  return await exit.promise;
}

process.exitCode = await runTests();
