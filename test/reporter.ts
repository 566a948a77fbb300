import type { UserConsoleLog } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

const NOTICE = /^NOTICE:.*$/gm;

/**
 * Closes a run with its notices (lines beginning with `NOTICE:` that tests print) and one line over all suites,
 * `N passed, N failed, N skipped`. A skipped test fails the run: what cannot run here is not offered.
 */
export default class SummaryReporter implements Reporter {
  readonly #notices = new Set<string>();

  onUserConsoleLog({ content }: UserConsoleLog): void {
    for (const [notice] of content.matchAll(NOTICE)) this.#notices.add(notice);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state]++;
        if (test.diagnostic()?.flaky)
          this.#notices.add(`NOTICE: "${test.fullName}" passed at its second try only.`);
      }
      // What breaks outside a test (a file that does not load, a hook) counts as one more failure.
      if (module.errors().length > 0) count.failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed++;
    }
    // A test that never came to run, e.g. after a failed hook, is neither passed nor excused.
    count.failed += count.pending;
    if (count.skipped > 0) process.exitCode = 1;
    for (const notice of this.#notices) console.log(notice);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
