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

/** Lets the person choose a task of the workspace and runs it with the desktop's variables. */
export async function runTask(variables: Record<string, string>): Promise<boolean> {
  const tasks = await vscode.tasks.fetchTasks();
  if (tasks.length === 0)
    throw new UserError(vscode.l10n.t('This workspace has no tasks. Add one in .vscode/tasks.json.'));
  const items = tasks.map((task) => ({ label: task.name, description: task.source, task }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Task to run in the remote desktop'),
  });
  if (!chosen) return false;
  addVariables(chosen.task, variables);
  await vscode.tasks.executeTask(chosen.task);
  return true;
}

function addVariables(task: vscode.Task, variables: Record<string, string>): void {
  const { execution } = task;
  if (!(execution instanceof vscode.ProcessExecution || execution instanceof vscode.ShellExecution)) return;
  execution.options = { ...execution.options, env: { ...execution.options?.env, ...variables } };
}
