/** Exit codes of `deskside`, for scripts; `deskside --help` prints them. */
export const EXIT = {
  fine: 0,
  /** Something went wrong; standard error says what and what to do. */
  failed: 1,
  /** An unknown flag, or a setting whose value is wrong. */
  usage: 2,
  /** No desktop runs under this name. */
  notRunning: 3,
  /** `run`: a desktop runs under this name already. */
  alreadyRunning: 4,
} as const;

export const exitCodesHelp = `Exit codes:
  0  fine
  1  failed: standard error says why and what to do
  2  an unknown flag, or a setting with a wrong value
  3  no desktop runs under this name
  4  run: a desktop runs under this name already`;

/** Ends the command with one of the codes after telling the person why. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

export function notRunning(stateDir: string): CommandError {
  return new CommandError(`No desktop runs in ${stateDir}. Start one: deskside start`, EXIT.notRunning);
}
