import { SettingsError, type Sources } from '../settings/resolve.ts';
import { addressWithToken } from './address.ts';
import type { BackgroundMessage } from './background.ts';
import { EXIT } from './exit-codes.ts';
import { runDesktop } from './foreground.ts';

/** `deskside run`: the log goes to standard error, the address to standard output. */
export async function run(sources: Sources): Promise<void> {
  await runDesktop(sources, process.stderr, {
    onReady: ({ url }, token) => console.log(`Desktop ready: ${addressWithToken(url, token)}`),
  });
}

/** What `deskside start` starts: it hears from us how the start went, then we are alone. */
export async function runForStart(sources: Sources): Promise<void> {
  try {
    await runDesktop(sources, undefined, { onReady: () => tellStart({ type: 'ready' }) });
  } catch (error) {
    const { message, exitCode = EXIT.failed } = error as Error & { exitCode?: number };
    tellStart({ type: 'failed', message, exitCode: error instanceof SettingsError ? EXIT.usage : exitCode });
    throw error;
  }
}

function tellStart(message: BackgroundMessage): void {
  // It may be gone: interrupted, or out of patience.
  if (process.connected) process.send?.(message, undefined, undefined, () => process.disconnect());
}
