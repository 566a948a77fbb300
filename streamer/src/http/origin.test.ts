import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, objectionToCookie } from './origin.ts';

const ALLOWED = ['https://desk.example.com'];

describe('a cookie', () => {
  it.each([
    ['at loopback, by its own page', '127.0.0.1:6080', 'box:6080', 'http://127.0.0.1:6080'],
    ['at localhost behind a port forward', 'localhost:7000', 'box:6080', 'http://localhost:7000'],
    ['at IPv6 loopback', '[::1]:6080', 'box:6080', 'http://[::1]:6080'],
    ['where it was given', 'box:6080', 'box:6080', 'http://box:6080'],
    ['where it was given, in other letters', 'BOX:6080', 'box:6080', 'http://box:6080'],
    ['behind a proxy with the default port', 'box', 'box', 'https://box'],
    ['with the default port written out', 'box:443', 'box:443', 'https://box'],
    ['at an allowed host', 'desk.example.com', 'box', 'https://desk.example.com'],
    ['by an allowed page, whose proxy changes Host', '127.0.0.1:6080', 'box', 'https://desk.example.com'],
  ])('counts %s', (_, host, givenAt, origin) => {
    const use = { host, givenAt, origin, originRequired: true, allowedOrigins: ALLOWED };
    expect(objectionToCookie(use)).toBeUndefined();
  });

  it.each([
    ['at another host (DNS rebinding)', 'evil.example', 'box', 'http://evil.example'],
    ['at another port of that host', 'box:6081', 'box:6080', 'http://box:6081'],
    ['by a page of another site', '127.0.0.1:6080', 'box', 'https://evil.example'],
    ['by a page of another port', '127.0.0.1:6080', 'box', 'http://127.0.0.1:3000'],
    ['by a page without an origin', '127.0.0.1:6080', 'box', 'null'],
    ['by a file', '127.0.0.1:6080', 'box', 'file://'],
    ['by nobody', '127.0.0.1:6080', 'box', undefined],
    [
      'at a host that only begins like loopback',
      '127.0.0.1.evil.example',
      'box',
      'http://127.0.0.1.evil.example',
    ],
    ['at a host that hides another', 'x@127.0.0.1', 'box', 'http://127.0.0.1'],
    ['without a host', '', 'box', 'http://127.0.0.1'],
    ['without a host or an origin that has one', '', 'box', 'null'],
  ])('does not count %s', (_, host, givenAt, origin) => {
    const use = { host, givenAt, origin, originRequired: true, allowedOrigins: ALLOWED };
    expect(objectionToCookie(use)).toBeTypeOf('string');
  });

  it('needs no origin where browsers send none', () => {
    const use = { host: 'box', givenAt: 'box', origin: undefined, originRequired: false, allowedOrigins: [] };
    expect(objectionToCookie(use)).toBeUndefined();
  });

  it('counts nowhere by chance', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.webUrl()), (host, origin) => {
        fc.pre(!isLoopback(host));
        const use = { host, givenAt: 'box:6080', origin, originRequired: true, allowedOrigins: [] };
        expect(objectionToCookie(use) !== undefined || host === 'box:6080').toBe(true);
      }),
    );
  });
});
