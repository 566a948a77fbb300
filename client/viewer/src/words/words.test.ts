import { readdir, readFile } from 'node:fs/promises';
import { parseSync, Visitor } from 'oxc-parser';
import { afterEach, expect, it } from 'vitest';
import english from './en.json' with { type: 'json' };
import { commandsIn, language, t, useLanguage } from './words.ts';

const translations = await readdir(new URL('translations/', import.meta.url));
const source = new URL('../', import.meta.url);
const sources = (await readdir(source, { recursive: true })).filter(
  (name) => name.endsWith('.ts') && !/\.(test|d)\.ts$|^testing\//.test(name),
);

afterEach(() => useLanguage(['en']));

it.for(translations)('%s says all that English says, with the same values', async (name) => {
  const words = JSON.parse(await readFile(new URL(`translations/${name}`, import.meta.url), 'utf8'));
  expect(Object.keys(words)).toEqual(Object.keys(english));
  for (const [key, text] of Object.entries(english)) {
    expect(valuesIn(words[key]), key).toEqual(valuesIn(text));
    expect(commandsIn(words[key]).length, key).toBe(commandsIn(text).length);
  }
});

it('every text is said somewhere', async () => {
  const files = [...sources, 'ui/index.html', 'ui/sign-in.html'];
  const text = (await Promise.all(files.map((name) => readFile(new URL(name, source), 'utf8')))).join('\n');
  const isSaid = (key: string): boolean =>
    [`'${key}'`, `>${key}<`, `\`${key.replace(/[^.]+$/, '$')}`].some((use) => text.includes(use));
  expect(Object.keys(english).filter((key) => !isSaid(key))).toEqual([]);
});

it.for(sources)('%s has no sentences of its own', async (name) => {
  const text = await readFile(new URL(name, source), 'utf8');
  expect(sentencesIn(name, text)).toEqual([]);
});

it.for([
  ['html`<h1>Connection lost</h1>`', ['Connection lost']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ['html`<button title="Mute" @click=${f}>${icon}</button>`', ['Mute']],
  ["const a = 'The desktop does not answer'", ['The desktop does not answer']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ['const a = `Trying again in ${n} s`', ['Trying again in']],
  ["throw new Error('No sentence for people')", []],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ["html`<h1 class='Big one'>${t('ended.title')}</h1>`", []],
  ["const a = 'ControlLeft'; type B = 'Not a word'", []],
] as const)('the search for sentences judges %s', ([text, found]) => {
  expect(sentencesIn('x.ts', text)).toEqual(found);
});

it('takes the first language that there is, whatever its region', async () => {
  await useLanguage(['fr', 'de-AT', 'ja']);
  expect([language(), t('close')]).toEqual(['de', 'Schließen']);
});

it.for([{ wanted: ['xx'] }, { wanted: ['../../package'] }, { wanted: [''] }, { wanted: [] }])(
  'stays with English for $wanted',
  async ({ wanted }) => {
    await useLanguage(wanted);
    expect([language(), t('close')]).toEqual(['en', 'Close']);
  },
);

it('puts values into their places, whatever is in them', () => {
  expect(t('unreachable.text', { host: '$& {seconds}' })).toContain('at $& {seconds} that');
  expect(t('retry.soon', { seconds: 3 })).toBe('Trying again in 3 s');
  expect(t('retry.soon')).toBe('Trying again in {seconds} s');
});

function valuesIn(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(([value]) => value).toSorted();
}

/** Texts in a source that a person would read: they belong into the languages' files. */
function sentencesIn(name: string, source: string): string[] {
  const { program } = parseSync(name, source);
  const found: string[] = [];
  /** What no person reads: errors for programmers, types. */
  const exempt: { start: number; end: number }[] = [];
  new Visitor({
    NewExpression(node) {
      if (/Error$/.test(source.slice(node.callee.start, node.callee.end))) exempt.push(node);
    },
    TSLiteralType: (node) => void exempt.push(node),
  }).visit(program);
  const take = (text: string, at: number): void => {
    if (!exempt.some(({ start, end }) => at >= start && at < end)) found.push(text.trim());
  };
  const judge = (text: string, at: number): void => {
    if (/^\s*[A-Z][a-z’]* [a-z’]+/.test(text)) take(text, at);
  };
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') judge(node.value, node.start);
    },
    TaggedTemplateExpression(node) {
      if (source.slice(node.tag.start, node.tag.end) !== 'html') return;
      const markup = node.quasi.quasis.map(({ value }) => value.raw).join('\0');
      for (const text of textsIn(markup)) take(text, node.start);
    },
    TemplateLiteral(node) {
      for (const { value, start } of node.quasis) if (!value.raw.includes('<')) judge(value.raw, start);
    },
  }).visit(program);
  return found;
}

/** What a person sees or hears of markup; values are NUL. */
function textsIn(markup: string): string[] {
  const attributes = [...markup.matchAll(/(?:title|aria-label|placeholder|alt)="([^"]*)"/g)].map(
    ([, text]) => text!,
  );
  const texts = markup
    .replace(/<[^>]*>/g, '\0')
    .split('\0')
    .map((text) => text.trim());
  // Units are the same in all of these languages.
  return [...attributes, ...texts].filter(
    (text) => /[A-Za-z]{2}/.test(text) && !/^(fps|ms|kbit\/s)$/.test(text),
  );
}
