// Roles with the command line: the effect of an edit or a deletion on API users and users with the role.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startServer } from './support/server.mjs';

let server;
before(async () => { server = await startServer('roles'); });

const makeRole = (name, ...flags) => server.ptklJson(['role', 'create', '-n', name, ...flags]);
const whoami = (token) => server.api('GET', '/whoami', { token });

describe('edit', () => {
  it('replaces only the given values, and is effective immediately', async () => {
    const role = await makeRole('editable', '-p', 'a.read', '-w', 'eu', '-l', '10');
    const bot = await server.createApiUser('editable-bot', ['editable']);
    const token = await server.token(bot);
    const widened = await server.ptklJson(['role', 'edit', '-u', 'editable', '-p', 'a.*', 'b']);
    assert.deepEqual([widened.permissions, widened.workspaces, widened.level, widened.name],
      [['a.*', 'b'], ['eu'], 10, 'editable']);
    assert.equal((await whoami(token)).status, 200, 'widening ends no token');
    const narrowed = await server.ptklJson(['role', 'edit', '-u', role.uuid, '-w', '']);
    assert.deepEqual([narrowed.permissions, narrowed.workspaces], [['a.*', 'b'], []]);
    assert.equal((await whoami(token)).status, 401, 'narrowing does');
    assert.equal((await whoami(await server.token(bot))).status, 200);
  });

  it('rejects rights that the caller does not have', async () => {
    await makeRole('clerk', '-p', 'roles.*', 'a.read', '-l', '20');
    const clerk = await server.createApiUser('clerk', ['clerk']);
    const env = server.environmentOf(clerk);
    for (const flags of [['-p', 'roles.*', 'a.read', 'b'], ['-p', '*'], ['-l', '21']]) {
      const done = await server.ptkl(['role', 'edit', '-u', 'clerk', ...flags], { env });
      assert.deepEqual([done.code, done.stdout], [5, ''], done.stderr);
    }
    for (const flags of [['edit', '-l', '1'], ['delete'], ['delete', '--dry-run']]) {
      const [verb, ...rest] = flags;
      const done = await server.ptkl(['role', verb, '-u', 'owner', ...rest], { env });
      assert.equal(done.code, 5, done.stderr);
    }
  });

  it('rejects invalid values and unknown roles', async () => {
    assert.equal((await server.ptkl(['role', 'edit', '-u', 'owner'])).code, 2);
    assert.equal((await server.ptkl(['role', 'edit', '-u', 'owner', '-l', '101'])).code, 2);
    assert.equal((await server.ptkl(['role', 'edit', '-u', 'nothing', '-l', '1'])).code, 3);
  });
});

describe('permissions-list', () => {
  it('lists permissions with their number of roles and their description', async () => {
    await makeRole('lister', '-p', 'components.list', 'audit.read');
    const shown = await server.ptkl(['role', 'permissions-list']);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^PERMISSION +ROLES +DESCRIPTION$/m);
    assert.match(shown.stdout, /^audit\.read +1 +read and verify the audit log$/m);
    assert.match(shown.stdout, /^components\.list +1 +-?$/m);
    const names = await server.ptkl(['role', 'permissions-list', '-q']);
    assert.ok(names.stdout.split('\n').includes('components.list'), names.stdout);
  });

  it('requires roles.read', async () => {
    await makeRole('no reader', '-p', 'roles.write');
    const caller = await server.createApiUser('no-reader', ['no reader']);
    const done = await server.ptkl(['role', 'permissions-list'], { env: server.environmentOf(caller) });
    assert.deepEqual([done.code, done.stdout], [5, '']);
    assert.match(done.stderr, /roles\.read/);
  });
});

describe('delete', () => {
  it('removes the role from all holders and reports their number', async () => {
    await makeRole('doomed', '-p', 'a.read');
    const bots = [];
    for (const name of ['doomed-1', 'doomed-2']) bots.push(await server.createApiUser(name, ['doomed']));
    const tokens = await Promise.all(bots.map((bot) => server.token(bot)));

    const tried = await server.ptkl(['role', 'delete', '-u', 'doomed', '--dry-run', '-f', 'json']);
    assert.match(tried.stderr, /2 API users and 0 users would lose/);
    assert.deepEqual([JSON.parse(tried.stdout).affected_api_users, JSON.parse(tried.stdout).deleted], [2, false]);
    assert.equal((await whoami(tokens[0])).status, 200);

    const done = await server.ptkl(['role', 'delete', '-u', 'doomed', '-f', 'json']);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /2 API users and 0 users lost/);
    for (const token of tokens) assert.equal((await whoami(token)).status, 401);
    assert.deepEqual((await server.ptklJson(['api-users', 'get', '-u', 'doomed-1'])).roles, []);
    assert.equal((await server.ptkl(['role', 'delete', '-u', 'doomed'])).code, 3);
    await makeRole('doomed');
  });

  it('keeps the role of the last owner', async () => {
    for (const rest of [['delete'], ['delete', '--dry-run'], ['edit', '-p', 'roles.*']]) {
      const [verb, ...flags] = rest;
      const done = await server.ptkl(['role', verb, '-u', 'owner', ...flags]);
      assert.deepEqual([done.code, done.stdout], [6, ''], done.stderr);
    }
  });
});
