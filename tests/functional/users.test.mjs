// Users: invitation, login and deletion with the real programs. There is no mail server, so the inviter gets the
// link; mail.test.mjs has one.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openPage } from './support/browser.mjs';
import { accept, invite, createUser, password, logIn, tokenOf } from './support/users.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { json, startServer } from './support/server.mjs';
import { isRevoked } from './support/status_list.mjs';

let server;
before(async () => {
  server = await startServer('users', '--log-level', 'debug', '--password-failures-per-minute', '0');
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'users.read', 'roles.read', '-l', '10']);
});

const whoami = (token) => server.api('GET', '/whoami', { token });

/** The response to an invalid link, without the id of the request. */
async function refusalOf(token) {
  const answer = await accept(server, token);
  const { request_id: id, ...problem } = json(answer);
  assert.ok(id);
  return { status: answer.status, problem };
}

describe('an invitation', () => {
  it('is rejected with an invalid email or unknown roles', async () => {
    for (const [args, code] of [
      [['-e', 'not-an-email'], 2], [['-e', 'ada@example.com', '-r', 'no-such-role'], 3],
      [['-e', 'ada@example.com', '-r', '01978f3e-6c1a-7cc0-8f5e-0123456789ab'], 2],
    ]) {
      const done = await server.ptkl(['users', 'invite', ...args]);
      assert.deepEqual([done.code, done.stdout], [code, ''], done.stderr);
    }
    assert.deepEqual(await server.ptklJson(['users', 'list']), []);
  });

  it('requires users.write, and only assigns rights that the inviter has', async () => {
    await server.ptklJson(['role', 'create', '-n', 'inviter', '-p', 'users.write', 'roles.read', '-l', '5']);
    const inviter = await server.createApiUser('inviter', ['inviter']);
    const reader = await server.createApiUser('reader', ['reader']);
    const by = async (user, ...roles) => {
      const done = await server.ptkl(['users', 'invite', '-e', 'eve@example.com', '-r', ...roles],
        { env: server.environmentOf(user) });
      return [done.code, done.stdout];
    };
    assert.deepEqual(await by(reader, 'reader'), [5, '']);
    assert.deepEqual(await by(inviter, 'owner'), [5, '']);
    assert.deepEqual(await by(inviter, 'reader'), [5, '']);
    assert.equal((await logIn(server, 'eve@example.com')).status, 401);
  });

  it('shows its link once, on stdout, and its user as invited', async () => {
    const { user, link, token } = await invite(server, 'Ada@Example.com', 'reader');
    assert.equal(link, `${server.url}/invitations/accept#${token}`);
    assert.match(token, /^ptkli_[0-9A-Za-z]{43}$/);
    assert.deepEqual([user.email, user.status, user.last_sign_in_at], ['ada@example.com', 'invited', null]);
    assert.deepEqual(user.roles.map(({ name }) => name), ['reader']);
    const days = (Date.parse(user.invitation_expires_at) - Date.parse(user.created_at)) / 86_400_000;
    assert.equal(Math.round(days), 7);
    const listed = await server.ptkl(['users', 'list']);
    assert.match(listed.stdout, /ada@example\.com +invited +reader/);
    assert.equal((await server.ptklJson(['users', 'get', '-u', 'ada@example.com'])).uuid, user.uuid);
    assert.equal((await logIn(server, 'ada@example.com')).status, 401, 'no password yet');
  });

  it('rejects weak passwords, and stays valid', async () => {
    const { token } = await invite(server, 'weak@example.com');
    for (const weak of ['short', 'elevenchars', 'password1234', '123456789012', 'qwertyuiop123', 'passwordpassword',
      'liverpool12345', 'weak@example.com', 'x'.repeat(1025)]) {
      const answer = await accept(server, token, weak);
      assert.equal(answer.status, 400, weak);
      assert.deepEqual(json(answer).errors.map(({ field }) => field), ['password']);
      assert.ok(!answer.body.includes(weak), answer.body);
    }
    assert.equal((await accept(server, token)).status, 200);
  });

  it('can be used once', async () => {
    const { user, token } = await invite(server, 'once@example.com', 'reader');
    const answer = await accept(server, token);
    assert.equal(answer.status, 200, answer.body);
    assert.deepEqual(json(answer), { project: 'acme', uuid: user.uuid, email: 'once@example.com' });
    const answers = await Promise.all([accept(server, token), accept(server, token, 'another password here')]);
    assert.deepEqual(answers.map(({ status }) => status), [404, 404]);
    await tokenOf(server, 'once@example.com');
    assert.equal((await logIn(server, 'once@example.com', 'another password here')).status, 401);
  });

  it('can be used by one of several concurrent requests', async () => {
    const { token } = await invite(server, 'race@example.com');
    const chosen = Array.from({ length: 4 }, (_, i) => keepSecret(`${password} ${i} racing`, 'a racing password'));
    const statuses = (await Promise.all(chosen.map((one) => accept(server, token, one)))).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 404, 404, 404]);
  });

  it('gets the same response if it was used, replaced or withdrawn, or never existed', async () => {
    const used = await invite(server, 'used@example.com');
    await accept(server, used.token);
    const old = await invite(server, 'again@example.com', 'reader');
    const fresh = await invite(server, 'again@example.com');
    assert.equal(fresh.user.uuid, old.user.uuid);
    assert.deepEqual(fresh.user.roles, [], 'the roles are the new ones');
    const withdrawn = await invite(server, 'withdrawn@example.com');
    assert.equal((await server.ptkl(['users', 'delete', '-u', 'withdrawn@example.com'])).code, 0);
    const never = keepSecret(`ptkli_${'a'.repeat(43)}`, 'the token of no invitation');
    const refusals = await Promise.all([used.token, old.token, withdrawn.token, never, 'nothing', ''].map(refusalOf));
    for (const refusal of refusals) assert.deepEqual(refusal, refusals[0]);
    assert.equal(refusals[0].status, 404);
    assert.equal(refusals[0].problem.code, 'not_found');
    assert.equal((await accept(server, fresh.token)).status, 200);
  });

  it('is invalid while its inviter cannot assign its roles', async () => {
    await server.ptklJson(['role', 'create', '-n', 'clerk', '-p', 'users.*', 'roles.read', '-l', '20']);
    const clerk = await server.createApiUser('clerk', ['clerk']);
    const done = await server.ptkl(['users', 'invite', '-e', 'late@example.com', '-r', 'reader', '-q'],
      { env: server.environmentOf(clerk) });
    assert.equal(done.code, 0, done.stderr);
    const token = keepSecret(new URL(done.stdout.trim()).hash.slice(1), 'the token of late');
    done.shows.push(token);
    await server.ptkl(['api-users', 'disable', '-u', 'clerk']);
    assert.equal((await accept(server, token)).status, 404);
    await server.ptkl(['api-users', 'enable', '-u', 'clerk']);
    assert.equal((await accept(server, token)).status, 200);
  });

  it('is invalid after it has expired, and can be sent again', async () => {
    const { user, token } = await invite(server, 'slow@example.com');
    const expired = server.database.sql(`UPDATE users SET invitation_expires_at = ${Date.now() - 1}
      WHERE id = '${user.uuid}' RETURNING id`);
    assert.equal(expired, user.uuid);
    assert.equal((await accept(server, token)).status, 404);
    assert.equal((await server.ptklJson(['users', 'get', '-u', 'slow@example.com'])).status, 'invited');
    assert.equal((await accept(server, (await invite(server, 'slow@example.com')).token)).status, 200);
  });

  it('of a user who has accepted is a conflict', async () => {
    const done = await server.ptkl(['users', 'invite', '-e', 'ONCE@example.com']);
    assert.deepEqual([done.code, done.stdout], [6, ''], done.stderr);
  });

  it('is accepted in a browser', async () => {
    const { link } = await invite(server, 'browser@example.com', 'reader');
    const page = await openPage();
    await page.goto(link);
    const fill = async (text) => {
      await page.getByLabel('Password', { exact: true }).fill(text);
      await page.getByLabel('The same password again').fill(text);
      await page.getByRole('button', { name: 'Accept the invitation' }).click();
    };
    await fill('passwordpassword');
    await page.getByRole('alert').filter({ hasText: /./, visible: true }).waitFor();
    await fill(password);
    await page.getByRole('heading', { name: 'Your invitation is accepted' }).waitFor();
    const command = (await page.locator('pre').first().textContent()).split(' ');
    assert.equal(command.shift(), 'ptkl');
    const done = await server.ptkl([...command, '--name', 'browser', '--password', '-'], { input: password });
    assert.equal(done.code, 0, done.stderr);
    await server.ptkl(['profile', 'use', 'test']);

    const again = await openPage();
    await again.goto(link);
    await again.getByLabel('Password', { exact: true }).fill(password);
    await again.getByLabel('The same password again').fill(password);
    await again.getByRole('button', { name: 'Accept the invitation' }).click();
    await again.getByText('is no longer valid').waitFor();
  });
});

describe('a user', () => {
  before(async () => { await createUser(server, 'grace@example.com', 'reader'); });

  it('logs in with email and password, and is shown as a user', async () => {
    const done = await server.ptkl(['profile', 'new', '-n', 'grace', '-h', server.url, '-P', 'acme',
      '-u', 'Grace@example.com', '-p', '-'], { input: `${password}\n` });
    assert.equal(done.code, 0, done.stderr);
    const me = await server.ptklJson(['whoami', '--profile', 'grace']);
    assert.deepEqual([me.kind, me.username, me.permissions], ['user', 'grace@example.com', ['roles.read', 'users.read']]);
    const seen = await server.ptklJson(['users', 'get', '-u', 'grace@example.com', '--profile', 'test']);
    assert.deepEqual([seen.status, seen.last_sign_in_from, seen.invitation_expires_at], ['active', '127.0.0.1', null]);
    const again = await server.ptkl(['profile', 'auth', '--profile', 'grace', '-p', '-'], { input: password });
    assert.equal(again.code, 0, again.stderr);
    await server.ptkl(['profile', 'use', 'test']);
  });

  it('needs no profile if the environment is complete', async () => {
    const env = server.environmentOf({ username: 'grace@example.com', secret: password });
    const me = await server.ptklJson(['whoami'], { env });
    assert.equal(me.username, 'grace@example.com');
  });

  it('gets the same response whatever is wrong', async () => {
    await server.addProject('other');
    await invite(server, 'pending@example.com');
    const refusals = await Promise.all([
      logIn(server, 'grace@example.com', 'not the right password'), logIn(server, 'unknown@example.com'),
      logIn(server, 'pending@example.com'), logIn(server, 'grace@example.com', ''),
      logIn(server, 'grace@example.com', password, 'other'), logIn(server, 'grace@example.com', password, 'nothing'),
    ]);
    for (const answer of refusals) {
      const { request_id: id, ...problem } = json(answer);
      assert.ok(id);
      assert.deepEqual([answer.status, problem.code, problem.detail], [401, 'unauthenticated', json(refusals[0]).detail]);
    }
    const done = await server.ptkl(['profile', 'new', '-n', 'wrong', '-h', server.url, '-P', 'acme',
      '-u', 'grace@example.com', '-p', '-'], { input: 'not the right password' });
    assert.equal(done.code, 4, done.stderr);
    assert.match(done.stderr, /hint: check email, password and project/);
  });

  it('is not an API user, and has no secret', async () => {
    assert.equal((await server.requestToken({ client_id: 'grace@example.com', client_secret: password })).status, 401);
    assert.deepEqual((await server.ptklJson(['api-users', 'list'])).filter(({ username }) => username.includes('@')), []);
  });

  it('immediately loses access when a role is deleted', async () => {
    await server.ptklJson(['role', 'create', '-n', 'doomed', '-p', 'a.read']);
    await createUser(server, 'role@example.com', 'doomed');
    const token = await tokenOf(server, 'role@example.com');
    assert.equal((await whoami(token)).status, 200);
    await server.ptklJson(['role', 'delete', '-u', 'doomed']);
    assert.equal((await whoami(token)).status, 401);
    assert.deepEqual(json(await whoami(await tokenOf(server, 'role@example.com'))).permissions, []);
  });

  it('has the rights of its roles until they are narrowed', async () => {
    await server.ptklJson(['role', 'create', '-n', 'looker', '-p', 'users.read', 'roles.read']);
    await createUser(server, 'looker@example.com', 'looker');
    const token = await tokenOf(server, 'looker@example.com');
    assert.equal((await server.api('GET', '/users', { token })).status, 200);
    assert.equal((await server.api('GET', '/api-users', { token })).status, 403);
    await server.ptklJson(['role', 'edit', '-u', 'looker', '-p', 'roles.read']);
    assert.equal((await whoami(token)).status, 401);
    const deleted = await server.ptklJson(['role', 'delete', '-u', 'looker']);
    assert.deepEqual([deleted.affected_api_users, deleted.affected_users], [0, 1]);
  });

  it('ends only one session by revoking its token', async () => {
    const [one, other] = [await tokenOf(server, 'grace@example.com'), await tokenOf(server, 'grace@example.com')];
    assert.equal((await server.oauth2('revoke', { token: one })).status, 200);
    assert.equal((await whoami(one)).status, 401);
    assert.equal((await whoami(other)).status, 200);
  });

  it('immediately loses access everywhere when it is deleted', async () => {
    const gone = await createUser(server, 'gone@example.com', 'reader');
    const token = await tokenOf(server, 'gone@example.com');
    const introspect = async () => json(await server.oauth2('introspect', {
      client_id: 'owner', client_secret: server.owner.secret, token }));
    const claims = await introspect();
    assert.deepEqual([claims.active, claims.sub, claims.client_id], [true, gone.uuid, 'gone@example.com']);
    assert.equal(await isRevoked(server, token), false);

    const done = await server.ptkl(['users', 'delete', '-u', 'gone@example.com']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await whoami(token)).status, 401);
    assert.deepEqual(await introspect(), { active: false });
    assert.equal(await isRevoked(server, token), true);
    assert.equal((await logIn(server, 'gone@example.com')).status, 401);
    assert.equal((await server.ptkl(['users', 'get', '-u', 'gone@example.com'])).code, 3);

    const back = await createUser(server, 'gone@example.com');
    assert.notEqual(back.uuid, gone.uuid, 'the same email later is another user');
    assert.equal((await whoami(token)).status, 401);
  });
});
