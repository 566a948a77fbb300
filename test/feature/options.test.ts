/** What the feature says of itself is what the streamer knows and what the README says. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { environmentOf, type SettingName, settingsTable } from '../../streamer/src/settings.ts';
import { command } from '../support/engine/command.ts';
import { DEVCONTAINER } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

const source = fileURLToPath(new URL('../../feature/src/deskside', import.meta.url));
const feature = JSON.parse(await readFile(join(source, 'devcontainer-feature.json'), 'utf8'));

/** Options about what is installed: the streamer has no say in these. */
const ABOUT_THE_IMAGE = ['desktop', 'autostart', 'browser', 'gpu', 'apps'];

const settings = Object.keys(feature.options).filter((name) => !ABOUT_THE_IMAGE.includes(name));

test('an option that is a setting has the setting’s default', () => {
  for (const name of settings) {
    expect(settingsTable).toHaveProperty(name);
    expect(feature.options[name].default, name).toBe(settingsTable[name as SettingName].default);
  }
});

test('an option that is a setting is written for the streamer', async () => {
  const install = await readFile(join(source, 'install.sh'), 'utf8');
  for (const name of settings) {
    expect(install).toContain(`${environmentOf(name)}=\${${name.toUpperCase()}:-}`);
  }
});

test('terminals get the display at which the streamer puts its X server', async () => {
  const install = await readFile(join(source, 'install.sh'), 'utf8');
  expect(install).toContain(`DESKSIDE_DISPLAY=${feature.containerEnv.DISPLAY}\n`);
});

test('the version is that of everything else', async () => {
  const { version } = JSON.parse(await readFile(join(source, '../../../package.json'), 'utf8'));
  expect(feature.version).toBe(version);
});

test('the README is what the CLI makes of the options and NOTES.md', async () => {
  await using folder = await temporaryFolder();
  // The README says where it comes from, relative to the repository.
  await cp(source, join(folder.path, 'feature/src/deskside'), { recursive: true });
  const docs = ['features', 'generate-docs', '--project-folder', 'feature/src'];
  const names = [
    '--namespace',
    'deskside/deskside',
    '--github-owner',
    'deskside',
    '--github-repo',
    'deskside',
  ];
  await command(DEVCONTAINER, [...docs, ...names], { cwd: folder.path });
  const made = await readFile(join(folder.path, 'feature/src/deskside/README.md'), 'utf8');
  expect(await readFile(join(source, 'README.md'), 'utf8')).toBe(made);
});
