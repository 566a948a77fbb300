import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { environmentOf, settingNames, settingsTable } from '../../streamer/src/settings.ts';
import { MODULE, TerraformFolder, variableFlags } from '../support/coder/module.ts';
import { buildProviders } from '../support/coder/providers.ts';
import { command } from '../support/engine/command.ts';

await buildProviders(['coder/coder', 'kreuzwerker/docker', 'hashicorp/kubernetes']);

const test = base
  .extend('folder', { scope: 'file' }, MODULE)
  .extend('terraform', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
    const terraform = await TerraformFolder.copyOf(folder);
    onCleanup(() => terraform[Symbol.asyncDispose]());
    return terraform;
  });

test("the module's own tests pass with the real provider", async ({ terraform }) => {
  expect(await terraform.run('test')).toMatch(/\b[1-9]\d* passed, 0 failed/);
});

test('it is formatted', async ({ terraform }) => {
  expect(await terraform.run('fmt', '-check', '-recursive')).toBe('');
});

/** Wrong values and what their message tells to write. */
const WRONG: [string, string, RegExp][] = [
  ['agent_id', '', /write coder_agent\.main\.id/],
  ['port', '0', /from 1 to 65535, such as 6080/],
  ['port', '65536', /from 1 to 65535/],
  ['port', '6080.5', /whole number/],
  ['slug', 'My Desktop', /lower-case letters and digits.+such as desktop-2/],
  ['slug', 'a--b', /single hyphens/],
  ['display_name', '', /1 to 64 characters/],
  ['icon', `/${'x'.repeat(256)}`, /at most 256 characters, such as \/icon\/desktop\.svg/],
  ['open_in', 'window', /"tab" or "slim-window"/],
  ['desktop', 'gnome', /"auto", "xfce", "openbox" or "none"/],
  ['display', '20', /:0 to :59535, such as :20/],
  ['display', ':59536', /:0 to :59535/],
  ['size', '1920', /WIDTHxHEIGHT in pixels .+ such as 1920x1080/],
  ['size', '1920x63', /sides of 64 to 16384/],
  ['fps', '0', /1 to 240, such as 60/],
  ['fps', '241', /1 to 240/],
  ['bitrate', '99', /100 to 200000 kbit\/s, such as 8000/],
  ['settings', '{"log-level":"debug"}', /log_level for --log-level/],
  ['share', 'everybody', /"owner", "authenticated" or "public"/],
  ['audio', 'on', /"auto", "pulseaudio", "pipewire" or "off"/],
  ['microphone', 'yes', /"on" or "off"/],
  ['clipboard', 'yes', /"both", "in", "out" or "none"/],
  ['files', 'yes', /"both", "in", "out" or "none"/],
  ['files_dir', 'Downloads', /such as ~\/Downloads/],
  ['turn_uri', 'turn.example.com', /such as turn:turn\.example\.com:3478/],
  ['turn_rest_uri', 'turn.example.com', /such as https:/],
  ['settings', '{"port":"1"}', /variable of its own/],
  ['settings', '{"viewer_token_file":"/tmp/t"}', /the module gives these/],
  ['settings', '{"log_level":"a\\nb"}', /one line each/],
  ['install', 'always', /"auto" or "never"/],
  ['install_version', 'v0.1.0', /without a v before it, such as 0\.1\.0/],
  ['source_url', 'mirror.example.com', /such as https:\/\/mirror/],
  ['source_url', 'https://mirror.example.com/', /without a slash at its end/],
  ['source_sha256', 'abc', /64 lower-case hexadecimal digits/],
];

describe('a wrong value says what to write', () => {
  test.for(WRONG)('%s = %s', async ([name, value, message], { terraform }) => {
    const plan = terraform.run('plan', ...variableFlags({ agent_id: 'an-agent', [name]: value }));
    const said = await plan.then(
      () => 'nothing',
      (error: Error) => error.message.replaceAll(/\s*\n[\s│]*/g, ' '),
    );
    expect(said).toMatch(message);
    expect(said).toContain('Invalid value for variable');
  });
});

describe('the complete templates are valid with the real providers', () => {
  test.for([
    ['docker', 'kreuzwerker/docker'],
    ['devcontainer', 'kreuzwerker/docker'],
    ['kubernetes', 'hashicorp/kubernetes'],
  ] as const)('%s', async ([example, provider]) => {
    await using copy = await TerraformFolder.copyOfExample(example, ['coder/coder', provider]);
    expect(await copy.run('validate')).toContain('Success');
  });
});

test('its settings have the names, defaults and limits of the streamer', async () => {
  const main = await readFile(join(MODULE, 'main.tf'), 'utf8');
  for (const name of ['port', 'size', 'fps', 'bitrate', 'display'] as const) {
    const variable = main.split(/^variable /m).find((text) => text.startsWith(`"${name}"`))!;
    for (const limit of settingsTable[name].allowed.match(/\d{2,}/g) ?? []) expect(variable).toContain(limit);
    if (settingsTable[name].default) expect(variable).toContain(settingsTable[name].default);
  }
});

test('its choices are those of the streamer', async () => {
  const main = await readFile(join(MODULE, 'main.tf'), 'utf8');
  for (const name of ['audio', 'microphone', 'clipboard', 'files'] as const) {
    const choices = settingsTable[name].check.options.map((choice) => `"${choice}"`).join(', ');
    expect(main).toContain(`contains([${choices}], var.${name})`);
  }
});

test('it gives the streamer only settings that it knows', async () => {
  const main = await readFile(join(MODULE, 'main.tf'), 'utf8');
  const blocks = main.match(/^ {2}(given|secret)_settings = \{\n[\s\S]*?^ {2}\}/gm)!;
  const given = blocks.flatMap((block) => block.match(/^ {4}[A-Z_]+(?= +=)/gm)!.map((name) => name.trim()));
  const known = settingNames.map((name) => environmentOf(name).replace('DESKSIDE_', ''));
  expect(known).toEqual(expect.arrayContaining(given));
  expect(given).toContain('FILES_DIR');
});

test('its packages are those of the dev container feature', async () => {
  const script =
    '. feature/src/deskside/packages.sh; core_packages; echo; font_packages; echo; desktop_packages xfce; desktop_packages openbox; sound_packages auto';
  const installed = new Set(
    (await command('sh', ['-c', script], { cwd: join(MODULE, '..') })).split(/\s+/).filter(Boolean),
  );
  const main = await readFile(join(MODULE, 'main.tf'), 'utf8');
  const packages = /packages = \{\n([\s\S]*?)\n {2}\}/
    .exec(main)![1]!
    .match(/"[^"]+"/g)!
    .join(' ')
    .replaceAll('"', '');
  expect(new Set(packages.split(' '))).toEqual(installed);
});

test('its README begins as the registry wants it', async () => {
  const readme = await readFile(join(MODULE, 'README.md'), 'utf8');
  const [, front = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(readme) ?? [];
  const fields = new Map(front.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
  expect([...fields.keys()]).toEqual(['display_name', 'description', 'icon', 'verified', 'tags']);
  expect(fields.get('verified')).toBe('false');
  expect(fields.get('tags')).toMatch(/^\[[a-z-]+(, [a-z-]+)*\]$/);
  expect(await readFile(join(MODULE, fields.get('icon')!), 'utf8')).toContain('<svg');
  const outsideCode = text.replaceAll(/^```.*?^```/gms, '');
  expect(outsideCode.match(/^# /gm)).toHaveLength(1);
  expect(text).toMatch(/```tf\nmodule "deskside" \{/);
  // The registry draws the tables of variables and outputs itself.
  expect(outsideCode).not.toMatch(/^\|.*\bDefault\b/im);
});

test.for(['client/viewer/src/ui', 'extension/media'])('its icon is that of %s', async (folder) => {
  const own = await readFile(join(MODULE, 'icon.svg'), 'utf8');
  expect(own).toBe(await readFile(join(MODULE, '..', folder, 'icon.svg'), 'utf8'));
});
