/** Keys of the page itself. They never reach the desktop. `shortcut.ACTION` says what each does. */
export type ShortcutAction = 'toolbar' | 'full-screen';

export const SHORTCUTS: readonly { code: string; keys: string; action: ShortcutAction }[] = [
  { code: 'KeyM', keys: 'Ctrl+Shift+M', action: 'toolbar' },
  { code: 'KeyF', keys: 'Ctrl+Shift+F', action: 'full-screen' },
];

/** What a key press asks of the page, if anything. */
export function shortcutOf(event: KeyboardEvent): ShortcutAction | undefined {
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return undefined;
  return SHORTCUTS.find(({ code }) => code === event.code)?.action;
}
