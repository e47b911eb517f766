// People by the command line: invited, let in, and gone.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { keepSecret, shownBy } from './support/sensitive.mjs';
import { exchange, json, startServer } from './support/server.mjs';

const password = keepSecret('sardines on a Tuesday', 'the password of the people here');
let server;
before(async () => { server = await startServer('people'); });

const post = (path, body) => exchange(server.url + path, 'POST',
  { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const signIn = (email, given = password) => post('/v1/projects/acme/sessions', { email, password: given });
const whoami = (token) => server.api('GET', '/whoami', { token });

/** The token of the link that the command line shows. */
async function invite(email, ...roles) {
  const flags = roles.length > 0 ? ['-r', ...roles] : [];
  const done = await server.ptkl(['users', 'invite', '-e', email, ...flags, '-f', 'json']);
  assert.equal(done.code, 0, done.stderr);
  const invited = JSON.parse(done.stdout);
  return { ...invited, token: shownBy(done, new URL(invited.link).hash.slice(1), `the invitation of ${email}`) };
}

async function makePerson(email, ...roles) {
  const { uuid, token } = await invite(email, ...roles);
  const accepted = await post('/v1/invitations/accept', { token, password });
  assert.equal(accepted.status, 200, accepted.body);
  return uuid;
}

async function session(email) {
  const answer = await signIn(email);
  assert.equal(answer.status, 201, answer.body);
  return keepSecret(json(answer).access_token, `a token of ${email}`);
}

describe('an invitation', () => {
  it('is good once, and only the newest one is', async () => {
    const first = await invite('alice@example.com');
    const second = await invite('alice@example.com');
    assert.equal(first.uuid, second.uuid);
    assert.equal((await post('/v1/invitations/accept', { token: first.token, password })).status, 404);
    const both = await Promise.all([1, 2].map(() =>
      post('/v1/invitations/accept', { token: second.token, password })));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 404]);
  });

  it('can be withdrawn', async () => {
    const { uuid, token } = await invite('bob@example.com');
    await server.ptklJson(['users', 'delete', '-u', uuid]);
    assert.equal((await post('/v1/invitations/accept', { token, password })).status, 404);
  });

  it('takes no password that everybody tries', async () => {
    const { token } = await invite('carol@example.com');
    for (const weak of ['short', 'qwertyuiop123', 'passwordpassword', 'carol@example.com', 'liverpool12345']) {
      const refused = await post('/v1/invitations/accept', { token, password: weak });
      assert.deepEqual([refused.status, json(refused).errors[0].field], [400, 'password'], weak);
    }
    assert.equal((await post('/v1/invitations/accept', { token, password })).status, 200);
  });
});

describe('a person', () => {
  it('is told the same, whatever is wrong', async () => {
    await makePerson('dave@example.com');
    await invite('invited@example.com');
    const answers = [await signIn('dave@example.com', 'sardines on a Monday'),
      await signIn('nobody@example.com'), await signIn('invited@example.com')];
    for (const { status, body } of answers) {
      assert.equal(status, 401);
      assert.equal(JSON.parse(body).detail, JSON.parse(answers[0].body).detail);
    }
  });

  it('may do what the roles say, until they say less', async () => {
    await server.ptklJson(['role', 'create', '-n', 'looker', '-p', 'users.read', 'roles.read']);
    await makePerson('erin@example.com', 'looker');
    const token = await session('erin@example.com');
    assert.equal((await server.api('GET', '/users', { token })).status, 200);
    assert.equal((await server.api('GET', '/api-users', { token })).status, 403);
    await server.ptklJson(['role', 'edit', '-u', 'looker', '-p', 'roles.read']);
    assert.equal((await whoami(token)).status, 401);
    const deleted = await server.ptklJson(['role', 'delete', '-u', 'looker']);
    assert.deepEqual([deleted.affected_api_users, deleted.affected_users], [0, 1]);
  });

  it('is out at once when deleted, with every session', async () => {
    const uuid = await makePerson('frank@example.com');
    const tokens = [await session('frank@example.com'), await session('frank@example.com')];
    await server.ptklJson(['users', 'delete', '-u', uuid]);
    for (const token of tokens) assert.equal((await whoami(token)).status, 401);
    assert.equal((await signIn('frank@example.com')).status, 401);
  });

  it('ends a session by revoking its token, and nothing else', async () => {
    await makePerson('grace@example.com');
    const [one, other] = [await session('grace@example.com'), await session('grace@example.com')];
    assert.equal((await server.oauth2('revoke', { token: one })).status, 200);
    assert.equal((await whoami(one)).status, 401);
    assert.equal((await whoami(other)).status, 200);
  });

  it('logs in by the command line', async () => {
    await makePerson('heidi@example.com');
    const done = await server.ptkl(['profile', 'new', '-n', 'heidi', '-u', 'heidi@example.com', '-p', '-',
      '-P', 'acme', '-h', server.url], { input: `${password}\n` });
    assert.equal(done.code, 0, done.stderr);
    const self = await server.ptkl(['whoami', '--profile', 'heidi', '-f', 'json']);
    assert.equal(self.code, 0, self.stderr);
    assert.deepEqual([JSON.parse(self.stdout).kind, JSON.parse(self.stdout).username], ['user', 'heidi@example.com']);
  });
});
