/** Files between the editor's workspace and a desktop: read where they are dropped from, written where a person wants them. */
import * as vscode from 'vscode';
import { UserError } from '../errors.ts';
import { MAX_FILE } from './limits.ts';

export interface DroppedFile {
  name: string;
  /** Path of its folder, relative to what was dropped; empty: by itself. */
  folder: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads files and folders of the explorer. Only those of the workspace's folders: a page could name others that nobody
 * dropped.
 *
 * @throws UserError if together they are too large to cross in one go, or belong to no folder of the workspace
 */
export async function readDropped(uris: readonly string[]): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  let room = MAX_FILE;
  for (const text of uris) await read(inWorkspace(vscode.Uri.parse(text, true)), '');
  return files;

  async function read(uri: vscode.Uri, folder: string): Promise<void> {
    const name = uri.path.split('/').at(-1)!;
    const { type, size } = await vscode.workspace.fs.stat(uri);
    // Links may lead out of the workspace, or round in circles.
    if (type & vscode.FileType.SymbolicLink) return;
    if (type & vscode.FileType.Directory) {
      const path = folder ? `${folder}/${name}` : name;
      for (const [child] of await vscode.workspace.fs.readDirectory(uri)) {
        await read(vscode.Uri.joinPath(uri, child), path);
      }
      return;
    }
    room -= size;
    if (room < 0) {
      throw new UserError(
        vscode.l10n.t(
          'These files are larger than {0} MB together. Drop them from your file manager instead.',
          MAX_FILE / 1024 / 1024,
        ),
      );
    }
    files.push({ name, folder, bytes: new Uint8Array(await vscode.workspace.fs.readFile(uri)) });
  }
}

/**
 * As this extension's host knows it: the explorer gives a remote workspace's files their address from outside, and in the
 * workspace they are files like any other.
 *
 * @throws UserError if it belongs to no folder of the workspace
 */
function inWorkspace(uri: vscode.Uri): vscode.Uri {
  const known = [uri, ...(uri.scheme === 'vscode-remote' ? [vscode.Uri.file(uri.path)] : [])];
  const found = known.find((one) => vscode.workspace.getWorkspaceFolder(one));
  if (found) return found;
  const message = vscode.l10n.t(
    '{0} is in no folder of this workspace. Drop it from your file manager instead.',
    uri.path,
  );
  throw new UserError(message);
}

/** Why a file of the desktop does not come, and how it does. */
export function tooLarge(name: string): UserError {
  const message = vscode.l10n.t(
    '{0} is larger than {1} MB. Open the desktop in a browser to download it.',
    name,
    MAX_FILE / 1024 / 1024,
  );
  return new UserError(message);
}

/** Asks where a file is to lie, and writes it there. */
export async function saveFile(name: string, bytes: Uint8Array): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save {0} from the desktop', name),
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
  });
  if (target) await vscode.workspace.fs.writeFile(target, bytes);
}
