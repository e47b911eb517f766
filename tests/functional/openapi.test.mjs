// api/openapi.yaml is correct: every operation is called, and every response conforms to it.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { document, operations, seen, succeeded } from './support/openapi.mjs';
import { exchange, json, startServer } from './support/server.mjs';
import { keepSecret } from './support/sensitive.mjs';

let server;
let token;
before(async () => {
  server = await startServer('openapi');
  token = await server.token(server.owner);
});

// exchange() checks each response against the document, so these tests only have to call every operation.
const call = async (method, path, status, options = {}) => {
  const answer = await server.api(method, path, { token, ...options });
  assert.equal(answer.status, status, `${method} ${path}: ${answer.body}`);
  return answer;
};

it('describes roles', async () => {
  const made = await call('POST', '/roles', 201,
    { body: { name: 'deployer', permissions: ['components.read'], workspaces: ['production'], level: 20 } });
  const role = json(made);
  assert.equal(new URL(made.headers.get('location'), server.url).pathname, `/v1/projects/acme/roles/${role.uuid}`);
  const got = await call('GET', `/roles/${role.uuid}`, 200);
  assert.deepEqual(json(got), role);
  assert.equal(got.headers.get('etag'), made.headers.get('etag'));
  await call('GET', '/roles?limit=1', 200);
  await call('GET', '/permissions?limit=1', 200);
  await call('POST', '/roles', 409, { body: { name: 'deployer' } });
  await call('POST', '/roles', 400, { body: {} });
  await call('POST', '/roles', 415, { body: '{}', headers: { 'content-type': 'text/plain' } });
  await call('GET', '/roles/01978f3e-6c1a-7cc0-8f5e-0123456789ab', 404);
  await call('GET', '/roles', 401, { token: undefined });
  const changed = await call('PATCH', `/roles/${role.uuid}`, 200,
    { body: { permissions: ['components.*'], level: 21 }, headers: { 'if-match': made.headers.get('etag') } });
  assert.deepEqual([json(changed).permissions, json(changed).level], [['components.*'], 21]);
  await call('PATCH', `/roles/${role.uuid}`, 412, { body: {}, headers: { 'if-match': made.headers.get('etag') } });
  await call('PATCH', `/roles/${role.uuid}`, 400, { body: { name: 'x' } });
  await call('DELETE', `/roles/${role.uuid}?dry_run=maybe`, 400);
  const none = { affected_api_users: 0, affected_users: 0, pending_status_updates: 0 };
  assert.deepEqual(json(await call('DELETE', `/roles/${role.uuid}?dry_run=true`, 200)), none);
  assert.deepEqual(json(await call('DELETE', `/roles/${role.uuid}`, 200)), none);
  assert.deepEqual(json(await call('GET', '/pending-status-updates', 200)), { items: [], next_cursor: null });
  await call('DELETE', `/roles/${role.uuid}`, 404);
});

it('describes the page of an invitation', async () => {
  assert.equal((await exchange(`${server.url}/invitations/accept`, 'GET')).status, 200);
});

it('describes users', async () => {
  const [role] = json(await call('GET', '/roles', 200)).items;
  const password = 'sardines on a Tuesday';
  const guest = (path, body) => exchange(server.url + path, 'POST',
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const invitation = { email: 'Alice@Example.com', roles: [role.uuid] };
  await call('POST', '/users/invitations', 201, { body: invitation });
  const invited = await call('POST', '/users/invitations', 201, { body: invitation });
  const { uuid, link, delivery } = json(invited);
  assert.equal(delivery, 'link');
  assert.equal(new URL(invited.headers.get('location'), server.url).pathname, `/v1/projects/acme/users/${uuid}`);
  await call('POST', '/users/invitations', 400, { body: { email: 'alice' } });
  await call('POST', '/users/invitations', 415, { body: '{}', headers: { 'content-type': 'text/plain' } });

  const token = keepSecret(new URL(link).hash.slice(1), 'the token of an invitation');
  const accept = '/v1/invitations/accept';
  assert.equal((await guest(accept, { token, password: 'short' })).status, 400);
  assert.equal((await guest(accept, { token: 'x', password })).status, 404);
  keepSecret(password, 'a password');
  assert.equal((await guest(accept, { token, password })).status, 200);
  assert.equal((await guest(accept, { token, password })).status, 404);
  await call('POST', '/users/invitations', 409, { body: invitation });

  const sessions = '/v1/projects/acme/sessions';
  assert.equal((await guest(sessions, { email: 'alice' })).status, 400);
  assert.equal((await guest(sessions, { email: 'alice@example.com', password: 'wrong' })).status, 401);
  const session = await guest(sessions, { email: 'ALICE@example.com', password });
  assert.equal(session.status, 201);
  const own = keepSecret(json(session).access_token, 'the token of a user');
  assert.equal(json(await call('GET', '/whoami', 200, { token: own })).kind, 'user');

  const shown = await call('GET', `/users/${uuid}`, 200);
  assert.equal(json(await call('GET', '/users?limit=1', 200)).items[0].uuid, uuid);
  await call('DELETE', `/users/${uuid}`, 412, { headers: { 'if-match': '"0"' } });
  await call('DELETE', `/users/${uuid}`, 204, { headers: { 'if-match': shown.headers.get('etag') } });
  await call('GET', `/users/${uuid}`, 404);
  await call('GET', '/whoami', 401, { token: own });
});

it('describes API users and their secrets', async () => {
  const [role] = json(await call('GET', '/roles', 200)).items;
  const made = await call('POST', '/api-users', 201,
    { body: { username: 'ci-bot', description: 'builds', roles: [role.uuid] } });
  const { uuid } = json(made);
  const path = `/api-users/${uuid}`;
  assert.equal(new URL(made.headers.get('location'), server.url).pathname, `/v1/projects/acme${path}`);
  const changed = await call('PATCH', path, 200,
    { body: { description: 'deploys' }, headers: { 'if-match': made.headers.get('etag') } });
  assert.notEqual(changed.headers.get('etag'), made.headers.get('etag'));
  await call('PATCH', path, 412,
    { body: { description: 'x' }, headers: { 'if-match': made.headers.get('etag') } });

  const secrets = [];
  for (const body of [undefined, { overlap_seconds: 3600, expires_in: 86400, label: 'second' }]) {
    const answer = json(await call('POST', `${path}/secrets`, 201, { body }));
    keepSecret(answer.secret, 'a secret of ci-bot');
    secrets.push(answer);
  }
  await server.token(secrets[1]);
  const { items } = json(await call('GET', `${path}/secrets`, 200));
  assert.deepEqual(items.map(({ status, label }) => [status, label]), [['current', 'second'], ['overlapping', '']]);
  const one = json(await call('DELETE', `${path}/secrets/${secrets[0].secret_id}`, 200));
  assert.deepEqual(one.revoked.map(({ id }) => id), [secrets[0].secret_id]);
  const all = json(await call('DELETE', `${path}/secrets`, 200));
  assert.deepEqual(all.revoked.map(({ id }) => id), [secrets[1].secret_id]);
  assert.deepEqual(json(await call('DELETE', `${path}/secrets`, 200)).revoked, []);
  await call('DELETE', `${path}/secrets/0aB1cD2eF3g`, 404);

  await call('GET', '/api-users?limit=1', 200);
  await call('GET', path, 200);
  await call('DELETE', path, 204);
  await call('GET', path, 404);
  await call('DELETE', path, 404);
});

it('describes the responses to an API user without permissions', async () => {
  const poor = await server.createApiUser('poor');
  const options = { token: await server.token(poor) };
  for (const [method, path, body] of [['GET', '/api-users'], ['POST', '/api-users', { username: 'x' }],
    ['GET', `/api-users/${poor.uuid}`], ['PATCH', `/api-users/${poor.uuid}`, {}],
    ['DELETE', `/api-users/${poor.uuid}`], ['GET', `/api-users/${poor.uuid}/secrets`],
    ['POST', `/api-users/${poor.uuid}/secrets`, {}], ['DELETE', `/api-users/${poor.uuid}/secrets`],
    ['DELETE', `/api-users/${poor.uuid}/secrets/${poor.secret_id}`], ['GET', '/roles'],
    ['POST', '/roles', { name: 'x' }], ['GET', `/roles/${poor.uuid}`]]) {
    await call(method, path, 403, { ...options, body });
  }
  await call('GET', '/whoami', 200, options);
});

it('describes introspection and revocation', async () => {
  const caller = { headers: { authorization: `Bearer ${token}` } };
  const poor = await server.createApiUser('poorer');
  const poors = await server.token(poor);
  const expectStatus = async (status, ...request) => {
    const answer = await server.oauth2(...request);
    assert.equal(answer.status, status, answer.body);
    return answer;
  };
  assert.equal(json(await expectStatus(200, 'introspect', { token: poors }, caller)).active, true);
  await expectStatus(400, 'introspect', {}, caller);
  await expectStatus(401, 'introspect', { token: poors });
  await expectStatus(401, 'introspect', { token: poors }, { headers: { authorization: 'Bearer x' } });
  await expectStatus(403, 'introspect', { token: poors }, { headers: { authorization: `Bearer ${poors}` } });
  await expectStatus(400, 'revoke', {});
  await expectStatus(200, 'revoke', { token: poors });
  assert.deepEqual(json(await expectStatus(200, 'introspect', { token: poors }, caller)), { active: false });
});

it('describes signing keys', async () => {
  const { items } = json(await call('GET', '/keys', 200));
  assert.deepEqual(items.map(({ status }) => status), ['active', 'next']);
  assert.equal(json(await call('POST', '/keys/rotate', 200)).status, 'next');
  const rotated = json(await call('POST', '/keys/rotate', 200, { body: { mode: 'now' } }));
  assert.equal(rotated.kid, items[1].kid);
  const page = json(await call('GET', '/keys?limit=1', 200));
  assert.equal(json(await call('GET', `/keys?limit=1&cursor=${page.next_cursor}`, 200)).items[0].status, 'next');
  await call('GET', '/keys?cursor=x', 400);
  await call('POST', '/keys/rotate', 400, { body: { algorithm: 'none' } });
  await call('POST', '/keys/rotate', 415, { body: '{}', headers: { 'content-type': 'text/plain' } });
  await call('GET', '/keys', 401, { token: undefined });
});

it('describes the audit log', async () => {
  const page = json(await call('GET', '/audit-events?limit=1&order=oldest_first', 200));
  assert.equal(page.items[0].action, 'project.created');
  assert.equal(json(await call('GET', `/audit-events?limit=1&order=oldest_first&cursor=${page.next_cursor}`, 200)).items[0].number, 2);
  for (const query of ['order=up', 'since=yesterday', 'cursor=x', 'actor=', 'limit=1001', 'nothing=1']) {
    await call('GET', `/audit-events?${query}`, 400);
  }
  const head = json(await call('GET', '/audit-events/head', 200));
  const heads = json(await call('GET', '/audit-events/heads', 200));
  assert.deepEqual(heads.key, head.key);
  assert.equal(heads.items.at(-1).jws, head.jws);
  await call('GET', '/audit-events/heads?cursor=x', 400);
  await call('GET', '/audit-events', 401, { token: undefined });
});

it('describes the requests without a token', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/projects/acme/oauth2/jwks',
    '/projects/acme/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/projects/acme']) {
    assert.equal((await exchange(server.url + path, 'GET')).status, 200, path);
  }
  const list = '/projects/acme/oauth2/status-lists/0';
  const { headers } = await exchange(server.url + list, 'GET');
  assert.equal((await exchange(server.url + list, 'GET',
    { headers: { 'if-none-match': headers.get('etag') } })).status, 304);
  assert.equal((await exchange(`${server.url}${list}?time=1686925000`, 'GET')).status, 501);
  assert.equal((await exchange(server.url + list, 'POST')).status, 405);
  for (const path of ['/projects/nowhere/oauth2/jwks', '/projects/acme/oauth2/status-lists/1', '/projects/nowhere/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/projects/nowhere']) {
    assert.equal((await exchange(server.url + path, 'GET')).status, 404, path);
  }
});

it('is the document that the server serves', async () => {
  const served = json(await exchange(`${server.url}/openapi.json`, 'GET'));
  assert.deepEqual(Object.keys(served.paths).sort(), Object.keys(document.paths).sort());
  assert.equal(served.openapi, '3.1.0');
});

it('has only operations that were called', () => {
  assert.deepEqual(operations.filter((operation) => !succeeded.has(operation)), []);
  assert.ok(seen.size > 2 * operations.length, `only ${seen.size} kinds of answers`);
});
