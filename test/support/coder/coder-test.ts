import { test as base, describe } from 'vitest';
import { Deployment } from './deployment.ts';
import { buildProviders } from './providers.ts';
import { CODER_VERSION, coderBinary } from './server-binary.ts';

/** Here and not in a hook, since a cold build takes minutes. */
const binary = await coderBinary();
if (binary) await buildProviders(['coder/coder']);

/** A test with a real Coder deployment, started once per file. */
export const test = base
  .extend('binary', { scope: 'file' }, binary ?? '')
  .extend('deployment', { scope: 'file' }, async ({ binary }, { onCleanup }) => {
    const deployment = await Deployment.start(binary);
    onCleanup(() => deployment[Symbol.asyncDispose]());
    return deployment;
  });

/** Tests against the real server; where its version cannot be had, a notice says that only the recorded answers ran. */
export function describeWithCoder(name: string, define: () => void): void {
  if (binary) {
    describe(name, define);
    return;
  }
  base(`${name}: recorded answers only`, () => {
    console.log(
      `NOTICE: the Go module proxy refuses Coder v${CODER_VERSION}: "${name}" ran on recorded answers only.`,
    );
  });
}
