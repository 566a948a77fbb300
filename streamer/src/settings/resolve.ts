/** From what was given — flags, environment, settings file, defaults, in this order — to checked settings. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as v from 'valibot';
import {
  environmentOf,
  flagOf,
  type Setting,
  type SettingName,
  type Settings,
  settingNames,
  settingsTable,
} from '../settings.ts';
import { TOKEN_VARIABLE } from '../supervisor/token.ts';

const SETTINGS_FILE = '/etc/deskside/deskside.env';

export type Environment = Record<string, string | undefined>;

export interface Sources {
  flags: Partial<Record<SettingName, string>>;
  environment: Environment;
  /** The settings file: its path and its variables. */
  file: { path: string; variables: Environment };
}

export interface Resolved {
  settings: Settings;
  /** What a person should know though nothing is wrong, for the log. */
  notes: string[];
}

/** One setting whose value is wrong. */
export interface Problem {
  /** As it was given: `--port`, `DESKSIDE_PORT`, `DESKSIDE_PORT in /etc/deskside/deskside.env`. */
  setting: string;
  given: string;
  allowed: string;
}

/** Every setting that is wrong, at once. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.setting} was given as "${p.given}". Allowed: ${p.allowed}.`).join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** @throws SettingsError naming all wrong values */
export function resolveSettings(sources: Sources): Resolved {
  const picked = settingNames.map((name) => pick(name, sources));
  const { values, problems } = checkAll(picked);
  problems.push(...contradictions(values, picked));
  if (problems.length > 0) throw new SettingsError(problems);
  const { name, tokenFile } = values as Settings;
  const stateDir = (values.stateDir as string | undefined) ?? defaultStateDir(sources.environment, name);
  const settings = { ...values, stateDir, tokenFile: tokenFile ?? join(stateDir, 'token') } as Settings;
  return { settings, notes: [...picked.flatMap((given) => given.note ?? []), ...unknownVariables(sources)] };
}

/**
 * Only where the state is: commands that talk to a running desktop must not fail over the rest.
 * @throws SettingsError naming all wrong values
 */
export function resolveStateDir(sources: Sources): string {
  const { values, problems } = checkAll([pick('name', sources), pick('stateDir', sources)]);
  if (problems.length > 0) throw new SettingsError(problems);
  return (
    (values.stateDir as string | undefined) ?? defaultStateDir(sources.environment, values.name as string)
  );
}

/** The settings file of this machine; `DESKSIDE_ENV_FILE` names another one. A missing file has no variables. */
export function readSettingsFile(environment: Environment): Sources['file'] {
  const path = environment.DESKSIDE_ENV_FILE || SETTINGS_FILE;
  try {
    return { path, variables: parseEnv(readFileSync(path, 'utf8')) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, variables: {} };
    throw new Error(
      `The settings file ${path} cannot be read (${(error as Error).message}): make it readable.`,
    );
  }
}

interface Given {
  name: SettingName;
  setting: string;
  text: string;
  note?: string;
}

/** The first source that has the setting; an empty value counts as not given. */
function pick(name: SettingName, { flags, environment, file }: Sources): Given {
  const variable = environmentOf(name);
  const { selkies, default: text }: Setting = settingsTable[name];
  const flag = flags[name];
  if (flag) return { name, setting: `--${flagOf(name)}`, text: flag };
  if (environment[variable]) return { name, setting: variable, text: environment[variable] };
  if (selkies !== undefined && environment[selkies]) {
    const note = `${selkies} is understood as ${variable}; use that name in the future`;
    return { name, setting: selkies, text: environment[selkies], note };
  }
  const inFile = file.variables[variable];
  if (inFile) return { name, setting: `${variable} in ${file.path}`, text: inFile };
  return { name, setting: `--${flagOf(name)}`, text };
}

function checkAll(given: readonly Given[]) {
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: Problem[] = [];
  for (const { name, setting, text } of given) {
    const { check, allowed }: Setting = settingsTable[name];
    const result = v.safeParse(check, text);
    if (result.success) values[name] = result.output;
    else problems.push({ setting, given: shown(name, text), allowed });
  }
  return { values, problems };
}

/** Settings that mean nothing without another one. */
const TOGETHER: readonly (readonly [SettingName, SettingName])[] = [
  ['tlsCert', 'tlsKey'],
  ['tlsKey', 'tlsCert'],
  ['basicAuthUser', 'basicAuthPassword'],
  ['basicAuthPassword', 'basicAuthUser'],
];

/** Values that are right by themselves and wrong together. */
function contradictions(values: Partial<Record<SettingName, unknown>>, given: readonly Given[]): Problem[] {
  const { size, maxSize, display, attach } = values as Partial<Settings>;
  const problem = (name: SettingName, allowed: string): Problem => {
    const { setting, text } = given.find((one) => one.name === name)!;
    return { setting, given: shown(name, text), allowed };
  };
  const problems: Problem[] = [];
  if (size && maxSize && (size.width > maxSize.width || size.height > maxSize.height)) {
    const limit = `${maxSize.width}x${maxSize.height}`;
    problems.push(problem('size', `at most ${limit}, which is --max-size; raise that or lower this`));
  }
  if (display !== undefined && attach !== undefined) {
    problems.push(
      problem('display', 'nothing together with --attach, which starts no X server; give one of them'),
    );
  }
  for (const [name, other] of TOGETHER) {
    if (values[name] !== undefined && values[other] === undefined)
      problems.push(problem(name, `only together with --${flagOf(other)}; give both or none`));
  }
  return problems;
}

/** What messages show of a value. */
function shown(name: SettingName, text: string): string {
  return (settingsTable[name] as Setting).secret ? '…' : text;
}

function defaultStateDir(environment: Environment, name: string): string {
  const state = environment.XDG_STATE_HOME || join(environment.HOME || homedir(), '.local', 'state');
  return join(state, 'deskside', name);
}

/** Variables that look like settings and are none: typing errors, most likely. */
function unknownVariables({ environment, file }: Sources): string[] {
  const others = ['DESKSIDE_ENV_FILE', 'DESKSIDE_INSTANCE', TOKEN_VARIABLE];
  const known = new Set([...settingNames.map(environmentOf), ...others]);
  const isUnknown = (variable: string) => variable.startsWith('DESKSIDE_') && !known.has(variable);
  const note = (variable: string, where: string) =>
    `${variable} in ${where} is no setting and changes nothing; \`deskside run --help\` lists them`;
  return [
    ...Object.keys(environment)
      .filter(isUnknown)
      .map((variable) => note(variable, 'the environment')),
    ...Object.keys(file.variables)
      .filter(isUnknown)
      .map((variable) => note(variable, file.path)),
  ];
}
