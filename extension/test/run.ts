import { join } from 'node:path';
import Mocha from 'mocha';

/** What VS Code calls in its extension host (`extensionTestsPath`). @throws Error with the number of failures */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, color: false });
  mocha.addFile(join(__dirname, 'extension.test.cjs'));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host`);
}
