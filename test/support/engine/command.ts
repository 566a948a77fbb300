import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** More than any build prints, bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Ends the command when it aborts. */
  signal?: AbortSignal;
}

/**
 * Runs a command to its end and gives what it printed.
 *
 * @throws Error with all that it printed if it fails
 */
export async function command(file: string, args: string[], options: CommandOptions = {}): Promise<string> {
  try {
    const { stdout } = await run(file, args, { ...options, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${args.join(' ')} failed:\n${stdout}${stderr}`.trim(), { cause: error });
  }
}
