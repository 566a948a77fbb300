import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from './errors.ts';

/** How a file of a language is run, as a shell would be told; the file's path follows. The manifest's menus name them. */
const RUNNERS: Record<string, string[]> = {
  python: ['python3'],
  javascript: ['node'],
  typescript: ['node'],
  shellscript: ['sh'],
  ruby: ['ruby'],
  perl: ['perl'],
  lua: ['lua'],
  r: ['Rscript'],
  java: ['java'],
  html: ['xdg-open'],
};

/**
 * The file that a command is meant for: the one of the menu, else the one in the editor.
 *
 * @throws UserError where there is none
 */
export function fileToRun(uri: vscode.Uri | undefined): vscode.Uri {
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  if (file?.scheme === 'file') return file;
  throw new UserError(vscode.l10n.t('Open the file that is to be run first.'));
}

/**
 * Runs a file in a terminal whose windows show on the desktop.
 *
 * @throws UserError for a language that has no runner
 */
export async function runFile(file: vscode.Uri, variables: Record<string, string>): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  await document.save();
  const runner = RUNNERS[document.languageId];
  if (!runner) {
    throw new UserError(
      vscode.l10n.t('Files of type {0} cannot be run directly; use a task instead.', extname(file.fsPath)),
    );
  }
  const [shellPath, ...args] = [...runner, file.fsPath];
  const execution = new vscode.ProcessExecution(shellPath as string, args, {
    cwd: dirname(file.fsPath),
    env: variables,
  });
  const task = new vscode.Task(
    { type: 'deskside', file: file.fsPath },
    vscode.workspace.getWorkspaceFolder(file) ?? vscode.TaskScope.Workspace,
    basename(file.fsPath),
    'Deskside',
    execution,
  );
  await vscode.tasks.executeTask(task);
}

/**
 * What is in a workspace runs on the desktop only if the person trusts it.
 *
 * @throws UserError
 */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    vscode.l10n.t('Files and tasks of a workspace that you do not trust are not run on the desktop.'),
    'trust',
  );
}

/** Lets the person choose a task of the workspace. @throws UserError where there is none */
export async function chooseTask(): Promise<vscode.Task | undefined> {
  const tasks = await vscode.tasks.fetchTasks();
  if (tasks.length === 0)
    throw new UserError(vscode.l10n.t('This workspace has no tasks. Add one in .vscode/tasks.json.'));
  const items = tasks.map((task) => ({ label: task.name, description: task.source, task }));
  const placeHolder = vscode.l10n.t('Task to run in the remote desktop');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.task;
}

/** Runs a task with the desktop's variables. */
export async function runTask(task: vscode.Task, variables: Record<string, string>): Promise<void> {
  await vscode.tasks.executeTask(withVariables(task, variables));
}

/** A task like the given one: of one that was fetched, the editor runs what it knows itself, whatever was changed in it. */
function withVariables(task: vscode.Task, variables: Record<string, string>): vscode.Task {
  const { definition, scope, name, source, execution, problemMatchers } = task;
  // Others run in the extension that they come from, or only start further tasks.
  if (!(execution instanceof vscode.ProcessExecution || execution instanceof vscode.ShellExecution))
    return task;
  execution.options = { ...execution.options, env: { ...execution.options?.env, ...variables } };
  const copy = new vscode.Task(
    definition,
    scope ?? vscode.TaskScope.Workspace,
    name,
    source,
    execution,
    problemMatchers,
  );
  const { presentationOptions, runOptions, isBackground, detail, group } = task;
  return Object.assign(copy, { presentationOptions, runOptions, isBackground, detail, group });
}
