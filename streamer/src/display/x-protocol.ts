/** The requests of the X protocol that the display uses, by their names in the X specifications, with their types. */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import x11 from 'x11';

/** What a request's reply or error goes to; true says that the error was dealt with. */
export type Callback<T> = (error: Error | null, result: T) => boolean;

export interface XScreen {
  root: number;
  pixel_width: number;
  pixel_height: number;
}

export interface XDisplay {
  client: XClient;
  screen: XScreen[];
  min_keycode: number;
  max_keycode: number;
}

/** Any event; which fields there are depends on its `name`. */
export interface XEvent {
  name?: string;
  wid?: number;
  window?: number;
  selection?: number;
  requestor?: number;
  target?: number;
  property?: number;
  owner?: number;
  /** XFIXES: why the selection's owner changed. */
  subtype?: number;
  selectionTimestamp?: number;
  state?: number;
  request?: number;
  keycode?: number;
  atom?: number;
  message_type?: number;
  data?: number[];
  firstKeyCode?: number;
  count?: number;
  buttons?: number;
  x?: number;
  y?: number;
  rootx?: number;
  rooty?: number;
  width?: number;
  height?: number;
  cursorSerial?: number;
}

export interface Property {
  type: number;
  bytesAfter: number;
  data: Buffer;
}

export interface XClient extends EventEmitter<{ event: [XEvent]; error: [Error]; end: [] }> {
  display: XDisplay;
  /** Those that the client knows without asking. */
  atoms: Record<string, number>;
  require<N extends keyof Extensions>(
    name: N,
    callback: (error: Error | null, extension: Extensions[N]) => void,
  ): void;
  terminate(): void;
  AllocID(): number;
  InternAtom(onlyIfExists: boolean, name: string, callback: Callback<number>): void;
  GetKeyboardMapping(first: number, count: number, callback: Callback<number[][]>): void;
  ChangeKeyboardMapping(first: number, perKeycode: number, keysyms: number[]): void;
  GetModifierMapping(callback: Callback<number[][]>): void;
  QueryKeymap(callback: Callback<Buffer>): void;
  QueryPointer(window: number, callback: Callback<{ rootX: number; rootY: number; keyMask: number }>): void;
  GetGeometry(drawable: number, callback: Callback<{ width: number; height: number }>): void;
  GetImage(
    format: number,
    drawable: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planeMask: number,
    callback: Callback<{ depth: number; data: Buffer }>,
  ): void;
  CreateWindow(
    window: number,
    parent: number,
    x: number,
    y: number,
    width: number,
    height: number,
    borderWidth: number,
    depth: number,
    windowClass: number,
    visual: number,
    values: Record<string, number>,
  ): void;
  ChangeWindowAttributes(window: number, values: Record<string, number>): void;
  DestroyWindow(window: number): void;
  MapWindow(window: number): void;
  UnmapWindow(window: number): void;
  ConfigureWindow(window: number, values: Record<string, number>): void;
  SetInputFocus(window: number, revertTo: number): void;
  GetInputFocus(callback: Callback<unknown>): void;
  GrabKeyboard(
    window: number,
    ownerEvents: boolean,
    time: number,
    pointerMode: number,
    keyboardMode: number,
    callback: Callback<number>,
  ): void;
  GrabServer(): void;
  UngrabServer(): void;
  GetSelectionOwner(selection: number, callback: Callback<number>): void;
  SetSelectionOwner(window: number, selection: number, time: number): void;
  ConvertSelection(
    requestor: number,
    selection: number,
    target: number,
    property: number,
    time: number,
  ): void;
  SendEvent(
    destination: number,
    propagate: boolean,
    eventMask: number,
    event: Record<string, number | string>,
  ): void;
  SendClientMessage(
    destination: number,
    window: number,
    type: number,
    format: number,
    data: number[],
    eventMask: number,
  ): void;
  ChangeProperty(
    mode: number,
    window: number,
    name: number,
    type: number,
    unitBits: number,
    data: Buffer,
  ): void;
  DeleteProperty(window: number, name: number): void;
  GetProperty(
    del: number,
    window: number,
    name: number,
    type: number,
    offset: number,
    length: number,
    callback: Callback<Property>,
  ): void;
}

export interface XTest {
  KeyPress: number;
  KeyRelease: number;
  ButtonPress: number;
  ButtonRelease: number;
  MotionNotify: number;
  FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void;
  GrabControl(impervious: boolean): void;
}

export interface CursorImage {
  width: number;
  height: number;
  xhot: number;
  yhot: number;
  cursorSerial: number;
  /** Premultiplied ARGB, 32 bits a pixel in the connection's byte order. */
  cursorImage: Buffer;
}

export interface XFixes {
  CursorNotifyMask: { DisplayCursor: number };
  SelectionEventMask: { SetSelectionOwner: number };
  SelectSelectionInput(window: number, selection: number, mask: number): void;
  SelectCursorInput(window: number, mask: number): void;
  GetCursorImage(callback: Callback<CursorImage>): void;
}

export interface ModeInfo {
  id: number;
  width: number;
  height: number;
  name: string;
}

export interface ScreenResources {
  config_timestamp: number;
  crtcs: number[];
  outputs: number[];
  modeinfos: ModeInfo[];
}

export interface OutputInfo {
  crtc: number;
  connection: number;
  crtcs: number[];
  modes: number[];
}

export interface SizeRange {
  minWidth: number;
  minHeight: number;
  maxWidth: number;
  maxHeight: number;
}

export interface RandR {
  NotifyMask: { ScreenChange: number };
  SelectInput(window: number, mask: number): void;
  GetScreenSizeRange(window: number, callback: Callback<SizeRange>): void;
  GetScreenResourcesCurrent(window: number, callback: Callback<ScreenResources>): void;
  GetOutputInfo(output: number, configTime: number, callback: Callback<OutputInfo>): void;
  CreateMode(
    window: number,
    mode: { width: number; height: number; name: string },
    callback: Callback<number>,
  ): void;
  DestroyMode(mode: number): void;
  AddOutputMode(output: number, mode: number): void;
  DeleteOutputMode(output: number, mode: number): void;
  SetScreenSize(window: number, width: number, height: number, mmWidth: number, mmHeight: number): void;
  SetCrtcConfig(
    crtc: number,
    time: number,
    configTime: number,
    x: number,
    y: number,
    mode: number,
    rotation: number,
    outputs: number[],
    callback: Callback<{ status: number }>,
  ): void;
}

export interface XkbState {
  /** All that are in force: held, latched or locked. */
  mods: number;
  lockedMods: number;
  lockedGroup: number;
  group: number;
}

export interface Xkb {
  UseCoreKbd: number;
  GetState(device: number, callback: Callback<XkbState>): void;
  LatchLockState(
    device: number,
    affectModLocks: number,
    modLocks: number,
    lockGroup: boolean,
    groupLock: number,
    affectModLatches: number,
    modLatches: number,
    latchGroup: boolean,
    groupLatch: number,
  ): void;
}

export interface XRes {
  ClientIdMask: { LocalClientPID: number };
  QueryClientIds(specs: { client: number; mask: number }[], callback: Callback<{ value: number[] }[]>): void;
}

export interface Extensions {
  xtest: XTest;
  fixes: XFixes;
  randr: RandR;
  xkb: Xkb;
  res: XRes;
}

export interface X11 {
  createClient(
    options: {
      display: string;
      stream: Duplex;
      /** `data`: bytes as Latin-1. */
      auth: { name: string; data: string };
      /** Requests of one turn of the event loop leave together. */
      bufferRequests: boolean;
    },
    callback: (error: Error | null | undefined, display: XDisplay) => void,
  ): XClient;
  eventMask: Record<string, number>;
  /** Of keysymdef.h; a description begins with its character in parentheses where there is one. */
  keySyms: Record<string, { code: number; description: string | null }>;
}

/** The library carries no types of its own. */
export const { createClient, eventMask, keySyms } = x11 as unknown as X11;
