import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadPath, newSegmentsOf, numbered, segmentsOf } from './path.ts';

describe('a path', () => {
  it.each([
    '..',
    '../a',
    'a/..',
    'a/../../b',
    '.',
    'a//b',
    '/etc/passwd',
    'a/',
    'a\0b',
    '.deskside-partial/x',
  ])('is refused: %j', (path) => {
    expect(() => segmentsOf(path)).toThrow(BadPath);
  });

  it('may be the folder itself, and names that only look odd', () => {
    expect(segmentsOf('')).toEqual([]);
    expect(segmentsOf('a b/…/..c/d..')).toEqual(['a b', '…', '..c', 'd..']);
    expect(segmentsOf('ü'.repeat(127))).toEqual(['ü'.repeat(127)]);
  });

  it('has names of at most 255 bytes and a bounded depth', () => {
    expect(() => segmentsOf('ü'.repeat(128))).toThrow('255 bytes');
    expect(() => segmentsOf('a/'.repeat(100))).toThrow('within each other');
  });

  it.each(['a\nb', 'a\tb', 'a\x7f', '\x1b[31m'])('is not made with control characters: %j', (path) => {
    expect(() => newSegmentsOf(path)).toThrow('control character');
  });

  it('leads to one place below the folder or nowhere, whatever it is', () => {
    const parts = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', '\0', '\n', '%2e%2e', '\\..', '.deskside-partial'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (given) => {
        let segments: string[];
        try {
          segments = segmentsOf(given.join('/'));
        } catch (error) {
          expect(error).toBeInstanceOf(BadPath);
          return;
        }
        for (const segment of segments) {
          expect(segment).not.toMatch(/^\.{0,2}$|[/\0]/);
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255);
        }
        expect(segments[0]).not.toBe('.deskside-partial');
      }),
    );
  });
});

describe('a name that is taken', () => {
  it('gets a number', () => {
    expect(numbered('a.txt', 1)).toBe('a (1).txt');
    expect(numbered('.bashrc', 2)).toBe('.bashrc (2)');
    expect(numbered('Makefile', 3)).toBe('Makefile (3)');
  });

  it('stays a name that may be', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter((text) => {
      return Buffer.byteLength(text) <= 255 && !/[/\0]/.test(text) && !/^\.\.?$/.test(text);
    });
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 999 }), (text, number) => {
        const other = numbered(text, number);
        expect(segmentsOf(other)).toEqual([other]);
        expect(other).not.toBe(text);
      }),
    );
  });
});
