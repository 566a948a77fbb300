#!/usr/bin/env node
// As a whole: an older Node lacks the function, and is to get as far as the message below.
import module from 'node:module';

const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `deskside needs Node 24 or newer, and this is Node ${process.versions.node}: run it with that one.`,
  );
  process.exit(1);
}
// Halves the time of a start after the first one.
module.enableCompileCache();
const { main } = await import('../src/cli.ts');
await main(process.argv);
