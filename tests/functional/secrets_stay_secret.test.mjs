// Secrets are found only in their intended places. Every other test file ends with the same search over its own
// server; this one runs everything that handles secrets, and searches while the server runs and after it has
// stopped, also for the master key.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { isPostgresql } from './support/database.mjs';
import { makeFolder } from './support/folders.mjs';
import { runs } from './support/programs.mjs';
import { countSensitive, findLeaks, keepSecret, shownBy } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';

let server;
let keyFile;
before(async () => {
  server = await startServer('secrets', '--log-level', 'debug');
  const isKey = (name) => /^[\w-]{43}$/.test(readFileSync(join(server.data, name), 'utf8').trim());
  keyFile = readdirSync(server.data).filter((name) => statSync(join(server.data, name)).size < 100).find(isKey);
});

it('keeps the master key in one file that only its owner can read', () => {
  assert.ok(keyFile, `no master key in ${readdirSync(server.data)}`);
  server.masterKeyFile = join(server.data, keyFile);
  keepSecret(readFileSync(server.masterKeyFile, 'utf8').trim(), 'the master key');
  assert.equal(statSync(join(server.data, keyFile)).mode & 0o777, 0o600);
  for (const name of readdirSync(server.data)) {
    assert.equal(statSync(join(server.data, name)).mode & 0o077, 0, `${name} is open to others`);
  }
});

it('accepts secrets from every source, with every command that handles them', async () => {
  const user = await server.createApiUser('ci-bot');
  const second = await server.createSecret('ci-bot', '--overlap', '1h');
  const env = { PTKL_HOST: server.url, PTKL_PROJECT: 'acme', PTKL_CONFIG_DIR: makeFolder('none') };
  for (const [args, options] of [
    [['-u', 'ci-bot', '-p', '-'], { input: user.secret }],
    [['-u', 'ci-bot'], { env: { PTKL_SECRET: second.secret } }],
    [['-u', 'ci-bot', '--verbose'], { env: { PTKL_SECRET: second.secret } }],
  ]) {
    const done = await server.ptkl(['api-users', 'get-auth-token', ...args, '-q'],
      { ...options, env: { ...env, ...options.env } });
    assert.equal(done.code, 0, done.stderr);
    const token = shownBy(done, done.stdout.trimEnd(), 'a token of ci-bot');
    assert.equal((await server.ptkl(['whoami', '--verbose'], { env: { ...env, PTKL_TOKEN: token } })).code, 0);
    assert.equal((await server.ptkl(['whoami', '--token', '-'], { env, input: token })).code, 0);
  }
  // Rejected, malformed or misplaced values: errors must not be logged with the value.
  await server.requestToken({ client_id: 'no-such-user', client_secret: user.secret });
  await server.requestToken({ client_id: user.secret, client_secret: user.secret });
  await server.requestToken({ client_id: 'ci-bot', client_secret: user.secret, scope: second.secret });
  await server.requestToken({ client_id: 'ci-bot', client_secret: user.secret, resource: second.secret });
  await server.requestToken({ client_id: 'ci-bot', client_secret: user.secret, grant_type: second.secret });
  await server.requestToken({}, 'acme', { authorization: `Bearer ${user.secret}` });
  await server.api('GET', '/whoami', { token: user.secret });
  const token = await server.token(server.owner);
  await server.api('POST', '/api-users', { token, body: { username: user.secret } });
  await fetch(`${server.url}/projects/acme/oauth2/token?client_secret=${user.secret}`, { method: 'POST' });
  await fetch(`${server.url}/v1/projects/acme/whoami?access_token=${token}`);
  await server.ptkl(['api-users', 'revoke-secret', '-u', 'ci-bot']);
  await server.requestToken({ client_id: 'ci-bot', client_secret: user.secret });
  await server.login(server.owner, 'again');
});

it('leaves no secret in logs, database, profiles, command lines and the output of other commands', () => {
  server.profileTokens().forEach((token) => keepSecret(token, 'the token of a profile'));
  assert.ok(countSensitive() >= 10, `only ${countSensitive()} things to look for`);
  assert.ok(runs.filter(({ cmdline }) => cmdline !== '').length > runs.length / 2, 'no command lines were seen');
  if (!isPostgresql) {
    assert.ok(readdirSync(server.data).some((name) => name.endsWith('-wal')), 'no write-ahead log to look into');
  }
  assert.notEqual(server.log, '');
  assert.deepEqual(server.leaks(), []);
});

it('leaves no secret after the stop, when the write-ahead log was written into the database', async () => {
  await server.stop();
  assert.deepEqual(server.leaks(), []);
});

it('finds secrets in other places', () => {
  const run = { program: 'x', args: [], cmdline: `x ${server.owner.secret}`, stdout: '', stderr: '', shows: [] };
  runs.push(run);
  assert.deepEqual(findLeaks([]), ['the secret of owner in the command line of x ']);
  runs.pop();
});
