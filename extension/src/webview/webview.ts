import type { RemoteDesktop, RemoteDesktopEventMap } from '@deskside/viewer';
import { onChord } from '@deskside/viewer/chord';
import type { Statistics } from '@deskside/viewer/core';
import { MAX_FILE } from '../panel/limits.ts';
import type { FromPage, ToPage } from '../panel/messages.ts';
import { editorClipboard } from './editor-clipboard.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: unknown): void;
};

const vscode = acquireVsCodeApi();

const clipboard = editorClipboard((message) => vscode.postMessage(message));

/** How long the host may take to open a socket before the page is shown in a frame instead, ms. */
const SOCKET_TIMEOUT = 5000;

/** How long the editor may take to give this page the focus, ms. */
const FOCUS_TIMEOUT = 2000;

window.addEventListener('message', ({ data, origin }: MessageEvent<ToPage>) => {
  // The editor's come from here; a page in a frame could say anything.
  if (origin !== window.origin) return;
  if (data.type === 'open') void open(data);
  if (data.type === 'release-keyboard') giveKeyboardBack();
  if (data.type === 'copy-picture') void copyPicture(data.png);
  if (data.type === 'upload')
    void document.querySelector<RemoteDesktop>('remote-desktop')?.uploadFiles(data.files.map(asGiven));
});
vscode.postMessage({ type: 'ready' });

type Open = Extract<ToPage, { type: 'open' }>;

async function open(message: Open): Promise<void> {
  vscode.setState({ desktop: message.desktop });
  if (message.way === 'iframe') return showFrame(message);
  // Meanwhile it connects; where sockets are refused, a frame takes its place.
  showDesktop(message);
  if (!(await opensSockets(new URL('ws', message.base)))) vscode.postMessage({ type: 'socket-refused' });
}

/** Whether this host lets the webview open a socket to the desktop: code-server refuses origins that it does not know. */
function opensSockets(url: URL): Promise<boolean> {
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url, 'deskside.v1');
  return new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
    setTimeout(() => resolve(false), SOCKET_TIMEOUT);
  }).finally(() => socket.close());
}

function showDesktop({ desktop: id, base, token, view, releaseChord }: Open): void {
  const desktop = document.createElement('remote-desktop') as RemoteDesktop;
  desktop.dataset.desktop = id;
  desktop.src = base;
  desktop.token = token;
  desktop.view = view;
  desktop.controls = true;
  desktop.clipboard = clipboard;
  // Webviews have no downloads.
  desktop.saveFile = (file, name) => void save(file, name);
  takeExplorersFiles(desktop);
  desktop.addEventListener('connected', () => vscode.postMessage({ type: 'connected' }));
  desktop.addEventListener('disconnected', (event) => {
    const { reason } = (event as CustomEvent<{ reason: string }>).detail;
    vscode.postMessage({ type: 'disconnected', reason });
  });
  desktop.addEventListener('stats', (event) => {
    const { fps, latency, way } = (event as CustomEvent<Statistics>).detail;
    vscode.postMessage({ type: 'statistics', fps, latency: latency?.p50, transport: way.name });
  });
  tellPeople(desktop);
  keepKeys(desktop, releaseChord);
  document.body.replaceChildren(desktop);
  desktop.focus();
}

/** Tells of changes that others than the people themselves see: not who of them acts, which changes with every key. */
function tellPeople(desktop: RemoteDesktop): void {
  let known = { acting: '', people: '' };
  desktop.addEventListener('people', (event) => {
    const { detail } = event as RemoteDesktopEventMap['people'];
    const acting = detail.find((person) => person.acting)?.viewer ?? '';
    const people = JSON.stringify(detail.map(({ viewer, role }) => [viewer, role]));
    if (acting === known.acting || people !== known.people) vscode.postMessage({ type: 'people-changed' });
    known = { acting, people };
  });
}

async function save(file: Blob, name: string): Promise<void> {
  if (file.size > MAX_FILE) return vscode.postMessage({ type: 'too-large', name });
  vscode.postMessage({ type: 'save', name, bytes: new Uint8Array(await file.arrayBuffer()) });
}

function asGiven({ name, folder, bytes }: Extract<ToPage, { type: 'upload' }>['files'][number]) {
  return { file: new File([bytes], name), folder };
}

/** What is dragged from the editor's explorer comes as addresses, which the extension may read and a page may not. */
function takeExplorersFiles(desktop: RemoteDesktop): void {
  const isExplorers = ({ dataTransfer }: DragEvent): boolean => {
    const types = dataTransfer?.types ?? [];
    return types.includes('text/uri-list') && !types.includes('Files');
  };
  desktop.addEventListener('dragover', (event) => {
    if (isExplorers(event)) event.preventDefault();
  });
  desktop.addEventListener('drop', (event) => {
    if (!isExplorers(event)) return;
    event.preventDefault();
    // RFC 2483 section 5: one a line, and comments.
    const lines = event.dataTransfer!.getData('text/uri-list').split(/\r?\n/);
    vscode.postMessage({ type: 'dropped', uris: lines.filter((line) => line && !line.startsWith('#')) });
  });
}

function showFrame({ base, token, releaseChord }: Open): void {
  const frame = document.createElement('iframe');
  frame.allow = 'clipboard-read; clipboard-write; autoplay; fullscreen; microphone';
  frame.src = `${base}?${new URLSearchParams({ release: releaseChord, ...(token ? { token } : {}) })}`;
  document.body.replaceChildren(frame);
  // What stood here may have had it.
  setOwner('editor');
  window.addEventListener('message', ({ data, source }) => {
    if (source === frame.contentWindow && data?.type === 'deskside.keyboard-released') giveKeyboardBack();
  });
  // No key of a frame reaches this page; who has the focus is all that it sees.
  window.addEventListener('blur', () => document.activeElement === frame && setOwner('desktop'));
  window.addEventListener('focus', () => setOwner('editor'));
  vscode.postMessage({ type: 'framed' });
}

async function copyPicture(png: Uint8Array): Promise<void> {
  try {
    await focused();
    const picture = new Blob([new Uint8Array(png)], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })]);
    vscode.postMessage({ type: 'picture-copied' });
  } catch (error) {
    vscode.postMessage({ type: 'picture-copied', problem: (error as Error).message.slice(0, 1024) });
  }
}

/** Browsers let only the page that has the focus write to the clipboard. */
async function focused(): Promise<void> {
  if (document.hasFocus()) return;
  const focus = new Promise((resolve) => window.addEventListener('focus', resolve, { once: true }));
  window.focus();
  await Promise.race([focus, new Promise((resolve) => setTimeout(resolve, FOCUS_TIMEOUT))]);
}

/**
 * Keys that the desktop took do not bubble up to the window, where VS Code listens for its own bindings
 * (`preventDefault` does not stop those).
 */
function keepKeys(desktop: RemoteDesktop, releaseChord: string): void {
  onChord(releaseChord, giveKeyboardBack);
  for (const type of ['keydown', 'keyup', 'keypress'] as const) {
    desktop.addEventListener(type, (event) => event.stopPropagation());
  }
  desktop.addEventListener('focusin', () => setOwner('desktop'));
  desktop.addEventListener('focusout', () => setOwner('editor'));
}

function giveKeyboardBack(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement) focused.blur();
  // Out of a frame, too.
  window.focus();
  setOwner('editor');
}

function setOwner(owner: 'desktop' | 'editor'): void {
  if (document.body.dataset.keyboard === owner) return;
  document.body.dataset.keyboard = owner;
  vscode.postMessage({ type: 'keyboard', owner });
}
