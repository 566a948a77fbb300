/**
 * What an answer must at least look like, so that a wrong one fails where it arrives and not somewhere in the caller.
 * `{ name: 'string', agents: optional([agent]) }`: fields not named are not looked at.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | readonly [Shape]
  | { readonly [field: string]: Shape }
  | Optional;

class Optional {
  readonly shape: Shape;
  constructor(shape: Shape) {
    this.shape = shape;
  }
}

/** The field may be missing or null (Go writes an empty list as null). */
export function optional(shape: Shape): Shape {
  return new Optional(shape);
}

/** @returns where and how the value differs from the shape, undefined if it does not */
export function mismatch(value: unknown, shape: Shape, at = 'the answer'): string | undefined {
  if (shape instanceof Optional) return value == null ? undefined : mismatch(value, shape.shape, at);
  if (typeof shape === 'string') return typeof value === shape ? undefined : `${at} is no ${shape}`;
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${at} is no list`;
    return first(value, (element, index) => mismatch(element, shape[0], `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return `${at} is no object`;
  const fields = value as Record<string, unknown>;
  return first(Object.entries(shape), ([name, inner]) => mismatch(fields[name], inner, `${at}.${name}`));
}

function isList(shape: object): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function first<T>(
  values: readonly T[],
  find: (value: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, value] of values.entries()) {
    const found = find(value, index);
    if (found) return found;
  }
  return undefined;
}
