import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = join(import.meta.dirname, '..');
const LANGUAGES = ['de', 'ja'];

/** Every text that the sources hand to `l10n.t`. */
function textsOfSources(): string[] {
  const call = /l10n\s*\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
  const texts = globSync('src/**/*.ts', { cwd: home, exclude: ['**/*.test.ts'] }).flatMap((file) =>
    [...readFileSync(join(home, file), 'utf8').matchAll(call)].map((match) => match[1] ?? match[2] ?? ''),
  );
  return [...new Set(texts)].sort();
}

function json(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(home, file), 'utf8'));
}

test.each(LANGUAGES)('every message of the extension is there in %s', (language) => {
  expect(Object.keys(json(`l10n/bundle.l10n.${language}.json`)).sort()).toEqual(textsOfSources());
});

test.each(LANGUAGES)('every text of the manifest is there in %s', (language) => {
  expect(Object.keys(json(`package.nls.${language}.json`)).sort()).toEqual(
    Object.keys(json('package.nls.json')).sort(),
  );
});

test('the manifest uses each of its texts', () => {
  const used = [...readFileSync(join(home, 'package.json'), 'utf8').matchAll(/"%([^"%]+)%"/g)].map(
    (match) => match[1],
  );
  expect([...new Set(used)].sort()).toEqual(Object.keys(json('package.nls.json')).sort());
});

test.each(LANGUAGES)('placeholders survive the translation into %s', (language) => {
  for (const [text, translation] of Object.entries(json(`l10n/bundle.l10n.${language}.json`))) {
    expect(translation.match(/\{\d\}/g)?.sort() ?? []).toEqual(text.match(/\{\d\}/g)?.sort() ?? []);
  }
});
