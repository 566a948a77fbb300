/** The browser's clipboard: what a page may do with it without being asked, and how. */
import { type ClipItem, type ClipOffer, ClipType } from '@deskside/protocol';

/** A clipboard that an embedding program has for us, such as an editor's; throws or rejects where it cannot. */
export interface TextClipboard {
  read(): Promise<string>;
  write(text: string): Promise<void>;
}

/**
 * Puts a clip on the clipboard.
 *
 * @throws Error where the browser wants a secure context, the focus or a click first
 */
export async function writeClipboard(clip: readonly ClipItem[]): Promise<void> {
  const forms = Object.fromEntries(clip.map(({ type, data }) => [type, new Blob([data.slice()], { type })]));
  await navigator.clipboard.write([new ClipboardItem(forms)]);
}

/** Puts text on the clipboard where there is no clipboard API, from within a click or a key press. */
export function copyByCommand(clip: readonly ClipItem[]): boolean {
  let copied = false;
  const onCopy = (event: ClipboardEvent): void => {
    for (const { type, data } of clip) {
      if (type !== 'image/png') event.clipboardData?.setData(type, new TextDecoder().decode(data));
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    copied = true;
  };
  document.addEventListener('copy', onCopy, { capture: true });
  document.execCommand('copy');
  document.removeEventListener('copy', onCopy, { capture: true });
  return copied;
}

/** Whether the clipboard can be read with no prompt. */
export async function mayRead(): Promise<boolean> {
  // Browsers that do not know the permission ask each time.
  const query = navigator.permissions?.query({ name: 'clipboard-read' as PermissionName });
  return (await query?.catch(() => undefined))?.state === 'granted' && document.hasFocus();
}

/** @throws Error where the browser does not let us, or the person does not */
export async function readClipboard(): Promise<readonly ClipItem[]> {
  const [content] = await navigator.clipboard.read();
  const types = ClipType.options.filter((type) => content?.types.includes(type));
  return Promise.all(
    types.map(async (type) => {
      const blob = await content!.getType(type);
      return { type, data: new Uint8Array(await blob.arrayBuffer()) };
    }),
  );
}

/** What a paste event brings. A picture's size is known at once, its bytes are not. */
export function clipOf(transfer: DataTransfer): ClipOffer {
  const files = [...transfer.files];
  const blobs = ClipType.options.flatMap((type) => {
    const text = type === 'image/png' ? '' : transfer.getData(type);
    const blob = text === '' ? files.find((file) => file.type === type) : new Blob([withLineFeeds(text)]);
    return blob ? [{ type, blob }] : [];
  });
  return {
    items: blobs.map(({ type, blob: { size } }) => ({ type, size })),
    content: Promise.all(
      blobs.map(async ({ type, blob }) => ({ type, data: new Uint8Array(await blob.arrayBuffer()) })),
    ),
  };
}

export function textOf(clip: readonly ClipItem[]): string | undefined {
  const item = clip.find(({ type }) => type === 'text/plain');
  return item && new TextDecoder().decode(item.data);
}

export function textClip(text: string): readonly ClipItem[] {
  return [{ type: 'text/plain', data: new TextEncoder().encode(withLineFeeds(text)) }];
}

/** Windows ends lines with two characters. */
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
