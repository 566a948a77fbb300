import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../extension/test/vscode.mjs', import.meta.url));

test("the extension's own tests pass in code-server's extension host (Electron was not run)", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { maxBuffer: 16 * 1024 * 1024 });
  const notices = stdout.match(/NOTICE:.*/g) ?? [];
  for (const notice of notices) console.log(notice);
  expect(notices.join('\n')).toContain('Electron');
  expect(stdout).toMatch(/[1-9]\d* passing/);
  expect(stdout).not.toMatch(/failing/);
});
