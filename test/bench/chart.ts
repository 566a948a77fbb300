/** Bar charts as SVG 1.1, readable on light and dark pages alike. */

export interface Chart {
  title: string;
  /** What the bars' lengths mean. */
  unit: string;
  /** Groups of bars, one below the other. */
  groups: { name: string; bars: Bar[] }[];
}

interface Bar {
  name: string;
  value: number;
  /** Whether it stands out. */
  isOurs: boolean;
}

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 90;
const BAR = 16;
const GAP = 14;
const TOP = 44;

const OURS = '#2f6feb';
const OTHERS = '#8b949e';

export function barChart({ title, unit, groups }: Chart): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => finite(value))), 1);
  const rows: string[] = [];
  let y = TOP;
  for (const group of groups) {
    rows.push(text(8, y + 12, group.name, 'font-weight="bold"'));
    y += 20;
    for (const { name, value, isOurs } of group.bars) {
      // What is read in frames may seem to be there before it was asked for.
      const length = ((WIDTH - LEFT - RIGHT) * Math.max(0, finite(value))) / longest;
      rows.push(text(LEFT - 8, y + 12, name, 'text-anchor="end"'));
      rows.push(
        `<rect x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 2}" fill="${isOurs ? OURS : OTHERS}"/>`,
      );
      rows.push(text(LEFT + length + 6, y + 12, labelOf(value)));
      y += BAR;
    }
    y += GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12" fill="#6e7781">`,
    text(8, 20, `${title} (${unit})`, 'font-size="15" font-weight="bold"'),
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function labelOf(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value < 0 ? '< 1' : value.toFixed(0);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`;
}
