import * as vscode from 'vscode';
import type { Running } from './desktops/deskside.ts';

/** Variables by which programs find the desktop's screen and sound. */
export function desktopVariables({ display, xauthority, pulseServer }: Running): Record<string, string> {
  return {
    DISPLAY: display,
    ...(xauthority ? { XAUTHORITY: xauthority } : {}),
    ...(pulseServer ? { PULSE_SERVER: pulseServer } : {}),
  };
}

/** Gives every new terminal the desktop's variables; VS Code keeps them over a reload until they are cleared. */
export function setTerminalVariables(
  collection: vscode.EnvironmentVariableCollection,
  variables: Record<string, string>,
): void {
  collection.clear();
  collection.description = vscode.l10n.t('Programs show their windows on the remote desktop.');
  for (const [name, value] of Object.entries(variables)) collection.replace(name, value);
}

/** Gives every debug session the desktop's variables, unless its configuration sets them itself. */
export class DebugVariables implements vscode.DebugConfigurationProvider {
  readonly #variables: () => Promise<Record<string, string>>;

  constructor(variables: () => Promise<Record<string, string>>) {
    this.#variables = variables;
  }

  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    // An attached program is already running with an environment of its own; an empty one opens launch.json.
    if (configuration.request !== 'launch') return configuration;
    const field = Array.isArray(configuration.environment) ? 'environment' : 'env';
    return { ...configuration, [field]: merge(configuration[field], await this.#variables()) };
  }
}

/** Most debuggers take `env: {NAME: value}`; the C++ ones take `environment: [{name, value}]`. */
function merge(given: unknown, variables: Record<string, string>): unknown {
  if (!Array.isArray(given)) return { ...variables, ...(given as Record<string, string> | undefined) };
  const named = new Set(given.map((entry: { name?: string }) => entry.name));
  const missing = Object.entries(variables).filter(([name]) => !named.has(name));
  return [...given, ...missing.map(([name, value]) => ({ name, value }))];
}
