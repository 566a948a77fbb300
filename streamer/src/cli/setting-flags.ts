/** The table of settings as flags of commands. */
import { type Command, Option } from 'commander';
import { readSettingsFile, type Sources } from '../settings/resolve.ts';
import { flagOf, type Setting, type SettingName, settingNames, settingsTable } from '../settings.ts';

/** Where the state is: all that commands need that talk to a running desktop. */
export const stateSettings: readonly SettingName[] = ['name', 'stateDir'];

export function addSettingFlags(command: Command, names: readonly SettingName[] = settingNames): Command {
  for (const name of names) command.addOption(optionOf(name));
  return command;
}

/** What the flags of a command, the environment and the settings file say. */
export function sourcesOf(command: Command): Sources {
  const given = command.opts();
  const flags: Sources['flags'] = {};
  for (const name of settingNames) if (typeof given[name] === 'string') flags[name] = given[name];
  return { flags, environment: process.env, file: readSettingsFile(process.env) };
}

/** The flags again, for another process. */
export function argumentsOf(flags: Sources['flags']): string[] {
  return Object.entries(flags).map(([name, text]) => `--${flagOf(name)}=${text}`);
}

function optionOf(name: SettingName): Option {
  const { value, help, allowed, default: standard }: Setting = settingsTable[name];
  const suffix = standard === '' ? '' : `; ${standard} if not given`;
  return new Option(`--${flagOf(name)} <${value}>`, `${help} (${allowed}${suffix})`);
}
