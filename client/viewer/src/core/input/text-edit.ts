/** What turns one text into another at its end: characters taken away there, then others added. */
export interface TextEdit {
  /** Code points, as Backspace takes them. */
  removed: number;
  added: string;
}

/** The shortest edit at the end that makes `after` of `before`. */
export function editBetween(before: string, after: string): TextEdit {
  const [old, now] = [[...before], [...after]];
  let same = 0;
  while (same < old.length && old[same] === now[same]) same++;
  return { removed: old.length - same, added: now.slice(same).join('') };
}

/** Cuts text into pieces of at most `size` UTF-16 code units, never through a character. */
export function pieces(text: string, size: number): readonly string[] {
  // A character has two of them at most.
  return text.match(new RegExp(`[^]{1,${size / 2}}`, 'gu')) ?? [];
}
