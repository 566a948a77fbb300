import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
const settings: Record<string, { default: unknown; markdownDescription: string }> =
  manifest.contributes.configuration.properties;

test('every setting is described, and the README has it with its default', () => {
  const readme = readFileSync(join(home, 'README.md'), 'utf8');
  const told = { true: 'on', false: 'off', '': 'searched' } as Record<string, string>;
  for (const [name, { default: value, markdownDescription }] of Object.entries(settings)) {
    expect(markdownDescription).toBeTruthy();
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    const shown = told[String(value)] ?? String(value);
    expect(row?.split('|').at(-2)?.trim().replaceAll('`', ''), name).toBe(shown);
  }
});

test('it wakes for its commands, its view and its panel alone', () => {
  // Commands and views wake it without being named here.
  expect(manifest.activationEvents).toEqual(['onWebviewPanel:deskside.desktop']);
  expect(manifest.extensionKind).toEqual(['workspace', 'ui']);
});

test('every command is carried out', () => {
  const source = readFileSync(join(home, 'src/desk.ts'), 'utf8');
  const commands: { command: string }[] = manifest.contributes.commands;
  expect(commands.filter(({ command }) => !source.includes(`'${command}':`))).toEqual([]);
});
