// `ptkl api-users` with the real programs.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { malformedSecrets, unknownSecret } from './support/secrets.mjs';
import { shownBy } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const secretPattern = /^ptkl_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}$/;

let server;
before(async () => {
  server = await startServer('api-users');
  const roles = { reader: 'components.read', writer: 'components.*', auditor: 'audit.read' };
  for (const [name, permission] of Object.entries(roles)) {
    await server.ptklJson(['role', 'create', '-n', name, '-p', permission]);
  }
});

const namesOf = (user) => user.roles.map(({ name }) => name).sort();

describe('create', () => {
  it('creates an active API user without roles and secrets', async () => {
    const made = await server.ptklJson(['api-users', 'create', '-u', 'plain']);
    assert.match(made.uuid, uuidPattern);
    assert.deepEqual([made.username, made.status, made.roles, made.secrets, made.last_used_at],
      ['plain', 'active', [], [], null]);
  });

  it('prints only the uuid with --quiet', async () => {
    const made = await server.ptkl(['api-users', 'create', '-u', 'quiet', '-q']);
    assert.equal(made.code, 0);
    assert.match(made.stdout.trimEnd(), uuidPattern);
  });

  it('rejects an existing username with a conflict, also after it was deleted', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'taken']);
    assert.equal((await server.ptkl(['api-users', 'create', '-u', 'taken'])).code, 6);
    assert.equal((await server.ptkl(['api-users', 'delete', '-u', 'taken'])).code, 0);
    assert.equal((await server.ptkl(['api-users', 'create', '-u', 'taken'])).code, 6);
  });
});

describe('list and get', () => {
  it('lists every API user, as an array in JSON and with a header in a table', async () => {
    const listed = await server.ptklJson(['api-users', 'list']);
    assert.ok(Array.isArray(listed));
    assert.ok(listed.some(({ username }) => username === 'owner'));
    const table = await server.ptkl(['api-users', 'list', '--format', 'table']);
    assert.equal(table.code, 0);
    const [header, ...rows] = table.stdout.trimEnd().split('\n');
    assert.match(header, /USERNAME/i);
    assert.equal(rows.length, listed.length);
    assert.doesNotMatch(table.stdout, /\x1b|ago/, 'colour or relative times without a terminal');
  });

  it('pages through more API users than fit into one response', async () => {
    const token = await server.token(server.owner);
    const usernames = Array.from({ length: 5 }, (_, i) => `paged-${i}`);
    for (const username of usernames) await server.api('POST', '/api-users', { token, body: { username } });
    const seen = [];
    let cursor = '';
    do {
      const answer = await server.api('GET', `/api-users?limit=2${cursor}`, { token });
      const page = JSON.parse(answer.body);
      assert.ok(page.items.length <= 2);
      seen.push(...page.items.map(({ username }) => username));
      cursor = page.next_cursor && `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor);
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(usernames.every((username) => seen.includes(username)));
    assert.deepEqual((await server.ptklJson(['api-users', 'list'])).map(({ username }) => username), seen);
  });

  it('gets one by uuid and by username', async () => {
    const made = await server.ptklJson(['api-users', 'create', '-u', 'found']);
    assert.deepEqual(await server.ptklJson(['api-users', 'get', '-u', made.uuid]), made);
    assert.deepEqual(await server.ptklJson(['api-users', 'get', '--uuid', 'found']), made);
    const table = await server.ptkl(['api-users', 'get', '-u', 'found']);
    assert.match(table.stdout, new RegExp(made.uuid));
  });

  it('reports an unknown API user as not found', async () => {
    for (const name of ['no-such-user', '01978f3e-6c1a-7cc0-8f5e-0123456789ab']) {
      const { code, stdout } = await server.ptkl(['api-users', 'get', '-u', name]);
      assert.deepEqual([code, stdout], [3, ''], name);
    }
  });
});

describe('edit', () => {
  before(() => server.ptklJson(['api-users', 'create', '-u', 'edited']));

  it('accepts several roles after one option', async () => {
    assert.deepEqual(namesOf(await server.ptklJson(['api-users', 'edit', '-u', 'edited', '-r', 'reader', 'writer'])),
      ['reader', 'writer']);
  });

  it('accepts repeated options, and replaces the previous roles', async () => {
    assert.deepEqual(namesOf(await server.ptklJson(
      ['api-users', 'edit', '-u', 'edited', '--roles', 'auditor', '--roles', 'reader'])), ['auditor', 'reader']);
  });

  it('accepts roles by uuid', async () => {
    const { uuid } = (await server.ptklJson(['role', 'list'])).find(({ name }) => name === 'writer');
    assert.deepEqual(namesOf(await server.ptklJson(['api-users', 'edit', '-u', 'edited', '-r', uuid])), ['writer']);
  });

  it('rejects an unknown role and changes nothing', async () => {
    const before = await server.state();
    const done = await server.ptkl(['api-users', 'edit', '-u', 'edited', '-r', 'reader', 'no-such-role']);
    assert.equal(done.code, 3);
    assert.match(done.stderr, /no-such-role/);
    assert.equal(await server.state(), before);
  });

  it('revokes the tokens of an API user that loses a role', async () => {
    await server.ptklJson(['api-users', 'edit', '-u', 'edited', '-r', 'reader', 'writer']);
    const token = await server.token(await server.createSecret('edited'));
    assert.equal((await server.api('GET', '/whoami', { token })).status, 200);
    await server.ptklJson(['api-users', 'edit', '-u', 'edited', '-r', 'reader']);
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
  });
});

describe('new-secret and revoke-secret', () => {
  it('shows a secret once, which is valid until the next one is created', async () => {
    const first = await server.createApiUser('rotated');
    assert.match(first.secret, secretPattern);
    await server.token(first);
    const second = await server.createSecret('rotated');
    assert.notEqual(second.secret, first.secret);
    assert.equal((await server.requestToken({ client_id: 'rotated', client_secret: first.secret })).status, 401);
    await server.token(second);
    const { secrets } = await server.ptklJson(['api-users', 'get', '-u', 'rotated']);
    assert.equal(secrets[0].hint, second.secret.slice(-4));
    assert.deepEqual(secrets.map(({ status }) => status).slice(0, 1), ['current']);
  });

  it('keeps the previous secret valid for the overlap', async () => {
    const first = await server.createApiUser('overlapping');
    const second = await server.createSecret('overlapping', '--overlap', '24h');
    assert.equal(second.replaced[0].secret_id, first.secret_id);
    const hours = (Date.parse(second.replaced[0].works_until) - Date.parse(second.created_at)) / 3_600_000;
    assert.ok(Math.abs(hours - 24) < 0.01, `${hours} hours`);
    await server.token(first);
    await server.token(second);
    const listed = await server.ptklJson(['api-users', 'secrets', '-u', 'overlapping']);
    assert.deepEqual(listed.map(({ status }) => status), ['current', 'overlapping']);
  });

  it('creates a secret that expires', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'expiring']);
    const made = await server.createSecret('expiring', '--expires', '90d');
    const days = (Date.parse(made.expires_at) - Date.parse(made.created_at)) / 86_400_000;
    assert.ok(Math.abs(days - 90) < 0.01, `${days} days`);
  });

  it('prints only the secret with --quiet', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'quiet-secret']);
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'quiet-secret', '-q']);
    const secret = shownBy(done, done.stdout.trimEnd(), 'a secret of quiet-secret');
    assert.match(secret, secretPattern);
    assert.equal(done.stdout, `${secret}\n`);
  });

  it('writes a file that only its owner can read, and nothing to stdout', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'to-file']);
    const file = join(makeFolder('output'), 'secret');
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'to-file', '-q', '-o', file]);
    const secret = shownBy(done, readFileSync(file, 'utf8').trimEnd(), 'a secret of to-file');
    assert.deepEqual([done.code, done.stdout], [0, '']);
    assert.match(secret, secretPattern);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('shows the secret in a table, too', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'in-table']);
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'in-table']);
    const [secret] = done.stdout.match(/ptkl_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}/) ?? [];
    assert.ok(secret, 'there is no secret on stdout');
    shownBy(done, secret, 'a secret of in-table');
  });

  it('immediately revokes all active secrets and their tokens', async () => {
    const first = await server.createApiUser('revoked');
    const second = await server.createSecret('revoked', '--overlap', '1h');
    const token = await server.token(second);
    const done = await server.ptkl(['api-users', 'revoke-secret', '-u', 'revoked', '-f', 'json']);
    assert.equal(done.code, 0, done.stderr);
    const [used, unused] = JSON.parse(done.stdout).revoked;
    assert.deepEqual([used.id, used.last_used_from], [second.secret_id, '127.0.0.1']);
    assert.equal(Date.parse(used.last_token_expires_at) - Date.parse(used.last_used_at), 3_600_000);
    assert.match(done.stderr, new RegExp(used.last_token_expires_at));
    assert.deepEqual([unused.id, unused.last_used_at, unused.last_token_expires_at],
      [first.secret_id, null, null]);
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
    for (const { secret } of [first, second]) {
      const refused = await server.ptkl(['api-users', 'get-auth-token', '-u', 'revoked', '-p', '-'],
        { input: secret });
      assert.deepEqual([refused.code, refused.stdout], [4, '']);
    }
  });

  it('shows whether an overlapping secret is still in use', async () => {
    const first = await server.createApiUser('rotating');
    await server.token(first);
    await server.createSecret('rotating', '--overlap', '1h', '--until-idle', '5m');
    const old = async () => (await server.ptklJson(['api-users', 'secrets', '-u', 'rotating']))[1];
    const before = await old();
    assert.deepEqual([before.status, before.in_use, before.until_idle_seconds], ['overlapping', false, 300]);
    await server.token(first);
    // A use is stored within five seconds.
    await waitFor('the use to be written', async () => (await old()).in_use, 20_000);
    const table = await server.ptkl(['api-users', 'secrets', '-u', 'rotating']);
    assert.match(table.stdout, /STILL USED[^]*overlapping[^]*yes/);
  });

  it('revokes the tokens issued before a rotation when the overlap ends', async () => {
    const first = await server.createApiUser('short-overlap');
    const token = await server.token(first);
    await server.createSecret('short-overlap', '--overlap', '1s');
    await waitFor('the token to end',
      async () => (await server.api('GET', '/whoami', { token })).status === 401, 20_000);
    const [, old] = await server.ptklJson(['api-users', 'secrets', '-u', 'short-overlap']);
    assert.deepEqual([old.status, old.in_use], ['expired', null]);
  });

  it('rejects --until-idle without an overlap or out of range', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'idle']);
    for (const flags of [['--until-idle', '5m'], ['--overlap', '1h', '--until-idle', '59s'],
      ['--overlap', '1h', '--until-idle', '2h']]) {
      const done = await server.ptkl(['api-users', 'new-secret', '-u', 'idle', ...flags]);
      assert.deepEqual([done.code, done.stdout], [2, ''], done.stderr);
    }
  });

  it('revokes only the secret of --secret', async () => {
    const first = await server.createApiUser('one-of-two');
    const second = await server.createSecret('one-of-two', '--overlap', '1h');
    const done = await server.ptkl(['api-users', 'revoke-secret', '-u', 'one-of-two', '--secret', first.secret_id]);
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await server.requestToken({ client_id: 'one-of-two', client_secret: first.secret })).status, 401);
    await server.token(second);
  });

  it('reports that there was no active secret to revoke, and succeeds', async () => {
    await server.ptklJson(['api-users', 'create', '-u', 'no-secrets']);
    assert.equal((await server.ptkl(['api-users', 'revoke-secret', '-u', 'no-secrets'])).code, 0);
    const unknown = await server.ptkl(
      ['api-users', 'revoke-secret', '-u', 'no-secrets', '--secret', '0aB1cD2eF3g']);
    assert.equal(unknown.code, 3);
  });
});

describe('disable, enable and delete', () => {
  it('rejects a disabled API user until it is enabled again', async () => {
    const user = await server.createApiUser('switched');
    const token = await server.token(user);
    assert.equal((await server.ptklJson(['api-users', 'disable', '-u', 'switched'])).status, 'disabled');
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
    assert.equal((await server.requestToken({ client_id: 'switched', client_secret: user.secret })).status, 401);
    assert.equal((await server.ptklJson(['api-users', 'enable', '-u', 'switched'])).status, 'active');
    await server.token(user);
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401, 'an ended token came back to life');
  });

  it('rejects the secrets and tokens of a deleted API user', async () => {
    const user = await server.createApiUser('deleted');
    const token = await server.token(user);
    assert.equal((await server.ptkl(['api-users', 'delete', '-u', user.uuid])).code, 0);
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
    assert.equal((await server.requestToken({ client_id: 'deleted', client_secret: user.secret })).status, 401);
    assert.equal((await server.ptkl(['api-users', 'get', '-u', user.uuid])).code, 3);
  });

  it('does not delete or disable the last owner, or remove its roles', async () => {
    for (const args of [['delete'], ['disable'], ['edit', '-r', 'reader']]) {
      const [verb, ...flags] = args;
      const { code } = await server.ptkl(['api-users', verb, '-u', 'owner', ...flags]);
      assert.equal(code, 6, args.join(' '));
    }
  });
});

describe('get-auth-token', () => {
  const ci = () => ({ PTKL_HOST: server.url, PTKL_PROJECT: 'acme', PTKL_CONFIG_DIR: '/nonexistent' });
  let user;
  before(async () => { user = await server.createApiUser('logs-in', ['reader']); });

  it('reads the secret from standard input and needs no profile', async () => {
    const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'logs-in', '-p', '-', '-f', 'json'],
      { env: ci(), input: `${user.secret}\n` });
    assert.equal(done.code, 0, done.stderr);
    const answer = JSON.parse(done.stdout);
    shownBy(done, answer.access_token, 'a token of logs-in');
    assert.deepEqual([answer.token_type, answer.expires_in, answer.scope], ['Bearer', 3600, 'components.read']);
  });

  it('reads the secret from the environment', async () => {
    const done = await server.ptkl(['api-users', 'get-auth-token', '--user', user.uuid, '-q'],
      { env: { ...ci(), PTKL_SECRET: user.secret } });
    assert.equal(done.code, 0, done.stderr);
    const token = shownBy(done, done.stdout.trimEnd(), 'a token of logs-in');
    assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    const who = await server.ptklJson(['whoami'], { env: { ...ci(), PTKL_TOKEN: token } });
    assert.deepEqual([who.username, who.permissions], ['logs-in', ['components.read']]);
  });

  it('rejects a wrong secret and an unknown user in the same way', async () => {
    const words = [];
    for (const [name, secret] of [['logs-in', unknownSecret], ['no-such-user', user.secret], ['logs-in', server.owner.secret],
      ['owner', user.secret]]) {
      const done = await server.ptkl(['api-users', 'get-auth-token', '-u', name, '-p', '-'],
        { env: ci(), input: secret });
      assert.deepEqual([done.code, done.stdout], [4, ''], name);
      words.push(done.stderr.replaceAll(name, 'NAME'));
    }
    assert.equal(new Set(words).size, 1, words.join('\n'));
  });

  for (const [what, malformed] of Object.entries(malformedSecrets)) {
    it(`does not send a malformed secret: ${what}`, async () => {
      const env = { ...ci(), PTKL_HOST: 'http://127.0.0.1:1' }; // sending would be exit code 8
      for (const [args, options] of [[['-p', '-'], { input: malformed }], [[], { env: { PTKL_SECRET: malformed } }]]) {
        const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'logs-in', ...args],
          { ...options, env: { ...env, ...options.env } });
        assert.deepEqual([done.code, done.stdout], [2, ''], done.stderr);
        assert.match(done.stderr, /^ptkl: (standard input|PTKL_SECRET): the secret .*\nhint: /);
        assert.ok(!done.stderr.includes(malformed), 'the secret is shown');
      }
    });
  }
});
