import type { Of, ViewerMessage } from '@deskside/protocol';
import { VIEWER } from './version.ts';

/** What a viewer says first. */
export function hello(options: {
  /** Where no cookie carries it. */
  token: string | undefined;
  /** Codec strings that this browser decodes, best first. */
  codecs: readonly string[];
  /** Names the visit, if it goes on. */
  visit: string | undefined;
  /** The viewer whose connection was lost here. */
  replaces?: string | undefined;
}): Of<ViewerMessage, 'hello'> {
  const { token, codecs, visit, replaces } = options;
  return {
    type: 'hello',
    ...VIEWER,
    ...(token && { token }),
    codecs: [...codecs],
    ...(visit && { visit }),
    ...(replaces && { replaces }),
  };
}
