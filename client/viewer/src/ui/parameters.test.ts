import { expect, it } from 'vitest';
import { parameters } from './parameters.ts';
import { tokenOf } from './pasted-token.ts';

it('takes the token out of the address and leaves the rest', () => {
  const { token, address, view } = parameters(new URL('http://host/desk/?token=abc&view=1:1#x'));
  expect(token).toBe('abc');
  expect(view).toBe('1:1');
  expect(address.href).toBe('http://host/desk/?view=1%3A1#x');
});

it('has a default for everything that is missing or not understood', () => {
  expect(parameters(new URL('http://host/?view=sideways&token='))).toMatchObject({
    token: undefined,
    view: 'fit',
  });
});

it.for([
  ['abc', 'abc'],
  ['  abc\n', 'abc'],
  ['http://127.0.0.1:6080/?token=a_b-C', 'a_b-C'],
  ['Desktop ready: http://h/p/?view=fit&token=abc#top', 'abc'],
])('finds the token in %j', ([pasted, token]) => {
  expect(tokenOf(pasted!)).toBe(token);
});
