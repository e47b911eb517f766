// Invalid requests: each gets the documented response and changes nothing.
import assert from 'node:assert/strict';
import { before, beforeEach, afterEach, describe, it } from 'node:test';
import { sendRaw } from './support/raw_http.mjs';
import { json, startServer } from './support/server.mjs';

const unknown = '01978f3e-6c1a-7cc0-8f5e-0123456789ab';

let server;
let token;
let user;
let foreign;
before(async () => {
  server = await startServer('bad-input');
  token = await server.token(server.owner);
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'components.read']);
  user = await server.createApiUser('target', ['reader']);
  foreign = await server.addProject('other');
});

let state;
beforeEach(async () => { state = await server.state(); });
afterEach(async () => assert.equal(await server.state(), state, 'something was changed'));

const send = (method, path, body, headers) => server.api(method, path, { token, body, headers });

function assertProblem(answer, status, code) {
  assert.equal(answer.status, status, answer.body);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  if (code) assert.equal(json(answer).code, code);
  assert.equal(json(answer).request_id, answer.headers.get('x-request-id'));
}

describe('a body', () => {
  const deep = `${'['.repeat(17)}${']'.repeat(17)}`;
  const rows = [
    ['that is no JSON', 'POST', '/api-users', '{"username": '],
    ['that is no object', 'POST', '/api-users', '["ci-bot"]'],
    ['that is empty', 'POST', '/api-users', ''],
    ['with a key twice', 'POST', '/api-users', '{"username":"one","username":"two"}'],
    ['nested too deep', 'POST', '/api-users', `{"username":"one","roles":${deep}}`],
    ['with a number too large', 'POST', '/roles', '{"name":"one","level":1e400}'],
    ['with a byte that is no UTF-8', 'POST', '/api-users',
      Buffer.from('{"username":"a","description":"\xff"}', 'latin1')],
    ['with an unknown key', 'POST', '/api-users', { username: 'one', admin: true }, 'admin'],
    ['without its username', 'POST', '/api-users', { description: 'x' }, 'username'],
    ['whose username is a number', 'POST', '/api-users', { username: 1 }, 'username'],
    ['whose username has an @', 'POST', '/api-users', { username: 'bot@example.com' }, 'username'],
    ['whose username is empty', 'POST', '/api-users', { username: '' }, 'username'],
    ['whose username is too long', 'POST', '/api-users', { username: 'a'.repeat(65) }, 'username'],
    ['whose username is a uuid', 'POST', '/api-users', { username: unknown }, 'username'],
    ['whose description is too long', 'POST', '/api-users', { username: 'one', description: 'x'.repeat(201) }, 'description'],
    ['whose description has control characters', 'POST', '/api-users', { username: 'one', description: 'a\u001bb' }, 'description'],
    ['whose roles are no list', 'POST', '/api-users', { username: 'one', roles: 'reader' }, 'roles'],
    ['whose role is no uuid', 'POST', '/api-users', { username: 'one', roles: ['reader'] }, 'roles'],
    ['without a role\'s name', 'POST', '/roles', { permissions: ['a.b'] }, 'name'],
    ['whose permission is malformed', 'POST', '/roles', { name: 'one', permissions: ['a..b'] }, 'permissions'],
    ['whose permissions are no list', 'POST', '/roles', { name: 'one', permissions: 'a.b' }, 'permissions'],
    ['whose workspace is malformed', 'POST', '/roles', { name: 'one', workspaces: ['a b'] }, 'workspaces'],
    ['whose level is a text', 'POST', '/roles', { name: 'one', level: '20' }, 'level'],
    ['whose level is a fraction', 'POST', '/roles', { name: 'one', level: 1.5 }, 'level'],
    ['whose level is too high', 'POST', '/roles', { name: 'one', level: 101 }, 'level'],
    ['whose level is negative', 'POST', '/roles', { name: 'one', level: -1 }, 'level'],
    ['whose status is unknown', 'PATCH', '/api-users/USER', { status: 'asleep' }, 'status'],
    ['whose status is a flag', 'PATCH', '/api-users/USER', { status: true }, 'status'],
    ['that would rename', 'PATCH', '/api-users/USER', { username: 'renamed' }, 'username'],
    ['whose overlap is negative', 'POST', '/api-users/USER/secrets', { overlap_seconds: -1 }, 'overlap_seconds'],
    ['whose overlap is too long', 'POST', '/api-users/USER/secrets', { overlap_seconds: 2592001 }, 'overlap_seconds'],
    ['whose overlap is a text', 'POST', '/api-users/USER/secrets', { overlap_seconds: '1h' }, 'overlap_seconds'],
    ['whose expiry is too soon', 'POST', '/api-users/USER/secrets', { expires_in: 59 }, 'expires_in'],
    ['whose expiry is too late', 'POST', '/api-users/USER/secrets', { expires_in: 315619201 }, 'expires_in'],
    ['whose label is a list', 'POST', '/api-users/USER/secrets', { label: [] }, 'label'],
  ];
  for (const [what, method, path, body, field] of rows) {
    it(`${what} gets 400${field ? ` that names ${field}` : ''}`, async () => {
      const answer = await send(method, path.replace('USER', user.uuid), body);
      assertProblem(answer, 400, 'invalid_argument');
      assert.deepEqual(json(answer).errors?.map((error) => error.field), field && [field], answer.body);
    });
  }

  it('with several faults gets all of them in one response', async () => {
    const answer = await send('POST', '/roles', { name: '', level: 101, permissions: ['A'] });
    assertProblem(answer, 400, 'invalid_argument');
    assert.deepEqual(json(answer).errors.map(({ field }) => field.split('[')[0]).sort(),
      ['level', 'name', 'permissions']);
  });

  it('of more than 64 KiB gets 413, and of another type 415', async () => {
    assertProblem(await send('POST', '/api-users', `{"username":"${'a'.repeat(70_000)}"}`), 413);
    assertProblem(await send('POST', '/api-users', '{"username":"one"}', { 'content-type': 'text/plain' }), 415);
  });
});

describe('a uuid', () => {
  it('that is malformed gets 400', async () => {
    assertProblem(await send('GET', '/api-users/not-a-uuid'), 400, 'invalid_argument');
    assertProblem(await send('GET', '/roles/123'), 400, 'invalid_argument');
    assertProblem(await send('DELETE', `/api-users/${user.uuid}/secrets/x`), 400, 'invalid_argument');
  });

  const everywhere = (uuid) => [
    ['GET', `/api-users/${uuid}`], ['PATCH', `/api-users/${uuid}`, { status: 'disabled' }],
    ['DELETE', `/api-users/${uuid}`], ['GET', `/api-users/${uuid}/secrets`],
    ['POST', `/api-users/${uuid}/secrets`, {}], ['DELETE', `/api-users/${uuid}/secrets`],
    ['DELETE', `/api-users/${uuid}/secrets/0aB1cD2eF3g`], ['GET', `/roles/${uuid}`],
  ];

  it('that is unknown gets 404', async () => {
    for (const [method, path, body] of everywhere(unknown)) {
      assertProblem(await send(method, path, body), 404, 'not_found');
    }
  });

  it('of another project gets the same 404, and nothing changes there', async () => {
    for (const [method, path, body] of everywhere(foreign.uuid)) {
      const answer = await send(method, path, body);
      assertProblem(answer, 404, 'not_found');
      const { detail } = json(await send(method, path.replace(foreign.uuid, unknown), body));
      assert.equal(json(answer).detail.replace(foreign.uuid, unknown), detail);
    }
    await server.token(foreign, 'other');
  });

  it('of an unknown role, or of a role of another project, is rejected', async () => {
    const theirs = await server.token(foreign, 'other');
    const { items } = json(await server.api('GET', '/roles', { token: theirs, project: 'other' }));
    for (const role of [unknown, items[0].uuid]) {
      for (const [method, path, body] of [['POST', '/api-users', { username: 'one', roles: [role] }],
        ['PATCH', `/api-users/${user.uuid}`, { roles: [role] }]]) {
        const answer = await send(method, path, body);
        assertProblem(answer, 400, 'invalid_argument');
        assert.deepEqual(json(answer).errors.map((error) => error.field), ['roles']);
      }
    }
  });
});

describe('a list', () => {
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=-1', 'limit=', 'cursor=x', 'limit=1&limit=2']) {
    it(`with ${query} gets 400`, async () => {
      assertProblem(await send('GET', `/api-users?${query}`), 400, 'invalid_argument');
      assertProblem(await send('GET', `/roles?${query}`), 400, 'invalid_argument');
    });
  }
});

describe('If-Match', () => {
  it('of an older version gets 412', async () => {
    assertProblem(await send('PATCH', `/api-users/${user.uuid}`, { description: 'x' }, { 'if-match': '"v0"' }), 412);
    assertProblem(await send('DELETE', `/api-users/${user.uuid}`, undefined, { 'if-match': '"v0"' }), 412);
  });

  it('that is malformed changes nothing', async () => {
    const answer = await send('DELETE', `/api-users/${user.uuid}`, undefined, { 'if-match': 'v1' });
    assertProblem(answer, 400, 'invalid_argument');
  });
});

describe('a bearer token', () => {
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`;
  for (const [what, headers] of [['none', {}], ['an empty one', { authorization: 'Bearer ' }],
    ['nonsense', { authorization: 'Bearer x.y.z' }], ['another scheme', { authorization: 'Digest x' }],
    ['one that is not signed', { authorization: `Bearer ${unsigned}` }],
    ['a long one', { authorization: `Bearer ${'a'.repeat(15_000)}` }]]) {
    it(`${what} gets 401 with WWW-Authenticate`, async () => {
      const answer = await server.api('GET', '/api-users', { headers });
      assertProblem(answer, 401, 'unauthenticated');
      assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
    });
  }
});

describe('a path or a method', () => {
  it('that does not exist gets 404, and a wrong method 405 with Allow', async () => {
    assertProblem(await send('GET', '/nothing'), 404, 'not_found');
    const answer = await send('PUT', '/api-users');
    assertProblem(answer, 405);
    assert.match(answer.headers.get('allow'), /GET.*POST|POST.*GET/);
  });
});

describe('the token endpoint', () => {
  const post = (body, headers = {}) => sendRaw(server.url, [
    `POST /projects/acme/oauth2/token HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close',
    'Content-Type: application/x-www-form-urlencoded', `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n'));
  const basic = (id, secret) => ({ Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });
  const grant = 'grant_type=client_credentials';
  const client = (id, secret) => `client_id=${id}&client_secret=${secret}`;
  const credentials = () => client('target', user.secret);

  const rows = [
    ['a secret of 60 KB', () => [`${grant}&${client('target', 'x'.repeat(60_000))}`], 401, 'invalid_client'],
    ['both ways of authentication', () => [`${grant}&${credentials()}`, basic('target', user.secret)],
      400, 'invalid_request'],
    ['Basic and another client_id', () => [`${grant}&client_id=owner`, basic('target', user.secret)],
      400, 'invalid_request'],
    ['two Authorization headers', () => [grant, { ...basic('target', user.secret), authorization: 'Basic eDp5' }],
      400, 'invalid_request'],
    ['a parameter twice', () => [`${grant}&${grant}&${credentials()}`], 400, 'invalid_request'],
    ['a client_secret twice', () => [`${grant}&${credentials()}&client_secret=x`], 400, 'invalid_request'],
    ['no grant type', () => [credentials()], 400, 'invalid_request'],
    ['a broken percent escape', () => [`${grant}&client_id=%zz&client_secret=x`], 400, 'invalid_request'],
    ['Basic that is no base64', () => [grant, { Authorization: 'Basic !!!' }], 401, 'invalid_client'],
    ['Basic without a colon', () => [grant, { Authorization: 'Basic dGFyZ2V0' }], 401, 'invalid_client'],
    ['another scheme', () => [grant, { Authorization: 'Bearer x' }], 401, 'invalid_client'],
    ['an unknown client', () => [`${grant}&${client('no-such-user', user.secret)}`], 401, 'invalid_client'],
    ['the secret of another client', () => [`${grant}&${client('owner', user.secret)}`], 401, 'invalid_client'],
    ['a foreign project\'s client', () => [`${grant}&${client(foreign.uuid, foreign.secret)}`], 401, 'invalid_client'],
    ['an empty body', () => [''], 400, 'invalid_request'],
  ];
  for (const [what, make, status, error] of rows) {
    it(`rejects ${what} with ${error}`, async () => {
      const answer = await post(...make());
      assert.ok(answer, 'no answer');
      assert.deepEqual([answer.status, json(answer).error], [status, error], answer.body);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    });
  }

  it('rejects a secret of 1 MB before reading it', async () => {
    const answer = await post(`${grant}&client_id=target&client_secret=${'x'.repeat(1_000_000)}`);
    assert.equal(answer?.status, 413);
  });

  it('rejects JSON', async () => {
    const answer = await post('{}', { 'Content-Type': 'application/json' });
    assert.deepEqual([answer?.status, json(answer).error], [400, 'invalid_request']);
  });

  it('reads nothing from the query, which logs may contain', async () => {
    const answer = await sendRaw(server.url, [
      `POST /projects/acme/oauth2/token?${grant}&${credentials()} HTTP/1.1`, 'Host: 127.0.0.1',
      'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 0', '', ''].join('\r\n'));
    assert.equal(answer?.status, 400);
  });

  it('responds to an unknown project as to an unknown client', async () => {
    const here = await server.requestToken({ client_id: 'no-such-user', client_secret: user.secret });
    const there = await server.requestToken({ client_id: 'no-such-user', client_secret: user.secret }, 'nowhere');
    assert.deepEqual([there.status, there.body], [here.status, here.body]);
  });
});

describe('an HTTP request', () => {
  const rows = [
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['length with chunked',
      'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['two lengths', 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', 400],
    ['a length that is no number', 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['an unknown encoding', 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
    ['HTTP/2.0', 'GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a header too large', `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['too many headers', `GET /healthz HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(101)}\r\n`, 431],
  ];
  for (const [what, bytes, status] of rows) {
    it(`${what} gets ${status}`, async () => {
      const answer = await sendRaw(server.url, bytes);
      assert.equal(answer?.status, status, answer?.body);
    });
  }
});
