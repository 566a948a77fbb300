#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `deskside needs Node 24 or newer, and this is Node ${process.versions.node}: run it with that one.`,
  );
  process.exit(1);
}
// Halves the time of a start after the first one.
enableCompileCache();
const { main } = await import('../src/cli.ts');
await main(process.argv);
