import type { ViewerMessage } from '@deskside/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Keyboard } from './keyboard.ts';
import { platformOf } from './platform.ts';

/** The desktop's side: what is down there after these messages. */
class Desktop {
  readonly down = new Set<string>();
  text = '';
  /** `+KeyA=a` and `-KeyA`, in order. */
  keys: string[] = [];
  readonly locks: ViewerMessage[] = [];

  receive(message: ViewerMessage): void {
    if (message.type === 'key') {
      this.down[message.down ? 'add' : 'delete'](message.code);
      const gives = message.key === undefined ? '' : `=${message.key}`;
      this.keys.push(`${message.down ? '+' : '-'}${message.code}${gives}`);
    }
    if (message.type === 'locks') this.locks.push(message);
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
  keyboard = attach();
});

/** A keyboard of that platform, in place of the one before. */
function attach(platform = 'Linux', soft = false): Keyboard {
  keyboard?.[Symbol.dispose]();
  target = Object.assign(new EventTarget(), { value: '', style: {} }) as unknown as HTMLTextAreaElement;
  desktop = new Desktop();
  shortcuts = [];
  keyboard = new Keyboard({
    target,
    platform: platformOf(platform),
    soft,
    send: (message) => desktop.receive(message),
    onShortcut: (event) => shortcuts.includes(event.code),
    onPaste: () => false,
  });
  return keyboard;
}

afterEach(() => {
  keyboard[Symbol.dispose]();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('sends keys by their position, with what they give', () => {
  press('KeyY', 'z');
  expect(desktop.down).toEqual(new Set(['KeyY']));
  lift('KeyY', 'z');
  press('ArrowUp', 'ArrowUp');
  lift('ArrowUp', 'ArrowUp');
  expect(desktop.keys).toEqual(['+KeyY=z', '-KeyY', '+ArrowUp', '-ArrowUp']);
});

it('repeats what types a character, which only the desktop knows to be held or not', () => {
  press('KeyA', 'a');
  press('KeyA', 'a', { repeat: true });
  press('F5', 'F5');
  press('F5', 'F5', { repeat: true });
  expect(desktop.keys).toEqual(['+KeyA=a', '+KeyA=a', '+F5']);
});

it('keeps the browser from acting on what goes to the desktop', () => {
  expect(press('KeyW', 'w', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(press('Tab', 'Tab').defaultPrevented).toBe(true);
});

it('tells of AltGr as what it is', () => {
  press('AltRight', 'AltGraph', { altGraph: true });
  press('KeyQ', '@', { altGraph: true });
  expect(desktop.keys).toEqual(['+AltRight=AltGraph', '+KeyQ=@']);
});

it('drops the Ctrl that Windows presses for AltGr, and no other', () => {
  attach('Windows');
  const altGr = { altGraph: true, ctrlKey: true, altKey: true };
  press('ControlLeft', 'Control', { ctrlKey: true });
  press('AltRight', 'AltGraph', altGr);
  press('KeyQ', '@', altGr);
  lift('ControlLeft', 'Control', altGr);
  lift('AltRight', 'AltGraph');
  lift('KeyQ', 'q');
  expect(desktop.keys).toEqual(['+AltRight=AltGraph', '+KeyQ=@', '-AltRight', '-KeyQ']);
  desktop.keys = [];
  press('ControlLeft', 'Control', { ctrlKey: true });
  press('KeyC', 'c', { ctrlKey: true });
  expect(desktop.keys).toEqual(['+ControlLeft', '+KeyC=c']);
  lift('KeyC', 'c', { ctrlKey: true });
  lift('ControlLeft', 'Control');
  desktop.keys = [];
  press('ControlLeft', 'Control', { ctrlKey: true });
  vi.advanceTimersByTime(100);
  expect(desktop.keys).toEqual(['+ControlLeft']);
});

it('lifts a modifier that came up where nobody saw it', () => {
  press('ControlRight', 'Control', { ctrlKey: true });
  press('AltLeft', 'Alt', { ctrlKey: true, altKey: true });
  press('KeyA', 'a');
  expect(desktop.down).toEqual(new Set(['KeyA']));
});

it('presses and lifts modifiers that an iPad tells of with other keys only', () => {
  attach('iPad');
  press('KeyC', 'c', { ctrlKey: true });
  press('ArrowLeft', 'ArrowLeft', { shiftKey: true });
  expect(desktop.keys).toEqual([
    ...['+ControlLeft', '+KeyC=c', '-KeyC', '-ControlLeft'],
    ...['+ShiftLeft', '+ArrowLeft', '-ArrowLeft', '-ShiftLeft'],
  ]);
});

it('leaves a Shift alone that a character tells of by itself', () => {
  press('KeyA', 'A', { shiftKey: true });
  expect(desktop.keys).toEqual(['+KeyA=A']);
});

describe('on a Mac', () => {
  beforeEach(() => void attach('macOS'));

  it('Cmd is Ctrl, and keys under it come up at once since nobody tells', () => {
    press('MetaLeft', 'Meta', { metaKey: true });
    press('KeyC', 'c', { metaKey: true });
    press('KeyC', 'c', { metaKey: true, repeat: true });
    lift('MetaLeft', 'Meta');
    const twice = ['+KeyC=c', '-KeyC', '+KeyC=c', '-KeyC'];
    expect(desktop.keys).toEqual(['+ControlLeft', ...twice]);
    expect(desktop.down.size).toBe(0);
  });

  it('Cmd is Super where that is wanted', () => {
    keyboard.appleKeys = { cmdIsCtrl: false, optionTypes: true };
    press('MetaRight', 'Meta', { metaKey: true });
    expect(desktop.down).toEqual(new Set(['MetaRight']));
  });

  it('what is down before Cmd comes up with it', () => {
    press('KeyA', 'a');
    press('MetaLeft', 'Meta', { metaKey: true });
    lift('MetaLeft', 'Meta');
    expect(desktop.down.size).toBe(0);
  });

  it('Option types what it does there, unless it is to be Alt', () => {
    press('AltLeft', 'Alt', { altKey: true });
    press('KeyL', '@', { altKey: true });
    expect([desktop.text, desktop.keys]).toEqual(['@', ['+AltLeft']]);
    keyboard.appleKeys = { cmdIsCtrl: true, optionTypes: false };
    press('KeyL', '@', { altKey: true });
    expect(desktop.keys).toEqual(['+AltLeft', '+KeyL=@']);
  });

  it('the number pad types numbers', () => {
    press('Numpad7', '7');
    expect(desktop.locks).toEqual([{ type: 'locks', capsLock: false, numLock: true }]);
  });
});

it('tells of Caps and Num Lock before the first key, when they change, and to a new connection', () => {
  press('KeyA', 'a', { numLock: true });
  press('KeyB', 'b', { numLock: true });
  lift('CapsLock', 'CapsLock', { numLock: true, capsLock: true });
  keyboard.forgetAll();
  press('KeyC', 'C', { numLock: true, capsLock: true });
  const locks = (capsLock: boolean) => ({ type: 'locks', capsLock, numLock: true });
  expect(desktop.locks).toEqual([locks(false), locks(true), locks(true)]);
  expect(desktop.keys).toEqual(['+KeyA=a', '+KeyB=b', '+KeyC=C']);
});

it('lifts what is down when the connection is lost, for presses may reach the desktop after that', () => {
  press('KeyA', 'a');
  keyboard.forgetAll();
  lift('KeyA', 'a');
  expect(desktop.down).toEqual(new Set());
  expect(desktop.keys).toEqual(['+KeyA=a']);
});

it('leaves a dead key and the one after it to the browser', () => {
  expect(press('Quote', 'Dead').defaultPrevented).toBe(false);
  press('ShiftLeft', 'Shift', { shiftKey: true });
  expect(press('KeyE', 'É', { shiftKey: true }).defaultPrevented).toBe(false);
  write('É');
  press('KeyA', 'a');
  expect(desktop.text).toBe('É');
  expect(desktop.keys).toEqual(['+ShiftLeft', '-ShiftLeft', '+KeyA=a']);
});

describe('an input method', () => {
  it.for([
    ['Chromium: the text is there before the composition ends', ['input', 'end']],
    ['Firefox: it is told once more afterwards', ['input', 'end', 'input']],
    ['Safari: only then', ['end', 'input']],
  ] as const)('types a composition once. %s', ([, order]) => {
    press('KeyN', 'Process');
    compose('compositionstart');
    write('に');
    expect(desktop.text).toBe('');
    for (const what of order) {
      if (what === 'input') write('日本');
      else compose('compositionend', '日本');
    }
    vi.runAllTimers();
    expect(desktop.text).toBe('日本');
    expect(desktop.keys).toEqual([]);
  });

  it('types one syllable after the other, each once', () => {
    for (const [before, syllable] of [
      ['', '한'],
      ['한', '국'],
      ['한국', '어'],
    ] as const) {
      compose('compositionstart');
      write(before + syllable);
      compose('compositionend', syllable);
    }
    expect(desktop.text).toBe('한국어');
  });

  it('shows what is being composed, and nothing afterwards', () => {
    compose('compositionstart');
    expect(target.style.opacity).toBe('1');
    compose('compositionend');
    expect(target.style.opacity).toBe('0');
  });

  it('that is given up types nothing', () => {
    compose('compositionstart');
    write('にほ');
    write('');
    compose('compositionend');
    expect(desktop.text + desktop.keys).toBe('');
  });
});

describe('a soft keyboard', () => {
  const PADDING = '_'.repeat(16);

  it('takes back what it corrects', () => {
    attach('iPhone', true);
    write(`${PADDING}teh`);
    write(`${PADDING}the `);
    expect(desktop.text).toBe('tehhe ');
    expect(desktop.keys).toEqual(['+Backspace', '-Backspace', '+Backspace', '-Backspace']);
  });

  it('deletes what it did not write', () => {
    attach('Android', true);
    write(PADDING.slice(1));
    expect(desktop.keys).toEqual(['+Backspace', '-Backspace']);
  });

  it('of Android shows a word while it is made', () => {
    attach('Android', true);
    press('', 'Unidentified');
    compose('compositionstart');
    write(`${PADDING}h`);
    write(`${PADDING}hi`);
    compose('compositionend', 'hi');
    expect(desktop.text).toBe('hi');
  });

  it('has keys that are known by their names', () => {
    press('', 'Enter');
    lift('', 'Enter');
    expect(desktop.keys).toEqual(['+Enter', '-Enter']);
  });
});

it('takes dictation, which replaces words that it wrote before', () => {
  write('their');
  write('there is 👩‍👧');
  expect(desktop.text).toBe('theirre is 👩‍👧');
  expect(desktop.keys.filter((key) => key === '+Backspace')).toHaveLength(2);
});

it('sends long text in pieces, none of which ends within a character', () => {
  const sent: string[] = [];
  vi.spyOn(desktop, 'receive').mockImplementation((message) => {
    if (message.type === 'text') sent.push(message.text);
  });
  keyboard.type(`a${'😀'.repeat(5000)}`);
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.every((text) => text.isWellFormed() && text.length <= 4096)).toBe(true);
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
  const platform = fc.constantFrom('Linux', 'Windows', 'macOS', 'Android');
  const end = fc.constantFrom('blur', 'page blur', 'hidden', 'dispose');
  fc.assert(
    fc.property(fc.array(event), end, platform, (events, how, where) => {
      attach(where);
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
  capsLock?: boolean;
  numLock?: boolean;
  isComposing?: boolean;
}

function press(code: string, key: string, state: State = {}): Event {
  return dispatch('keydown', code, key, state);
}

/** The field has this text now. */
function write(value: string): void {
  target.value = value;
  target.dispatchEvent(new Event('input'));
}

function compose(type: 'compositionstart' | 'compositionend', data = ''): void {
  target.dispatchEvent(Object.assign(new Event(type), { data }));
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
    Alt: altKey,
    AltGraph: state.altGraph,
    CapsLock: state.capsLock,
    NumLock: state.numLock,
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
