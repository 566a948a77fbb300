import { describe, expect, test } from 'vitest';
import { answer, type Handler, RecordedServer, recording } from '../../../test/support/coder/recorded.ts';
import { CoderClient } from './client.ts';
import { CoderError } from './errors.ts';

const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
const ME = 'GET /api/v2/users/me';

/** The error of one request to a server that answers like this. */
async function errorOf(handler: Handler, timeoutMs = 10_000): Promise<CoderError> {
  await using server = await RecordedServer.start({ [ME]: handler });
  const client = new CoderClient({ url: server.url, token: TOKEN, timeoutMs });
  const error = await client.getAuthenticatedUser().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CoderError);
  return error as CoderError;
}

function send(status: number, headers: Record<string, string>, body = ''): Handler {
  return (_, response) => response.writeHead(status, headers).end(body);
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };

describe("the server's own errors, as recorded", () => {
  test.for([
    ['err-400-uuid', 400, 'invalid', 'Correct'],
    ['err-400-validations', 400, 'invalid', 'Correct'],
    ['err-401', 401, 'unauthorized', 'coder login'],
    ['err-401-bad-token', 401, 'unauthorized', '/cli-auth'],
    ['err-404-workspace', 404, 'not_found', 'coder list'],
    ['err-409-build-in-progress', 409, 'conflict', 'Wait until'],
    ['err-409-workspace-exists', 409, 'conflict', 'another name'],
    ['workspaceagent-containers', 403, 'forbidden', 'administrator'],
  ] as const)('%s', async ([name, status, code, step]) => {
    const error = await errorOf(answer(name));
    const said = recording<{ message: string; detail?: string; validations?: unknown[] }>(name);
    expect(error).toMatchObject({ status, code, detail: said.detail, validations: said.validations ?? [] });
    expect(error.message).toContain(said.message.replace(/\.$/, ''));
    expect(error.message).toContain(said.detail?.replace(/\.$/, '') ?? '');
    expect(error.nextStep).toContain(step);
    expect(error.message).toContain(error.nextStep);
  });

  test('each field that was wrong is in the message', async () => {
    const error = await errorOf(answer('err-400-user-create'));
    expect(error.validations.map(({ field }) => field)).toEqual(['email', 'username']);
    expect(error.message).toMatch(/email: .+username: /);
  });
});

describe('what is not Coder', () => {
  test('a web page with a good status', async () => {
    const error = await errorOf(send(200, HTML, '<html><title>Sign in</title>'));
    expect(error).toMatchObject({ code: 'not_coder', status: 200 });
    expect(error.message).toMatch(/web page.+in a browser/);
  });

  test("a proxy's own page for a bad one says its title", async () => {
    const error = await errorOf(send(500, HTML, '<title> 500 Out of order </title>'));
    expect(error).toMatchObject({ code: 'failed', status: 500 });
    expect(error.message).toContain('titled "500 Out of order"');
  });

  test('a redirect to a sign-in page is not followed, and its query is not shown', async () => {
    const error = await errorOf(send(302, { location: 'https://sso.example.com/in?state=secret' }));
    expect(error).toMatchObject({ code: 'not_coder', status: 302 });
    expect(error.message).toContain('https://sso.example.com/in');
    expect(error.message).not.toContain('secret');
  });

  test.for(['null', '[]', '"text"', '{"id":7,"username":"x"}', '{"id":"x"}'])(
    'JSON of another shape: %s',
    async (body) => {
      const error = await errorOf(send(200, JSON_TYPE, body));
      expect(error).toMatchObject({ code: 'unexpected' });
      expect(error.message).toMatch(/the answer(\.\w+)? is no (object|string)/);
    },
  );
});

describe('what ends too early', () => {
  test('a body shorter than announced', async () => {
    const error = await errorOf((_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '500' });
      response.write('{"id":"x",', () => response.destroy());
    });
    expect(error).toMatchObject({ code: 'truncated', status: 200 });
  });

  test('JSON that stops in its middle', async () => {
    expect((await errorOf(send(200, JSON_TYPE, '{"id":"x","user'))).message).toContain('after 15 characters');
  });

  test('a body that never ends', async () => {
    const error = await errorOf((_, response) => {
      response.writeHead(200, JSON_TYPE);
      const more = () => response.destroyed || response.write(' '.repeat(1024 * 1024), more);
      more();
    });
    expect(error).toMatchObject({ code: 'truncated' });
    expect(error.message).toContain('longer than');
  });

  test('no answer at all', async () => {
    const error = await errorOf(() => {}, 200);
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('within 0.2 s');
  });

  test('an answer that hangs in its middle', async () => {
    const error = await errorOf((_, response) => response.writeHead(200, JSON_TYPE).write('{'), 200);
    expect(error).toMatchObject({ code: 'timeout' });
  });

  test('nobody there', async () => {
    const server = await RecordedServer.start();
    await server[Symbol.asyncDispose]();
    const error = await new CoderClient({ url: server.url })
      .getBuildInfo()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unreachable' });
    expect((error as CoderError).message).toContain('ECONNREFUSED');
  });
});

test('a token that the server repeats is not in the error', async () => {
  const body = JSON.stringify({
    message: `bad ${TOKEN}`,
    detail: TOKEN,
    validations: [{ field: TOKEN, detail: 'x' }],
  });
  const error = await errorOf(send(400, JSON_TYPE, body));
  const { inspect } = await import('node:util');
  expect(inspect(error)).not.toContain(TOKEN);
});

describe("the caller's signal", () => {
  test('aborts with its reason', async () => {
    await using server = await RecordedServer.start({
      [ME]: () => abort.abort(new Error('no longer wanted')),
    });
    const abort = new AbortController();
    const client = new CoderClient({ url: server.url, token: TOKEN });
    await expect(client.getAuthenticatedUser({ signal: abort.signal })).rejects.toThrow('no longer wanted');
  });

  test('that is aborted already sends nothing', async () => {
    await using server = await RecordedServer.start();
    const client = new CoderClient({ url: server.url, token: TOKEN });
    const signal = AbortSignal.abort(new Error('never wanted'));
    await expect(client.getAuthenticatedUser({ signal })).rejects.toThrow('never wanted');
    expect(server.requests).toEqual([]);
  });
});

describe('trying again', () => {
  /** Fails so often before it answers as recorded. */
  const failing = (failures: number, ...parts: Parameters<typeof send>): Handler => {
    let left = failures;
    return (request, response) => (left-- > 0 ? send(...parts) : answer('users-me'))(request, response);
  };

  test.for([
    [429, { 'retry-after': '0' }],
    [502, {}],
    [503, {}],
    [504, {}],
  ] as const)('a request that changes nothing, after %s', async ([status, headers]) => {
    await using server = await RecordedServer.start({ [ME]: failing(1, status, headers) });
    const client = new CoderClient({ url: server.url, token: TOKEN });
    expect((await client.getAuthenticatedUser()).username).toBe('admin');
    expect(server.requests).toHaveLength(2);
  });

  test('not a request that changes something, after a 502', async () => {
    const path = '/api/v2/users/me/keys/tokens';
    await using server = await RecordedServer.start({
      [`POST ${path}`]: failing(1, 502, HTML, 'bad gateway'),
    });
    const client = new CoderClient({ url: server.url, token: TOKEN });
    await expect(client.createToken({})).rejects.toMatchObject({ code: 'failed', status: 502 });
    expect(server.requests).toHaveLength(1);
  });

  test('not when the server asks to wait longer than the time limit', async () => {
    const handler = failing(1, 429, { ...JSON_TYPE, 'retry-after': '60' }, '{"message":"Too many."}');
    await using server = await RecordedServer.start({ [ME]: handler });
    const client = new CoderClient({ url: server.url, token: TOKEN });
    await expect(client.getAuthenticatedUser()).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 60_000,
      message: expect.stringContaining('Wait 60 s'),
    });
    expect(server.requests).toHaveLength(1);
  });
});
