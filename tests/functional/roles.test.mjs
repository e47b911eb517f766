// Roles with the command line: the effect of an edit or a deletion on API users and users with the role.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startFront, transparent } from './support/front.mjs';
import { json, startServer } from './support/server.mjs';
import { isRevoked } from './support/status_list.mjs';

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

/** More than are changed in one transaction. */
const many = 300;

/** Creates a role with `many` holders and returns a token of one of them. */
async function makeLargeRole(name) {
  const role = await makeRole(name, '-p', 'a.read', 'b');
  const owner = await server.token(server.owner);
  const names = Array.from({ length: many - 1 }, (_, n) => `${name}-${n}`);
  const worker = async () => {
    for (let username = names.pop(); username; username = names.pop()) {
      const made = await server.api('POST', '/api-users',
        { token: owner, body: { username, roles: [role.uuid] } });
      assert.equal(made.status, 201, made.body);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return server.token(await server.createApiUser(name, [name]));
}

/** The pending updates of all roles. */
async function listPending() {
  const answer = await server.api('GET', '/pending-status-updates', { token: await server.token(server.owner) });
  assert.equal(answer.status, 200, answer.body);
  return json(answer).items;
}

describe('a change of a role with many holders', () => {
  it('says that the status lists follow', async () => {
    const token = await makeLargeRole('announced');
    const edited = await server.ptkl(['role', 'edit', '-u', 'announced', '-p', 'a.read', '-f', 'json']);
    assert.equal(edited.code, 0, edited.stderr);
    assert.equal(JSON.parse(edited.stdout).pending_status_updates, many);
    assert.match(edited.stderr, /^ptkl: .* do not show it for 300 holders yet, but usually will within 15 s$/m);
    assert.match(edited.stderr, /^hint: check with `ptkl role get -u announced`, or repeat the command with --wait$/m);
    assert.equal((await whoami(token)).status, 401);

    // The same edit takes nothing away; it waits for the first edit.
    const again = await server.ptklJson(['role', 'edit', '-u', 'announced', '-p', 'a.read', '--wait']);
    assert.equal(again.pending_status_updates, 0);
    assert.equal(await isRevoked(server, token), true);
    assert.equal((await server.ptklJson(['role', 'get', '-u', 'announced'])).pending_status_updates, 0);
    assert.doesNotMatch((await server.ptkl(['role', 'list'])).stdout, /PENDING/);
  });

  it('returns with --wait when the status lists show it', async () => {
    const token = await makeLargeRole('awaited');
    const edited = await server.ptkl(['role', 'edit', '-u', 'awaited', '-p', 'a.read', '--wait', '-f', 'json']);
    assert.deepEqual([edited.code, edited.stderr],
      [0, 'ptkl: the status lists show the change for all holders\n']);
    assert.equal(JSON.parse(edited.stdout).pending_status_updates, 0);
    assert.equal(await isRevoked(server, token), true);

    const next = await server.token(await server.createSecret('awaited'));
    const { uuid } = await server.ptklJson(['role', 'get', '-u', 'awaited']);
    const deleted = await server.ptkl(['role', 'delete', '-u', 'awaited', '--wait', '-q']);
    assert.deepEqual([deleted.code, deleted.stdout, deleted.stderr],
      [0, `${uuid}\n`, 'ptkl: 300 API users and 0 users lost the role\n']);
    assert.equal(await isRevoked(server, next), true);
    assert.deepEqual(await listPending(), []);
  });

  it('does not wait for an unknown role or a dry run', async () => {
    for (const [flags, code] of [[['edit', '-u', 'unknown', '-l', '1'], 3], [['delete', '-u', 'unknown'], 3],
      [['delete', '-u', 'owner', '--dry-run'], 2]]) {
      const done = await server.ptkl(['role', ...flags, '--wait']);
      assert.deepEqual([done.code, done.stdout], [code, ''], done.stderr);
    }
  });

  it('prints the result when the caller may not see what is pending', async () => {
    await makeLargeRole('unseen');
    const { uuid } = await server.ptklJson(['role', 'get', '-u', 'unseen']);
    await makeRole('blind', '-p', 'roles.write', 'a.read', 'b');
    const env = server.environmentOf(await server.createApiUser('blind', ['blind']));
    const done = await server.ptkl(['role', 'edit', '-u', uuid, '-p', 'b', '--wait', '-f', 'json'], { env });
    assert.equal(done.code, 5, done.stderr);
    assert.match(done.stderr, /the change is applied, but waiting for the status lists failed: .*roles\.read/);
    assert.deepEqual(JSON.parse(done.stdout).permissions, ['b']);
  });

  it('waits across lost connections', async () => {
    const token = await makeLargeRole('lost');
    let polls = 0;
    const isPoll = ({ url }) => url.endsWith('/pending-status-updates');
    const front = await startFront(server.url, {
      ...transparent, loses: (request) => isPoll(request) && ++polls <= 3,
    });
    const env = { ...server.environmentOf(server.owner), PTKL_HOST: front.url };
    const done = await server.ptkl(['role', 'edit', '-u', 'lost', '-p', 'a.read', '--wait', '-f', 'json'], { env });
    front.close();
    assert.equal(done.code, 0, done.stderr);
    assert.ok(polls > 3, `${polls}`);
    assert.equal(JSON.parse(done.stdout).pending_status_updates, 0);
    assert.equal(await isRevoked(server, token), true);
  });
});
