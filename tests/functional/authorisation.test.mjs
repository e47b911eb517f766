// Authorization: the permission of every operation of the OpenAPI file, and attempts to gain rights.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { exchange, json, startServer } from './support/server.mjs';
import { document } from './support/openapi.mjs';
import { accept, invite, tokenOf } from './support/users.mjs';
import { shownBy } from './support/sensitive.mjs';

let server;
before(async () => { server = await startServer('authorisation'); });

/** Every operation of the file that needs a permission: {method, template, permission, operation}. */
const guarded = Object.entries(document.paths).flatMap(([template, item]) => Object.entries(item)
  .filter(([, operation]) => operation['x-permission'] !== undefined)
  .map(([method, operation]) => ({
    method: method.toUpperCase(), template, permission: operation['x-permission'], operation,
  })));

let made = 0;
/** Creates an API user with these permissions and that level: {uuid, username, secret, role}. */
async function createCaller(permissions, level = 100, workspaces = []) {
  const name = `caller-${++made}`;
  const flags = permissions.length > 0 ? ['-p', ...permissions] : [];
  if (workspaces.length > 0) flags.push('-w', ...workspaces);
  const role = await server.ptklJson(['role', 'create', '-n', name, '-l', String(level), ...flags]);
  return { ...await server.createApiUser(name, [name]), role };
}

describe('the table of permissions', () => {
  it('in the documentation is the same as in the OpenAPI file', () => {
    const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([A-Z]+ \/\S+)` \| `(\S+)` \|$/gm)].map(([, request, permission]) => `${request}: ${permission}`);
    assert.deepEqual(rows, guarded.map(({ method, template, permission }) => `${method} ${template}: ${permission}`));
  });

  it('has the same permissions as the command line', async () => {
    const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `([a-z.*-]+)` \| (.+) \|$/gm)].map(([, permission, words]) => [permission, words]);
    const listed = await server.ptklJson(['role', 'permissions-list']);
    const ours = listed.filter(({ description }) => description !== null)
      .map(({ permission, description }) => [permission, description]);
    assert.deepEqual(ours.sort(), documented.sort());
    const needed = new Set(guarded.map(({ permission }) => permission));
    for (const permission of needed) assert.ok(ours.some(([name]) => name === permission), permission);
  });
});

describe('every operation of the OpenAPI file', () => {
  const systemPermissions = async () => (await server.ptklJson(['role', 'permissions-list']))
    .filter(({ permission, description }) => description !== null && permission !== '*')
    .map(({ permission }) => permission);

  /** Sends a well-formed request, so that only the rights of the caller decide. */
  async function send({ method, template, operation }, token) {
    const target = await server.ptklJson(['api-users', 'create', '-u', `target-${++made}`]);
    const path = template.replace('{project}', 'acme').replace('{uuid}', target.uuid).replace('{id}', '0123456789A');
    const headers = { authorization: `Bearer ${token}` };
    const content = operation.requestBody?.content ?? {};
    let body;
    if (content['application/x-www-form-urlencoded']) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      body = 'token=x';
    } else if (content['application/json']) {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(bodies[`${method} ${template}`] ?? {});
    }
    return exchange(server.url + path, method, { headers, body });
  }
  const bodies = {
    'POST /v1/projects/{project}/api-users': { username: 'made-by-the-walk' },
    'POST /v1/projects/{project}/roles': { name: 'made by the walk' },
    'POST /v1/projects/{project}/users/invitations': { email: 'walk@example.com' },
  };

  it('rejects a caller that lacks only its permission, and names the permission', async () => {
    const all = await systemPermissions();
    const tokens = new Map();
    assert.ok(guarded.length >= 18, `${guarded.length} operations`);
    for (const operation of guarded) {
      const { permission } = operation;
      if (!tokens.has(permission)) {
        tokens.set(permission, await server.token(await createCaller(all.filter((other) => other !== permission))));
      }
      const answer = await send(operation, tokens.get(permission));
      const what = `${operation.method} ${operation.template}: ${answer.body}`;
      assert.equal(answer.status, 403, what);
      const told = json(answer);
      assert.ok((told.detail ?? told.error_description).endsWith(` requires the permission ${permission}`), what);
    }
  });

  it('requires no other permission', async () => {
    for (const operation of guarded) {
      const answer = await send(operation, await server.token(await createCaller([operation.permission])));
      const what = `${operation.method} ${operation.template}: ${answer.body}`;
      assert.ok(![401, 403].includes(answer.status) && answer.status < 500, what);
    }
  });
});

describe('callers cannot gain rights', () => {
  let clerk;
  let clerkFlags;
  before(async () => {
    await server.ptklJson(['role', 'create', '-n', 'strong', '-p', 'components.*', '-l', '90']);
    await server.ptklJson(['role', 'create', '-n', 'high', '-l', '51']);
    await server.ptklJson(['role', 'create', '-n', 'production', '-p', 'components.read', '-w', 'dev', 'prod']);
    clerk = await createCaller(['api-users.*', 'roles.*', 'users.*', 'keys.write', 'components.read'], 50, ['dev']);
    clerkFlags = { env: server.environmentOf(clerk) };
  });

  /** Expects exit code 5, an error that names the missing right, and no output. */
  async function refused(what, args, missing) {
    const done = await server.ptkl(args, clerkFlags);
    assert.deepEqual([done.code, done.stdout], [5, ''], `${what}: ${done.stdout}${done.stderr}`);
    assert.match(done.stderr, missing, what);
  }

  it('by a role', async () => {
    const own = clerk.role.name;
    await refused('a role with more', ['role', 'create', '-n', 'x', '-p', 'components.write'], /components\.write/);
    await refused('a role with everything', ['role', 'create', '-n', 'x', '-p', '*'], /\*/);
    await refused('a wildcard over what one holds a part of', ['role', 'create', '-n', 'x', '-p', 'components.*'], /components\.\*/);
    await refused('a role above', ['role', 'create', '-n', 'x', '-l', '51'], /level/);
    await refused('widening the role that one holds', ['role', 'edit', '-u', own, '-p', 'components.*', 'roles.*'], /components\.\*/);
    await refused('raising the role that one holds', ['role', 'edit', '-u', own, '-l', '51'], /level/);
    await refused('narrowing a role above one', ['role', 'edit', '-u', 'strong', '-p', ''], /components\.\*|level/);
    await refused('deleting a role above one', ['role', 'delete', '-u', 'strong'], /components\.\*|level/);
  });

  it('by an API user', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'powerful', '-r', 'strong']);
    await server.createSecret('powerful');
    await refused('giving oneself a role', ['api-users', 'edit', '-u', clerk.username, '-r', clerk.role.name, 'strong'], /components\.\*|level/);
    await refused('giving oneself the owner role', ['api-users', 'edit', '-u', clerk.username, '-r', 'owner'], /\*/);
    await refused('an API user with more', ['api-users', 'create', '-u', 'x', '-r', 'strong'], /components\.\*|level/);
    await refused('an API user above', ['api-users', 'create', '-u', 'x', '-r', 'high'], /level/);
    await refused('a secret for a more powerful API user', ['api-users', 'new-secret', '-u', 'powerful'], /components\.\*|level/);
    await refused('a secret for the owner', ['api-users', 'new-secret', '-u', 'owner'], /\*/);
    await server.ptklJson(['api-users', 'disable', '-u', 'powerful']);
    await refused('enabling one that is more powerful', ['api-users', 'enable', '-u', 'powerful'], /components\.\*|level/);
    // Rejected requests changed nothing.
    assert.equal((await server.ptklJson(['api-users', 'get', '-u', 'powerful'])).status, 'disabled');
    assert.equal((await server.ptkl(['api-users', 'get', '-u', 'x'])).code, 3);
  });

  it('by a user', async () => {
    await refused('inviting with a role with more', ['users', 'invite', '-e', 'eve@example.com', '-r', 'strong'], /components\.\*|level/);
    await refused('inviting an owner', ['users', 'invite', '-e', 'eve@example.com', '-r', 'owner'], /\*/);
    await refused('inviting a user with a higher level', ['users', 'invite', '-e', 'eve@example.com', '-r', 'high'], /level/);
    const { token } = await invite(server, 'eve@example.com', clerk.role.name);
    await refused('inviting once more, with more', ['users', 'invite', '-e', 'eve@example.com', '-r', 'strong'], /components\.\*|level/);
    assert.equal((await accept(server, token)).status, 200, 'refused requests changed nothing');

    // The same rules apply to users as to API users.
    const eve = await tokenOf(server, 'eve@example.com');
    const [strong] = (await server.ptklJson(['role', 'list'])).filter(({ name }) => name === 'strong');
    const [, invitation, apiUser, role] = await Promise.all([
      ['/roles', { name: 'of eve', permissions: ['roles.read'] }, 201],
      ['/users/invitations', { email: 'mallory@example.com', roles: [strong.uuid] }, 403],
      ['/api-users', { username: 'of-eve', roles: [strong.uuid] }, 403],
      ['/roles', { name: 'more of eve', permissions: ['components.*'] }, 403],
    ].map(async ([path, body, status]) => {
      const answer = await server.api('POST', path, { token: eve, body });
      assert.equal(answer.status, status, answer.body);
      return answer;
    }));
    for (const answer of [invitation, apiUser, role]) assert.match(answer.body, /components\.\*|level/);
  });

  it('by a workspace', async () => {
    const own = clerk.role.name;
    const missing = /workspace prod/;
    await refused('a role with a workspace', ['role', 'create', '-n', 'x', '-w', 'prod'], missing);
    await refused('a role with one more', ['role', 'create', '-n', 'x', '-p', 'components.read', '-w', 'dev', 'prod'], missing);
    await refused('one more for its own role', ['role', 'edit', '-u', own, '-w', 'dev', 'prod'], missing);
    await refused('taking it off a role', ['role', 'edit', '-u', 'production', '-w', 'dev'], missing);
    await refused('deleting a role that has it', ['role', 'delete', '-u', 'production'], missing);
    await refused('giving itself a role that has it', ['api-users', 'edit', '-u', clerk.username, '-r', own, 'production'], missing);
    await refused('an API user that has it', ['api-users', 'create', '-u', 'x', '-r', 'production'], missing);
    await server.ptklJson(['api-users', 'create', '-u', 'deployer', '-r', 'production']);
    await refused('a secret of an API user that has it', ['api-users', 'new-secret', '-u', 'deployer'], missing);
    await server.ptklJson(['api-users', 'disable', '-u', 'deployer']);
    await refused('enabling an API user that has it', ['api-users', 'enable', '-u', 'deployer'], missing);
    await refused('inviting a user with it', ['users', 'invite', '-e', 'prod@example.com', '-r', 'production'], missing);
    assert.equal((await server.ptkl(['role', 'get', '-u', 'x'])).code, 3);
    assert.equal((await server.ptkl(['users', 'get', '-u', 'prod@example.com'])).code, 3);

    const answer = await server.api('POST', '/roles', { token: await server.token(clerk), body: { name: 'x', workspaces: ['prod'] } });
    assert.deepEqual([answer.status, json(answer).code], [403, 'permission_denied']);
    const mine = await server.ptklJson(['role', 'create', '-n', 'development', '-p', 'components.read', '-w', 'dev'], clerkFlags);
    assert.deepEqual(mine.workspaces, ['dev']);
  });

  it('by an invitation whose inviter has lost a workspace', async () => {
    const inviter = await createCaller(['users.write', 'roles.read', 'components.read'], 50, ['dev', 'prod']);
    const invited = await server.ptkl(['users', 'invite', '-e', 'elsewhere@example.com', '-r', 'production', '-f', 'json'],
      { env: server.environmentOf(inviter) });
    assert.equal(invited.code, 0, invited.stderr);
    const token = shownBy(invited, new URL(JSON.parse(invited.stdout).link).hash.slice(1), 'the link for elsewhere@example.com');
    await server.ptklJson(['role', 'edit', '-u', inviter.role.name, '-w', 'dev']);
    assert.equal((await accept(server, token)).status, 404);
    await server.ptklJson(['role', 'edit', '-u', inviter.role.name, '-w', 'dev', 'prod']);
    assert.equal((await accept(server, token)).status, 200, 'only the workspace was missing');
  });

  it('by an invitation whose inviter can no longer assign the role', async () => {
    const inviter = await createCaller(['users.write', 'roles.read', 'components.read'], 50);
    await server.ptklJson(['role', 'create', '-n', 'given', '-p', 'components.read']);
    const invited = await server.ptkl(['users', 'invite', '-e', 'late@example.com', '-r', 'given', '-f', 'json'],
      { env: server.environmentOf(inviter) });
    assert.equal(invited.code, 0, invited.stderr);
    const token = shownBy(invited, new URL(JSON.parse(invited.stdout).link).hash.slice(1), 'the link for late@example.com');
    await server.ptklJson(['role', 'edit', '-u', inviter.role.name, '-p', 'users.write']);
    assert.equal((await accept(server, token)).status, 404);
    await server.ptklJson(['role', 'edit', '-u', inviter.role.name, '-p', 'users.write', 'components.read']);
    assert.equal((await accept(server, token)).status, 200, 'it was for want of that right alone');
  });

  it('by a token with more rights than its owner has now', async () => {
    const caller = await createCaller(['roles.*', 'components.read'], 50);
    const token = await server.token(caller);
    await server.ptklJson(['role', 'edit', '-u', caller.role.name, '-p', 'roles.read']);
    const answer = await server.api('POST', '/roles', { token, body: { name: 'late', permissions: ['components.read'] } });
    assert.equal(answer.status, 401, answer.body);
  });

  it('in a race between two edits', async () => {
    for (let round = 0; round < 10; ++round) {
      const caller = await createCaller(['roles.*', 'api-users.*', 'deploy.production'], 50);
      const token = await server.token(caller);
      const name = `raced-${round}`;
      const [gave, took] = await Promise.all([
        server.api('POST', '/roles', { token, body: { name, permissions: ['deploy.production'] } }),
        server.ptkl(['role', 'edit', '-u', caller.role.name, '-p', 'roles.*']),
      ]);
      assert.equal(took.code, 0, took.stderr);
      // The audit log shows the order of the two changes.
      const numberOf = async (action, target) => (await server.ptklJson(['audit', 'list', '--action', action, '--target', target]))
        .map(({ number }) => number)[0];
      const created = await numberOf('role.created', name) ?? Infinity;
      assert.equal(gave.status, created < await numberOf('role.edited', caller.role.name) ? 201 : 401, gave.body);
      const after = await server.api('POST', '/roles', { token, body: { name: `${name}-after`, permissions: ['deploy.production'] } });
      assert.equal(after.status, 401, after.body);
    }
  });

  it('in another project', async () => {
    const other = await server.addProject('globex');
    const token = await server.token(other, 'globex');
    for (const path of ['/api-users', '/roles', '/permissions', '/keys', '/whoami']) {
      assert.equal((await server.api('GET', path, { token })).status, 401, path);
    }
    // A role of another project is unknown in this project.
    const [foreign] = await server.ptklJson(['role', 'list']);
    const answer = await server.api('POST', '/api-users',
      { token, project: 'globex', body: { username: 'x', roles: [foreign.uuid] } });
    assert.equal(answer.status, 400, answer.body);
  });

  describe('a caller with fewer rights than the target', () => {
    let lead;
    let leadFlags;
    before(async () => {
      lead = await createCaller(['api-users.*', 'roles.read', 'users.*', 'components.read'], 50);
      leadFlags = { env: server.environmentOf(lead) };
      await server.ptklJson(['role', 'create', '-n', 'plain', '-p', 'components.read']);
    });

    async function refusedToLead(what, args, missing) {
      const done = await server.ptkl(args, leadFlags);
      assert.deepEqual([done.code, done.stdout], [5, ''], `${what}: ${done.stdout}${done.stderr}`);
      assert.match(done.stderr, missing, what);
    }

    it('cannot disable or delete an API user, or remove its roles', async () => {
      for (const [role, missing] of [['owner', /permission \*/], ['strong', /permission components\.\*/], ['high', /level 51/]]) {
        const username = `more-by-${role}`;
        const target = await server.createApiUser(username, [role, 'plain']);
        const token = await server.token(target);
        await refusedToLead('disable', ['api-users', 'disable', '-u', username], missing);
        await refusedToLead('strip', ['api-users', 'edit', '-u', username, '-r', ''], missing);
        await refusedToLead('take one role', ['api-users', 'edit', '-u', username, '-r', role], missing);
        await refusedToLead('replace', ['api-users', 'edit', '-u', username, '-r', 'plain'], missing);
        await refusedToLead('delete', ['api-users', 'delete', '-u', username], missing);
        const path = `/api-users/${target.uuid}`;
        const leads = await server.token(lead);
        for (const [method, body] of [['PATCH', { status: 'disabled' }], ['PATCH', { roles: [] }], ['DELETE', undefined]]) {
          const answer = await server.api(method, path, { token: leads, body });
          assert.deepEqual([answer.status, json(answer).code], [403, 'permission_denied'], answer.body);
          assert.match(json(answer).detail, missing);
        }
        assert.equal((await server.api('GET', '/whoami', { token })).status, 200, 'nothing changed');
        assert.equal((await server.api('PATCH', path, { token: leads, body: { description: username } })).status, 200);
        // Revoking secrets is an emergency measure and always permitted; creating one is not.
        await refusedToLead('new secret', ['api-users', 'new-secret', '-u', username], missing);
        const revoked = await server.ptkl(['api-users', 'revoke-secret', '-u', username], leadFlags);
        assert.equal(revoked.code, 0, revoked.stderr);
        assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
      }
    });

    it('cannot delete a user, change an invitation or withdraw it', async () => {
      const boss = await invite(server, 'boss@example.com', 'strong');
      assert.equal((await accept(server, boss.token)).status, 200);
      const token = await tokenOf(server, 'boss@example.com');
      const missing = /permission components\.\*/;
      await refusedToLead('delete', ['users', 'delete', '-u', 'boss@example.com'], missing);
      assert.equal((await server.api('GET', '/whoami', { token })).status, 200);

      const next = await invite(server, 'next@example.com', 'strong');
      await refusedToLead('invite again, with less', ['users', 'invite', '-e', 'next@example.com', '-r', 'plain'], missing);
      await refusedToLead('invite again, with nothing', ['users', 'invite', '-e', 'next@example.com'], missing);
      await refusedToLead('withdraw', ['users', 'delete', '-u', 'next@example.com'], missing);
      assert.equal((await accept(server, next.token)).status, 200, 'the first link is still valid');
      assert.deepEqual((await server.ptklJson(['users', 'get', '-u', 'next@example.com'])).roles.map(({ name }) => name), ['strong']);
    });

    it('can do this to an API user with equal rights, and to itself', async () => {
      await server.createApiUser('equal', [lead.role.name]);
      const done = await server.ptkl(['api-users', 'disable', '-u', 'equal'], leadFlags);
      assert.equal(done.code, 0, done.stderr);
      assert.equal((await server.ptkl(['api-users', 'delete', '-u', 'equal'], leadFlags)).code, 0);
      const own = await server.ptkl(['api-users', 'edit', '-u', lead.username, '-r', ''], leadFlags);
      assert.equal(own.code, 0, own.stderr);
      assert.deepEqual((await server.ptklJson(['api-users', 'get', '-u', lead.username])).roles, []);
    });
  });

  it('the last owner cannot be disabled or deleted, or lose its roles', async () => {
    for (const args of [['api-users', 'disable'], ['api-users', 'delete'], ['api-users', 'revoke-secret'],
      ['api-users', 'edit', '-r', '']]) {
      const done = await server.ptkl([...args.slice(0, 2), '-u', 'owner', ...args.slice(2)]);
      assert.deepEqual([done.code, done.stdout], [6, ''], `${args.join(' ')}: ${done.stderr}`);
    }
  });
});
