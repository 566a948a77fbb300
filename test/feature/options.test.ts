/** What the feature says of itself is what the streamer knows and what the README says. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { resolveSettings } from '../../streamer/src/settings/resolve.ts';
import { environmentOf, type SettingName, settingsTable } from '../../streamer/src/settings.ts';
import { command } from '../support/engine/command.ts';
import { DEVCONTAINER } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const source = join(repository, 'feature/src/deskside');
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

test('what an option that is a setting proposes, the streamer takes', () => {
  for (const name of settings) {
    const { enum: values = [], proposals = [] } = feature.options[name];
    for (const value of [...values, ...proposals]) {
      const file = { path: 'the option', variables: {} };
      resolveSettings({ flags: { [name]: value }, environment: {}, file });
    }
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
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  expect(feature.version).toBe(version);
});

test('VS Code gets the extension, and a port that has a name and opens no page without its token', async () => {
  const { publisher, name } = JSON.parse(await readFile(join(repository, 'extension/package.json'), 'utf8'));
  const { extensions, settings: editor } = feature.customizations.vscode;
  expect(extensions).toEqual([`${publisher}.${name}`]);
  expect(editor['remote.portsAttributes']).toEqual({
    [feature.options.port.default]: { label: expect.stringContaining('Desktop'), onAutoForward: 'silent' },
  });
});

test('its app in Coder has the icon that the Terraform module gives to its own', async () => {
  const [{ icon }] = feature.customizations.coder.apps;
  expect(await readFile(join(repository, 'terraform-module/main.tf'), 'utf8')).toContain(`"${icon}"`);
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
