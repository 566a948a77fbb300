/** Names of a clip's forms as X selection targets (ICCCM, section 2.6.2; text and pictures as GTK and Qt name them). */
import type { ClipType } from '@deskside/protocol';
import type { XConnection } from '../x-connection.ts';

/** Best first. Those after the first few are only offered to programs, which take what they know. */
const NAMES: Record<ClipType, readonly string[]> = {
  'text/plain': ['UTF8_STRING', 'text/plain;charset=utf-8', 'text/plain', 'STRING', 'TEXT'],
  'text/html': ['text/html'],
  'image/png': ['image/png'],
};

export interface Targets {
  /** TARGETS, TIMESTAMP, INCR (ICCCM, sections 2.6.2 and 2.7.2), and types of properties. */
  readonly meta: Readonly<Record<'TARGETS' | 'TIMESTAMP' | 'INCR' | 'ATOM' | 'INTEGER' | 'STRING', number>>;
  /** The targets of a form, best first. */
  of(type: ClipType): readonly number[];
  /** The form that a target stands for. */
  typeOf(target: number): ClipType | undefined;
}

export async function findTargets(x: XConnection): Promise<Targets> {
  const atoms = async (names: readonly string[]) => Promise.all(names.map((name) => x.atom(name)));
  const [TARGETS, TIMESTAMP, INCR, ATOM, INTEGER, STRING] = await atoms([
    'TARGETS',
    'TIMESTAMP',
    'INCR',
    'ATOM',
    'INTEGER',
    'STRING',
  ]);
  const byType = new Map<ClipType, readonly number[]>();
  for (const [type, names] of Object.entries(NAMES)) byType.set(type as ClipType, await atoms(names));
  return {
    meta: {
      TARGETS: TARGETS!,
      TIMESTAMP: TIMESTAMP!,
      INCR: INCR!,
      ATOM: ATOM!,
      INTEGER: INTEGER!,
      STRING: STRING!,
    },
    of: (type) => byType.get(type) ?? [],
    typeOf: (target) => [...byType].find(([, targets]) => targets.includes(target))?.[0],
  };
}

/** Bytes of a selection as a clip has them: STRING is Latin-1, and programs end text with NUL or lines with CR. */
export function fromSelection(type: ClipType, data: Buffer, isLatin1: boolean): Uint8Array {
  if (type !== 'text/plain') return data;
  const text = data.toString(isLatin1 ? 'latin1' : 'utf8');
  return Buffer.from(text.replace(/\0+$/, '').replaceAll('\r\n', '\n'));
}

/** A clip's bytes as a program asked for them. */
export function toSelection(data: Uint8Array, asLatin1: boolean): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return asLatin1 ? Buffer.from(bytes.toString('utf8'), 'latin1') : bytes;
}
