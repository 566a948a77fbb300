import { existsSync } from 'node:fs';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** On CI a second try, said by a notice: one test that lost a race must not hold up a day's work. */
const retry = process.env.CI ? 1 : 0;

const unit: TestProjectInlineConfiguration = {
  test: {
    name: 'unit',
    // Many start an X server, GStreamer or a browser, two files at once: no limit but for what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry,
    include: [
      'client/*/src/**/*.test.ts',
      'streamer/src/**/*.test.ts',
      'extension/src/**/*.test.ts',
      'test/bench/**/*.test.ts',
    ],
  },
};

/**
 * Suites of real parts, in the order in which they run: one after another and file by file, since two browsers at once
 * would take each other's processor time.
 */
const suites = ['e2e', 'faults', 'coder', 'feature', 'extension']
  .filter((name) => existsSync(new URL(`test/${name}`, import.meta.url)))
  .map(
    (name, index): TestProjectInlineConfiguration => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        fileParallelism: false,
        sequence: { groupOrder: index + 1 },
        // Only what hangs runs into these; whoever waits inside a test gives up earlier and says for what.
        testTimeout: 120_000,
        hookTimeout: 120_000,
        retry,
      },
    }),
  );

export default defineConfig({
  test: {
    projects: [unit, ...suites],
    reporters: ['default', './test/reporter.ts'],
  },
});
