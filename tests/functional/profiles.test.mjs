// `ptkl profile`, and the sources of host, project and credentials of a command.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { malformedSecrets, unknownSecret } from './support/secrets.mjs';
import { shownBy } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';

let server;
let user;
before(async () => {
  server = await startServer('profiles');
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'api-users.read']);
  user = await server.createApiUser('ci-bot', ['reader']);
});

const profilesFile = () => join(server.config, 'profiles.json');

describe('profile', () => {
  it('stores no secret, in a file and a folder that only their owner can read', () => {
    assert.ok(!readFileSync(profilesFile(), 'utf8').includes(server.owner.secret));
    assert.equal(statSync(profilesFile()).mode & 0o777, 0o600);
    assert.equal(statSync(server.config).mode & 0o777, 0o700);
    const others = readdirSync(server.config).filter((name) => !/^profiles\.json(\.lock)?$/.test(name));
    assert.deepEqual(others, [], 'a temporary file was left behind');
  });

  it('creates a missing folder', async () => {
    const folder = join(makeFolder('new-profiles'), 'a', 'b');
    const done = await server.ptkl(['profile', 'new', '-n', 'x', '-h', server.url, '-P', 'acme', '-u', 'ci-bot'],
      { env: { PTKL_CONFIG_DIR: folder, PTKL_SECRET: user.secret } });
    assert.equal(done.code, 0, done.stderr);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('prints and changes the active profile, and shows and deletes profiles', async () => {
    await server.login(user, 'second');
    const names = async () => (await server.ptklJson(['profile', 'list'])).map(({ name }) => name).sort();
    assert.deepEqual(await names(), ['second', 'test']);
    const active = async () => (await server.ptkl(['profile'])).stdout;
    assert.equal((await server.ptkl(['profile', 'use', 'test'])).code, 0);
    assert.equal(await active(), 'test\n');
    assert.equal((await server.ptklJson(['whoami'])).username, 'owner');
    assert.equal((await server.ptkl(['profile', 'use', 'second'])).code, 0);
    assert.equal(await active(), 'second\n');
    assert.equal((await server.ptklJson(['whoami'])).username, 'ci-bot');
    const shown = await server.ptklJson(['profile', 'inspect', 'second']);
    assert.deepEqual([shown.host, shown.project, shown.username], [server.url, 'acme', 'ci-bot']);
    assert.equal((await server.ptkl(['profile', 'delete', 'second'])).code, 0);
    assert.deepEqual(await names(), ['test']);
    assert.equal((await server.ptkl(['profile', 'use', 'test'])).code, 0);
  });

  it('reports an unknown profile as not found', async () => {
    for (const args of [['use', 'nope'], ['inspect', 'nope'], ['delete', 'nope']]) {
      assert.equal((await server.ptkl(['profile', ...args])).code, 3, args.join(' '));
    }
    assert.equal((await server.ptkl(['whoami', '--profile', 'nope'])).code, 3);
  });

  it('is not stored if the login fails', async () => {
    const before = readFileSync(profilesFile(), 'utf8');
    for (const [args, input, code] of [
      [['-h', server.url, '-P', 'acme', '-u', 'owner'], unknownSecret, 4],
      ...Object.values(malformedSecrets)
        .map((malformed) => [['-h', 'http://127.0.0.1:1', '-P', 'acme', '-u', 'owner'], malformed, 2]),
      [['-h', server.url, '-P', 'nowhere', '-u', 'owner'], server.owner.secret, 4],
      [['-h', 'http://127.0.0.1:1', '-P', 'acme', '-u', 'owner'], server.owner.secret, 8],
    ]) {
      const done = await server.ptkl(['profile', 'new', '-n', 'bad', ...args, '-p', '-'], { input });
      assert.equal(done.code, code, done.stderr);
    }
    assert.equal(readFileSync(profilesFile(), 'utf8'), before);
  });

  it('stores a token only if the server accepts it, with its username', async () => {
    await server.login(server.owner, 'given');
    const other = await server.addProject('foreign');
    const auth = (input, ...args) => server.ptkl(['profile', 'auth', '--profile', 'given', '--token', '-', ...args],
      { input });
    const before = readFileSync(profilesFile(), 'utf8');
    for (const [token, code, words] of [
      [server.owner.secret, 2, /^ptkl: standard input: expected a token, not a secret\nhint: .*profile auth --password/],
      ['ptkl_cut', 2, /expected a token, not a secret/], [`x${server.owner.secret}`, 2, /contains a secret\nhint: .*profile auth --password/],
      ['hello', 2, /is not a JWT: .*\nhint: /], ['not.a.token', 4, /\nhint: /], ['two words', 2, /invalid character/], ['', 2, /empty/],
      [await server.token(other, 'foreign'), 4, /\nhint: /],
    ]) {
      const done = await auth(token);
      assert.deepEqual([done.code, done.stdout], [code, ''], done.stderr);
      assert.match(done.stderr, words);
      assert.ok(!token || !done.stderr.includes(token), 'it is shown');
      assert.equal(readFileSync(profilesFile(), 'utf8'), before);
    }
    const token = await server.token(user);
    const variable = await server.ptkl(['profile', 'auth', '--profile', 'given', '--token'], { env: { PTKL_TOKEN: token } });
    assert.equal(variable.code, 0, variable.stderr);
    assert.match(variable.stderr, /profile given is logged in as ci-bot/);
    assert.equal((await server.ptklJson(['profile', 'inspect', 'given'])).username, 'ci-bot');
    assert.equal((await server.ptklJson(['whoami', '--profile', 'given'])).username, 'ci-bot');
    await server.ptkl(['profile', 'delete', 'given']);
    await server.ptkl(['profile', 'use', 'test']);
  });

  it('stores nothing after the response of a page that accepts every token', async () => {
    await server.login(user, 'portal');
    for (const [status, body] of [[200, '<html>'], [401, '<html>'], [200, '{"status": "ok"}']]) {
      const portal = createServer((incoming, outgoing) => outgoing.writeHead(status).end(body)).listen(0, '127.0.0.1').unref();
      await new Promise((resolve) => { portal.once('listening', resolve); });
      const folder = makeFolder('portal');
      const text = readFileSync(profilesFile(), 'utf8').replaceAll(server.url, `http://127.0.0.1:${portal.address().port}`);
      writeFileSync(join(folder, 'profiles.json'), text, { mode: 0o600 });
      const done = await server.ptkl(['profile', 'auth', '--profile', 'portal', '-t', '-'],
        { env: { PTKL_CONFIG_DIR: folder }, input: await server.token(user) });
      assert.equal(done.code, 8, done.stderr);
      assert.equal(readFileSync(join(folder, 'profiles.json'), 'utf8'), text);
      portal.close();
    }
    await server.ptkl(['profile', 'delete', 'portal']);
    await server.ptkl(['profile', 'use', 'test']);
  });

  it('logs in again with auth, and accepts a token with -t', async () => {
    await server.login(user, 'again');
    const again = await server.ptkl(['profile', 'auth', '--profile', 'again', '-p', '-'], { input: user.secret });
    assert.equal(again.code, 0, again.stderr);
    const token = await server.token(user);
    const stored = await server.ptkl(['profile', 'auth', '--profile', 'again', '-t', '-'], { input: token });
    assert.equal(stored.code, 0, stored.stderr);
    assert.ok(readFileSync(profilesFile(), 'utf8').includes(token));
    assert.equal((await server.ptklJson(['whoami', '--profile', 'again'])).username, 'ci-bot');
    await server.ptkl(['profile', 'delete', 'again']);
    await server.ptkl(['profile', 'use', 'test']);
  });

  it('reports an invalid file with its path, and does not change it', async () => {
    const folder = makeFolder('broken');
    writeFileSync(join(folder, 'profiles.json'), '{"profiles": [');
    const done = await server.ptkl(['whoami'], { env: { PTKL_CONFIG_DIR: folder } });
    assert.equal(done.code, 1);
    assert.match(done.stderr, /profiles\.json/);
    assert.equal(readFileSync(join(folder, 'profiles.json'), 'utf8'), '{"profiles": [');
  });

  it('reports a directory instead of the file, as a container runtime may create it', async () => {
    const folder = makeFolder('directory');
    mkdirSync(join(folder, 'profiles.json'));
    for (const args of [['whoami'], ['profile'], ['profile', 'list'], ['profile', 'use', 'test'],
      ['profile', 'new', '-h', server.url, '-P', 'acme', '-u', 'ci-bot']]) {
      const done = await server.ptkl(args, { env: { PTKL_CONFIG_DIR: folder, PTKL_SECRET: user.secret } });
      assert.deepEqual([done.code, done.signal], [1, null], done.stderr);
      assert.match(done.stderr, /^ptkl: .*profiles\.json is a directory; remove it/);
    }
  });

  it('rejects a pipe instead of the file, without waiting for a writer', async () => {
    const folder = makeFolder('pipe');
    execFileSync('mkfifo', [join(folder, 'profiles.json')]);
    for (const args of [['profile', 'list'], ['whoami'], ['profile', 'use', 'test']]) {
      const done = await server.ptkl(args, { env: { PTKL_CONFIG_DIR: folder } });
      assert.deepEqual([done.code, done.signal], [1, null], done.stderr);
      assert.match(done.stderr, /^ptkl: .*profiles\.json is not a regular file; remove it/);
    }
  });
});

describe('an expired or missing login', () => {
  it('names the command to run', async () => {
    const missing = await server.ptkl(['whoami'], { env: { PTKL_CONFIG_DIR: makeFolder('empty') } });
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /ptkl profile new/);
  });

  it('is detected by the stored expiry', async () => {
    const folder = makeFolder('expired');
    const text = readFileSync(profilesFile(), 'utf8')
      .replace(/("(?:token_)?expires_at":\s*)"[^"]*"/g, '$1"2020-01-01T00:00:00.000Z"');
    assert.match(text, /2020-01-01/, 'profiles.json has no expiry');
    writeFileSync(join(folder, 'profiles.json'), text, { mode: 0o600 });
    const done = await server.ptkl(['whoami'], { env: { PTKL_CONFIG_DIR: folder } });
    assert.equal(done.code, 4);
    assert.match(done.stderr, /ptkl profile auth/);
  });

  it('is reported by the server if the token was revoked', async () => {
    const other = await server.createApiUser('logged-out', ['reader']);
    await server.login(other, 'ended');
    await server.ptklJson(['api-users', 'disable', '-u', 'logged-out'], { env: { PTKL_PROFILE: 'test' } });
    const done = await server.ptkl(['whoami', '--profile', 'ended']);
    assert.equal(done.code, 4);
    assert.match(done.stderr, /ptkl profile auth/);
    await server.ptkl(['profile', 'delete', 'ended']);
    await server.ptkl(['profile', 'use', 'test']);
  });
});

describe('options take precedence over the environment, and this over the profile', () => {
  it('for the profile', async () => {
    await server.login(user, 'bot');
    await server.ptkl(['profile', 'use', 'test']);
    const who = async (args, env) => (await server.ptklJson(['whoami', ...args], { env })).username;
    assert.equal(await who([], {}), 'owner');
    assert.equal(await who([], { PTKL_PROFILE: 'bot' }), 'ci-bot');
    assert.equal(await who(['--profile', 'test'], { PTKL_PROFILE: 'bot' }), 'owner');
  });

  it('for host, project and token', async () => {
    const token = await server.token(user);
    const who = (args, env) => server.ptkl(['whoami', '-f', 'json', ...args], { env });
    assert.equal(JSON.parse((await who([], { PTKL_TOKEN: token })).stdout).username, 'ci-bot');
    assert.equal((await who([], { PTKL_HOST: 'http://127.0.0.1:1', PTKL_TOKEN: token })).code, 8);
    assert.equal((await who(['--host', server.url], { PTKL_HOST: 'http://127.0.0.1:1', PTKL_TOKEN: token })).code, 0);
    assert.equal((await who([], { PTKL_PROJECT: 'nowhere', PTKL_TOKEN: token })).code, 4);
    assert.equal((await who(['--project', 'acme'], { PTKL_PROJECT: 'nowhere', PTKL_TOKEN: token })).code, 0);
  });

  it('before or after the name of the command', async () => {
    const env = { PTKL_HOST: 'http://127.0.0.1:1' };
    assert.equal((await server.ptkl(['--host', server.url, 'api-users', 'list', '--token', '-'],
      { env, input: await server.token(user) })).code, 0);
    assert.equal((await server.ptkl(['api-users', '--host', server.url, 'list', '--token', '-'],
      { env, input: await server.token(user) })).code, 0);
  });
});

describe('a CI job with no profile', () => {
  it('needs only the environment, and leaves no file', async () => {
    const home = makeFolder('home');
    const env = { ...server.environmentOf(user), HOME: home, PTKL_CONFIG_DIR: '' };
    const listed = await server.ptklJson(['api-users', 'list'], { env });
    assert.ok(listed.some(({ username }) => username === 'ci-bot'));
    const done = await server.ptkl(['api-users', 'get-auth-token', '-q'], { env });
    assert.equal(done.code, 0, done.stderr);
    shownBy(done, done.stdout.trimEnd(), 'a token of ci-bot');
    assert.ok(!existsSync(join(home, '.ptkl')), 'a profile was stored');
  });

  it('needs no home folder', async () => {
    const env = { ...server.environmentOf(user), HOME: '', PTKL_CONFIG_DIR: '' };
    assert.equal((await server.ptkl(['whoami'], { env })).code, 0);
  });

  it('reports a missing variable', async () => {
    for (const [missing, code] of [['PTKL_HOST', 2], ['PTKL_PROJECT', 2]]) {
      const env = { ...server.environmentOf(user), PTKL_CONFIG_DIR: makeFolder('none') };
      delete env[missing];
      const done = await server.ptkl(['whoami'], { env });
      assert.equal(done.code, code, `${missing}: ${done.stderr}`);
      assert.match(done.stderr, new RegExp(missing));
    }
  });

  it('is rejected with a wrong secret', async () => {
    const env = { ...server.environmentOf({ username: 'ci-bot', secret: server.owner.secret }) };
    assert.equal((await server.ptkl(['whoami'], { env })).code, 4);
  });
});

describe('the folder of profiles', () => {
  it('causes an error if it cannot be written', async () => {
    const folder = makeFolder('locked');
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const done = await server.ptkl(['profile', 'new', '-n', 'x', '-h', server.url, '-P', 'acme', '-u', 'ci-bot'],
      { env: { PTKL_CONFIG_DIR: join(file, 'below'), PTKL_SECRET: user.secret } });
    assert.equal(done.code, 1);
    assert.notEqual(done.stderr, '');
  });
});
