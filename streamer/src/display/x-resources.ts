import type { XConnection } from './x-connection.ts';

const REPLACE = 0;

/** Sets X resources of a screen, as `xrdb -merge` does; the others stay. */
export async function mergeResources(
  x: XConnection,
  resources: Readonly<Record<string, string | number>>,
): Promise<void> {
  const [property, text] = await Promise.all([x.atom('RESOURCE_MANAGER'), x.atom('STRING')]);
  const before = await x.property(x.root, property);
  const merged = merge(before.toString('latin1'), resources);
  x.client.ChangeProperty(REPLACE, x.root, property, text, 8, Buffer.from(merged, 'latin1'));
}

/** @param before lines of the form `name:\tvalue` */
export function merge(before: string, resources: Readonly<Record<string, string | number>>): string {
  const nameOf = (line: string) => line.slice(0, line.indexOf(':')).trim();
  const others = before.split('\n').filter((line) => line !== '' && !Object.hasOwn(resources, nameOf(line)));
  const own = Object.entries(resources).map(([name, value]) => `${name}:\t${value}`);
  return [...others, ...own, ''].join('\n');
}
