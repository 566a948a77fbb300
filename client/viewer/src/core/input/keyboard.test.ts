import type { ViewerMessage } from '@deskside/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Keyboard } from './keyboard.ts';

/** The desktop's side: what is down there after these messages. */
class Desktop {
  readonly down = new Set<string>();
  text = '';

  receive(message: ViewerMessage): void {
    if (message.type === 'key') this.down[message.down ? 'add' : 'delete'](message.code);
    if (message.type === 'release') this.down.clear();
    if (message.type === 'text') this.text += message.text;
    if (message.type === 'held') {
      for (const code of this.down) if (!message.codes.includes(code)) this.down.delete(code);
    }
  }
}

let target: HTMLTextAreaElement;
let desktop: Desktop;
let keyboard: Keyboard;
let shortcuts: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', new EventTarget());
  target = Object.assign(new EventTarget(), { value: '' }) as HTMLTextAreaElement;
  desktop = new Desktop();
  shortcuts = [];
  keyboard = new Keyboard({
    target,
    send: (message) => desktop.receive(message),
    onShortcut: (event) => shortcuts.includes(event.code),
    onPaste: () => false,
  });
});

afterEach(() => {
  keyboard[Symbol.dispose]();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('sends keys by their position, once however long the browser repeats them', () => {
  press('KeyA', 'a');
  press('KeyA', 'a', { repeat: true });
  expect(desktop.down).toEqual(new Set(['KeyA']));
  lift('KeyA', 'a');
  expect(desktop.down.size).toBe(0);
  expect(desktop.text).toBe('');
});

it('keeps the browser from acting on what goes to the desktop', () => {
  expect(press('KeyW', 'w', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(press('Tab', 'Tab').defaultPrevented).toBe(true);
});

it.for([
  ['a layout that has another letter there', 'KeyY', 'z', {}],
  ['a character that no US key has', 'Minus', 'ß', {}],
  ['a third level', 'KeyE', '€', { altGraph: true }],
  ['a third level as Windows tells it', 'KeyQ', '@', { altGraph: true, ctrlKey: true, altKey: true }],
  ['Caps Lock', 'KeyA', 'A', {}],
  ['a number pad', 'Numpad7', '7', {}],
  ['an emoji key', 'KeyA', '😀', {}],
] as const)('types what the viewer typed: %s', ([, code, key, state]) => {
  press(code, key, state);
  lift(code, key, state);
  expect(desktop.text).toBe(key);
  expect(desktop.down.size).toBe(0);
});

it('sends shortcuts by position whatever the layout', () => {
  press('ControlLeft', 'Control', { ctrlKey: true });
  press('KeyY', 'z', { ctrlKey: true });
  expect(desktop.down).toEqual(new Set(['ControlLeft', 'KeyY']));
});

it('leaves Ctrl up where Windows presses it for AltGr', () => {
  press('ControlLeft', 'Control', { ctrlKey: true });
  press('AltRight', 'AltGraph', { altGraph: true, ctrlKey: true, altKey: true });
  expect(desktop.down.size).toBe(0);
});

it('lifts a modifier that came up where nobody saw it', () => {
  press('ControlLeft', 'Control', { ctrlKey: true });
  press('KeyA', 'a');
  expect(desktop.down).toEqual(new Set(['KeyA']));
});

it('lifts everything when Cmd comes up: macOS told of nothing meanwhile', () => {
  press('MetaLeft', 'Meta', { metaKey: true });
  press('KeyC', 'c', { metaKey: true });
  lift('MetaLeft', 'Meta');
  expect(desktop.down.size).toBe(0);
});

it('types a composition once, when it is settled', () => {
  press('KeyN', 'Process', { isComposing: true });
  target.value = 'に';
  target.dispatchEvent(Object.assign(new Event('input'), { isComposing: true }));
  expect(desktop.text).toBe('');
  target.value = '日本';
  target.dispatchEvent(new Event('compositionend'));
  target.dispatchEvent(Object.assign(new Event('input'), { isComposing: false }));
  expect(desktop.text).toBe('日本');
  expect(desktop.down.size).toBe(0);
});

it("keeps the page's own shortcuts from the desktop", () => {
  shortcuts.push('KeyM');
  press('KeyM', 'M', { ctrlKey: true, shiftKey: true });
  expect(desktop.down.size).toBe(0);
});

it('tells again and again what is down, until nothing is', () => {
  keyboard.heldEvery = 200;
  press('KeyA', 'a');
  desktop.down.add('KeyB');
  vi.advanceTimersByTime(200);
  expect(desktop.down).toEqual(new Set(['KeyA']));
  lift('KeyA', 'a');
  expect(vi.getTimerCount()).toBe(0);
});

it('leaves no key down, whatever happens before focus, page or connection go', () => {
  const codes = ['KeyA', 'KeyB', 'ShiftLeft', 'ControlRight', 'MetaLeft', 'AltLeft', 'F5', 'Unidentified'];
  const modifiers = fc.record({ shiftKey: fc.boolean(), ctrlKey: fc.boolean(), metaKey: fc.boolean() });
  const event = fc.tuple(fc.constantFrom('keydown', 'keyup', 'beat'), fc.constantFrom(...codes), modifiers);
  const end = fc.constantFrom('blur', 'page blur', 'hidden', 'dispose');
  fc.assert(
    fc.property(fc.array(event), end, (events, how) => {
      for (const [type, code, state] of events) {
        if (type === 'beat') vi.advanceTimersByTime(500);
        else dispatch(type, code, code.replace(/^Key|Left$|Right$/, ''), state);
      }
      if (how === 'blur') target.dispatchEvent(new Event('blur'));
      if (how === 'page blur') window.dispatchEvent(new Event('blur'));
      if (how === 'hidden') document.dispatchEvent(new Event('visibilitychange'));
      if (how === 'dispose') keyboard.releaseAll();
      expect(desktop.down.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

interface State {
  shiftKey?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
  altGraph?: boolean;
  repeat?: boolean;
  isComposing?: boolean;
}

function press(code: string, key: string, state: State = {}): Event {
  return dispatch('keydown', code, key, state);
}

function lift(code: string, key: string, state: State = {}): Event {
  return dispatch('keyup', code, key, state);
}

/** Node has no KeyboardEvent: a plain event with its fields. */
function dispatch(type: string, code: string, key: string, state: State): Event {
  const { shiftKey = false, ctrlKey = false, altKey = false, metaKey = false } = state;
  const active: Record<string, boolean | undefined> = {
    Shift: shiftKey,
    Control: ctrlKey,
    Meta: metaKey,
    AltGraph: state.altGraph,
  };
  const event = Object.assign(new Event(type, { cancelable: true }), {
    code,
    key,
    shiftKey,
    ctrlKey,
    altKey,
    metaKey,
    isComposing: state.isComposing ?? false,
    getModifierState: (name: string) => active[name] ?? false,
  });
  target.dispatchEvent(event);
  return event;
}
