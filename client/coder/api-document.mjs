import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The declarations that a person reads, by the file that they are in. */
const CHAPTERS = {
  client: 'The client',
  http: 'Options of the client and of a call',
  apps: 'Agents and apps of a workspace',
  errors: 'Errors',
  node: 'Where a token comes from (`@deskside/coder/node`, Node only)',
  types: 'What the API answers and takes',
};

/**
 * The package's API as one document: its declarations with their docstrings, without what is private.
 *
 * @param {string} folder where the `.d.ts` files are
 */
export function apiDocument(folder) {
  const exported = new Set(
    ['index', 'node'].flatMap(
      (name) => readFileSync(join(folder, `${name}.d.ts`), 'utf8').match(/\w+/g) ?? [],
    ),
  );
  const chapters = Object.entries(CHAPTERS).map(([file, title]) => {
    const declared = declarations(readFileSync(join(folder, `${file}.d.ts`), 'utf8'));
    const shown = declared.filter((text) => exported.has(nameOf(text)) || file === 'types');
    return `## ${title}\n\n\`\`\`ts\n${shown.join('\n\n')}\n\`\`\`\n`;
  });
  return `# API of @deskside/coder\n\n${chapters.join('\n')}`;
}

/** Each exported declaration with the docstring before it. */
function declarations(text) {
  const parts =
    text.match(/(?:\/\*\*(?:.|\n(?!\/\*\*))*?\*\/\n)?^export (?!\{|type \{).*(?:\n[ }|)].*)*/gm) ?? [];
  return parts.map((part) => part.replaceAll(/^ +(#private;|readonly #.*)\n/gm, ''));
}

function nameOf(declaration) {
  return /export (?:declare )?(?:async )?(?:abstract )?(?:class|function|interface|type|const) (\w+)/.exec(
    declaration,
  )?.[1];
}
