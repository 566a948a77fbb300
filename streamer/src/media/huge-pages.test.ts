import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { refuseHugePages } from './huge-pages.ts';

it('has the kernel give this process no huge pages', () => {
  refuseHugePages();
  expect(readFileSync('/proc/self/status', 'utf8')).toMatch(/^THP_enabled:\s+0$/m);
});
