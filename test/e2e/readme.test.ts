import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { live } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { foreignPage } from '../support/foreign-page.ts';
import { Account } from '../support/streamer.ts';

const README = await readFile(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** The code blocks of a language. */
function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    (match) => match[1] as string,
  );
}

test('each command of the README does what it says, in the order of the README', async () => {
  await using account = await Account.create();
  const commands = blocks('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('deskside '))
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
  expect(commands.length).toBeGreaterThan(6);
  // The README's own port and session would get in the way of a person's desktop on this machine.
  const environment = { DESKSIDE_PORT: '0', DESKSIDE_SESSION: 'none', DESKSIDE_SIZE: '640x480' };
  try {
    for (const command of commands) {
      const args = command.map((word) => (word.endsWith('.png') ? join(account.home, word) : word));
      const outcome = await account.deskside(args, environment);
      expect(outcome, `deskside ${command.join(' ')}`).toMatchObject({ code: 0 });
    }
  } finally {
    await account.deskside(['stop']);
  }
});

test('the npm scripts of the README are there', async () => {
  const { scripts } = JSON.parse(
    await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
  );
  const named = blocks('sh').flatMap((block) =>
    [...block.matchAll(/^npm (?:run )?(\S+)/gm)].map((match) => match[1]),
  );
  expect(named).toEqual(expect.arrayContaining(['start', 'test']));
  for (const name of named) expect(scripts).toHaveProperty(name as string);
});

desktop("the README's lines put a desktop into a page of another host", async ({ streamer, chromium }) => {
  const [lines] = blocks('html') as [string];
  const page = lines.replaceAll('http://127.0.0.1:6080', streamer.url.origin).replace('…', streamer.token);
  await using foreign = await foreignPage(page);
  const context = await chromium.newContext();
  const tab = await context.newPage();
  await tab.goto(foreign.url);
  await live(tab);
  await context.close();
});
