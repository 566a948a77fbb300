import { describe, expect, it } from 'vitest';
import { createLog, formatLine } from './log.ts';

/** What a log of this level writes. */
function lines(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const written: string[] = [];
  write(createLog('info', [{ write: (line) => void written.push(line.trimEnd()) }]));
  return written;
}

describe('a line of the log', () => {
  it('is readable: time, level, message, facts', () => {
    const [line] = lines((log) => log.warn({ viewer: 3, reason: 'it left' }, 'viewer gone'));
    expect(formatLine(line!)).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z warn {2}viewer gone {2}viewer=3 reason="it left"$/,
    );
  });

  it('with an error shows where it came from', () => {
    const [line] = lines((log) => log.error({ err: new Error('broken') }, 'failed'));
    expect(formatLine(line!)).toMatch(/error failed\nError: broken\n {4}at /);
  });

  it('below the level is not written', () => {
    expect(lines((log) => log.debug('detail'))).toEqual([]);
  });

  it.each(['', 'plain text', '{ not JSON', '{"half":'])(
    'that is none of ours stays as it is: "%s"',
    (line) => {
      expect(formatLine(line)).toBe(line);
    },
  );
});
