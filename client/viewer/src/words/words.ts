/**
 * Everything that the page says, in the person's language. English is always there; every other language is a file in
 * translations/, named for its tag (BCP 47), that comes when it is wanted.
 */
import english from './en.json' with { type: 'json' };

/** Names a sentence or a label. */
export type WordKey = keyof typeof english;

/** Longest wait for a language until English has to do, ms: a page that says nothing is worse. */
const PATIENCE = 2000;

let words: Readonly<Record<string, string>> = english;
let current = 'en';

/** The tag of the language that is spoken now. */
export function language(): string {
  return current;
}

/**
 * Says it. A value that is not given leaves its `{name}`.
 *
 * @param values by the names in braces
 */
export function t(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text = words[key] ?? english[key];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/**
 * Speaks the first of these languages that there is from now on; English if none of them comes.
 *
 * @param wanted tags, the most wanted first, such as `navigator.languages`; `de-AT` takes German
 */
export async function useLanguage(wanted: readonly string[]): Promise<void> {
  for (const tag of wanted) {
    const name = tag.split('-')[0]!.toLowerCase();
    const found = name === 'en' ? english : await Promise.race([load(name), nothingAfter(PATIENCE)]);
    if (!found) continue;
    words = found;
    current = name;
    return;
  }
}

/** The parts of a text: commands stand in it in quotes, and are to be set as code. */
export function commandsIn(text: string): { text: string; isCommand: boolean }[] {
  return text.split('"').map((part, index) => ({ text: part, isCommand: index % 2 === 1 }));
}

/** undefined: there is no such language, or it does not come. */
async function load(name: string): Promise<Record<string, string> | undefined> {
  try {
    return (await import(`./translations/${name}.json`)).default;
  } catch {
    return undefined;
  }
}

function nothingAfter(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
