import type { Rectangle } from '@deskside/protocol';

/** What two rectangles have in common, if anything. */
export function intersection(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** `whole` without `hole`: at most four rectangles that do not overlap. */
export function without(whole: Rectangle, hole: Rectangle): Rectangle[] {
  const cut = intersection(whole, hole);
  if (!cut) return [whole];
  const right = whole.x + whole.width;
  const bottom = whole.y + whole.height;
  return [
    { x: whole.x, y: whole.y, width: whole.width, height: cut.y - whole.y },
    { x: whole.x, y: cut.y + cut.height, width: whole.width, height: bottom - cut.y - cut.height },
    { x: whole.x, y: cut.y, width: cut.x - whole.x, height: cut.height },
    { x: cut.x + cut.width, y: cut.y, width: right - cut.x - cut.width, height: cut.height },
  ].filter(({ width, height }) => width > 0 && height > 0);
}

/** The smallest rectangle around both. */
export function union(a: Rectangle | undefined, b: Rectangle): Rectangle {
  if (!a) return b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  const height = Math.max(a.y + a.height, b.y + b.height) - y;
  return { x, y, width, height };
}
