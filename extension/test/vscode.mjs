// `npm run test:vscode`: the tests in extension/test, in an installed VS Code (VSCODE_EXECUTABLE), else in code-server.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { buildViewer } from '../../client/viewer/build.mjs';
import { buildExtension } from '../build.mjs';
import { buildHostTests } from './build.mjs';

const launcher = fileURLToPath(new URL('../../test/support/code-server/launcher.mjs', import.meta.url));
const installed = process.env.VSCODE_EXECUTABLE;

await buildViewer();
await buildExtension();
console.log(
  installed
    ? `NOTICE: the extension host is that of ${installed}`
    : "NOTICE: the extension host is code-server's; Electron was not run (VSCODE_EXECUTABLE names an installed VS Code)",
);
process.exitCode = await runTests({
  vscodeExecutablePath: installed ?? launcher,
  extensionDevelopmentPath: dirname(import.meta.dirname),
  extensionTestsPath: await buildHostTests(),
});
