import {
  type ClipMessage,
  type ClipOffer,
  decodeClipPart,
  encodeClipPart,
  offerOf,
} from '@deskside/protocol';
import { describe, expect, it } from 'vitest';
import { clipboardPolicy, SharedClipboard } from './clipboard.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';

const HELLO = new TextEncoder().encode('hello');

function text(): ClipOffer {
  return offerOf([{ type: 'text/plain', data: HELLO }]);
}

/** The messages of somebody who copies "hello". */
function copyHello(access: {
  receive(message: ClipMessage): void;
  receiveBinary(bytes: Uint8Array): void;
}): void {
  access.receive({ type: 'clipboard', transfer: 1, items: [{ type: 'text/plain', size: HELLO.byteLength }] });
  access.receiveBinary(encodeClipPart({ transfer: 1, data: HELLO }));
}

describe.each(['both', 'in', 'out', 'none'] as const)('--clipboard %s', (ways) => {
  const policy = clipboardPolicy(ways);

  it(`${policy.out ? 'sends' : 'keeps'} what a program copies`, async () => {
    const display = new FakeDisplay();
    using clipboard = new SharedClipboard(display, policy);
    const connection = new FakeConnection();
    clipboard.join(connection);
    expect(connection.of('clipboard-policy')).toEqual(
      ways === 'none' ? [] : [{ type: 'clipboard-policy', ...policy }],
    );
    display.copy(text());
    await Promise.resolve();
    expect(connection.of('clipboard')).toHaveLength(policy.out ? 1 : 0);
    const parts = connection.binary.map((bytes) => new TextDecoder().decode(decodeClipPart(bytes).data));
    expect(parts).toEqual(policy.out ? ['hello'] : []);
  });

  it(`${policy.in ? 'takes' : 'refuses'} what a viewer copies`, async () => {
    const display = new FakeDisplay();
    using clipboard = new SharedClipboard(display, policy);
    const connection = new FakeConnection();
    copyHello(clipboard.join(connection));
    expect(display.log).toEqual(policy.in ? ['clip text/plain:5'] : []);
    expect(connection.of('clipboard-received')).toHaveLength(policy.in ? 1 : 0);
    if (policy.in) expect(await display.clip!.content).toEqual([{ type: 'text/plain', data: HELLO }]);
  });
});

it('what one viewer copies reaches the others and not itself', async () => {
  using clipboard = new SharedClipboard(new FakeDisplay(), clipboardPolicy('both'));
  const [one, other] = [new FakeConnection(), new FakeConnection()];
  const access = clipboard.join(one);
  clipboard.join(other);
  copyHello(access);
  expect(one.of('clipboard')).toHaveLength(0);
  expect(other.of('clipboard')).toHaveLength(1);
});

it('who joins is sent what there is to paste, and who has left nothing more', () => {
  const display = new FakeDisplay();
  display.copy(text());
  using clipboard = new SharedClipboard(display, clipboardPolicy('both'));
  const connection = new FakeConnection();
  const access = clipboard.join(connection);
  expect(connection.of('clipboard')).toHaveLength(1);
  access[Symbol.dispose]();
  display.copy(text());
  expect(connection.of('clipboard')).toHaveLength(1);
});
