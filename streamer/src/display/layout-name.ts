import type { Layout } from './api.ts';

/** `us/dvorak`: how the protocol and the settings write a layout and its variant. */
export function layoutName({ layout, variant }: Layout): string {
  return variant === undefined ? layout : `${layout}/${variant}`;
}

export function parseLayout(name: string): Layout {
  const [layout, variant] = name.split('/');
  return { layout: layout!, variant };
}
