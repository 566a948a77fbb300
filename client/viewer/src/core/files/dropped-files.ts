/** What a person hands over: files, and the files of folders with the paths that they have there. */

export interface GivenFile {
  file: File;
  /** Path of its folder, relative to what was handed over; empty: by itself. */
  folder: string;
}

/** Files and folders that are being dropped. Call it while the event is handled: afterwards nothing is there any more. */
export function droppedFiles({ items }: DataTransfer): Promise<GivenFile[]> {
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  return filesOfAll(entries, '');
}

/** What was chosen with an `<input type="file">`, also one for folders. */
export function chosenFiles(files: FileList): GivenFile[] {
  return [...files].map((file) => ({
    file,
    folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
  }));
}

async function filesOfAll(entries: readonly FileSystemEntry[], folder: string): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  for (const entry of entries) {
    if (entry.isFile) found.push({ file: await fileOf(entry as FileSystemFileEntry), folder });
    else {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      found.push(...(await filesOfAll(await contentOf(entry as FileSystemDirectoryEntry), path)));
    }
  }
  return found;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function contentOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  // Browsers give about a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
