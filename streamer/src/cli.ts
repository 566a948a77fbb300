/** The command line of `deskside`. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, exitCodesHelp } from './cli/exit-codes.ts';
import { type LogName, logFiles } from './cli/logs.ts';
import { addSettingFlags, sourcesOf, stateSettings } from './cli/setting-flags.ts';
import { resolveStateDir, SettingsError } from './settings/resolve.ts';
import { version } from './version.ts';

/** Runs one command and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads what we print may stop reading; a desktop goes on all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function createProgram(): Command {
  const program = new Command('deskside')
    .description('A Linux desktop for the browser.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(deskside --help lists what there is)')
    .addHelpText('after', `\n${exitCodesHelp}`);
  addRunning(program);
  addAsking(program);
  return program;
}

/** Commands that start and end desktops. */
function addRunning(program: Command): void {
  addSettingFlags(program.command('run'))
    .description('run a desktop in the foreground, until Ctrl+C')
    .addOption(new Option('--background').hideHelp())
    .action(async (options, command) => {
      const { run, runForStart } = await import('./cli/run-command.ts');
      await (options.background ? runForStart : run)(sourcesOf(command));
    });
  addSettingFlags(withTimeout(withJson(program.command('start'))))
    .description('start a desktop in the background, unless it runs; done when it is ready')
    .action(async ({ timeout, json }, command) => {
      const { start } = await import('./cli/start-command.ts');
      await start(sourcesOf(command), { timeout, json });
    });
  addSettingFlags(withTimeout(withJson(program.command('restart'))))
    .description('stop the desktop if it runs, then start it')
    .action(async ({ timeout, json }, command) => {
      const { restart } = await import('./cli/start-command.ts');
      await restart(sourcesOf(command), { timeout, json });
    });
  addSettingFlags(program.command('stop'), stateSettings)
    .description('stop the desktop; fine if none runs')
    .action(async (_, command) => {
      const { stop } = await import('./cli/start-command.ts');
      await stop(stateDirOf(command));
    });
}

/** Commands that tell something. */
function addAsking(program: Command): void {
  addSettingFlags(withJson(program.command('status')), stateSettings)
    .description('say whether the desktop runs, and where')
    .action(async ({ json }, command) => {
      const { status } = await import('./cli/status-commands.ts');
      await status(stateDirOf(command), json);
    });
  withJson(program.command('list'))
    .description('list the desktops of yours that run on this machine, whatever their names')
    .action(async ({ json }, command) => {
      const { list } = await import('./cli/list-command.ts');
      await list(sourcesOf(command), json);
    });
  addSettingFlags(withJson(program.command('url')), stateSettings)
    .description("print the desktop's address with its token: whoever has it has the desktop")
    .action(async ({ json }, command) => {
      const { url } = await import('./cli/status-commands.ts');
      await url(stateDirOf(command), json);
    });
  addSettingFlags(withJson(program.command('share')), stateSettings)
    .description('print a link that lets somebody else in for a while; whoever has it has that role')
    .addOption(
      new Option('--role <ROLE>', 'what they may do').choices(['viewer', 'controller']).default('viewer'),
    )
    .option('--expires <TIME>', 'how long the link is good: 30m, 1h, 7d', lifetime, 3_600_000)
    .option('--for <NAME>', 'whom it is for, shown among the people who are there', label, '')
    .option('--list', 'print the links that there are', false)
    .option('--revoke <ID>', 'end a link')
    .action(async ({ role, expires, for: name, list, revoke, json }, command) => {
      const { listShares, revokeShare, share } = await import('./cli/share-command.ts');
      const stateDir = stateDirOf(command);
      if (revoke !== undefined) await revokeShare(stateDir, revoke);
      else if (list) await listShares(stateDir, json);
      else await share(stateDir, { role, label: name, expires, json });
    });
  addSettingFlags(withJson(program.command('logs')), stateSettings)
    .description('print the end of a log')
    .argument('[log]', `which: ${Object.keys(logFiles).join(', ')}`, logName, 'streamer')
    .option('-f, --follow', 'go on with what comes, until Ctrl+C', false)
    .option('-n, --lines <N>', 'lines of the past', count, 100)
    .action(async (name: LogName, { follow, lines, json }, command) => {
      const { printLog } = await import('./cli/logs.ts');
      await printLog(stateDirOf(command), name, { follow, lines, raw: json });
    });
  addSettingFlags(program.command('screenshot'), stateSettings)
    .description('write a picture of the desktop')
    .argument('<file>', 'PNG file to write; - for standard output')
    .action(async (file: string, _, command) => {
      const { screenshot } = await import('./cli/screenshot.ts');
      await screenshot(stateDirOf(command), file);
    });
  addSettingFlags(program.command('trace'), stateSettings)
    .description('write where the time of every picture goes, for ui.perfetto.dev or chrome://tracing')
    .argument('<file>', 'JSON file to write (Chrome trace events); - for standard output')
    .option('--seconds <N>', 'how long to watch', seconds, 5000)
    .action(async (file: string, { seconds: duration }, command) => {
      const { trace } = await import('./cli/trace.ts');
      await trace(stateDirOf(command), file, duration / 1000);
    });
  addSettingFlags(withJson(program.command('doctor')))
    .description('check everything that a desktop needs, and say what to do')
    .option('--settings', 'check the settings alone, which takes no time', false)
    .action(async ({ json, settings }, command) => {
      const { checkSettings, doctor } = await import('./cli/doctor.ts');
      if (settings) checkSettings(sourcesOf(command));
      else await doctor(sourcesOf(command), json);
    });
}

function withJson(command: Command): Command {
  return command.option('--json', 'print JSON', false);
}

function withTimeout(command: Command): Command {
  return command.option('--timeout <SECONDS>', 'how long to wait until it is ready', seconds, 30_000);
}

function stateDirOf(command: Command): string {
  return resolveStateDir(sourcesOf(command));
}

/** Tells the person what went wrong; the answer is the exit code. */
function report(error: unknown): number {
  // Commander has printed its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  const { message, exitCode } = error as Error & { exitCode?: number };
  console.error(message);
  return error instanceof SettingsError ? EXIT.usage : (exitCode ?? EXIT.failed);
}

function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Allowed: 0 to 999999.');
}

/** → ms */
function seconds(text: string): number {
  if (/^\d{1,5}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text) * 1000;
  throw new InvalidArgumentError('Allowed: seconds, more than 0 and less than 100000.');
}

/** `30m`, `1h`, `7d` → ms */
function lifetime(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError('Allowed: a whole number and m, h or d, such as 30m.');
  return Number(number) * (unit === 'm' ? 60_000 : unit === 'h' ? 3_600_000 : 86_400_000);
}

/** One line that a terminal shows as it is. */
function label(text: string): string {
  if (/^\P{C}{0,64}$/u.test(text)) return text.trim();
  throw new InvalidArgumentError('Allowed: up to 64 characters on one line.');
}

function logName(text: string): LogName {
  if (text in logFiles) return text as LogName;
  throw new InvalidArgumentError(`Allowed: ${Object.keys(logFiles).join(', ')}.`);
}
