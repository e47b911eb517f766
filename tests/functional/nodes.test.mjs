// Several servers over one PostgreSQL: their setup, invalid setups, and that each one immediately sees the changes
// of the others.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { PostgresDatabase } from './support/database.mjs';
import { makeFolder } from './support/folders.mjs';
import { ptkld, run, start } from './support/programs.mjs';
import { Server, exchange, json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const publicUrl = ['--public-url', 'https://id.example.org'];

/** A server with its own data folder over the database of `first`, with that master key by default. */
function makeNode(first, key = readFileSync(join(first.data, 'master.key'))) {
  const node = new Server(makeFolder('node'), { environment: first.environment });
  mkdirSync(node.data, { mode: 0o700 });
  writeFileSync(join(node.data, 'master.key'), key, { mode: 0o600 });
  node.owner = first.owner;
  return node;
}

const serve = ({ data, environment }, ...flags) =>
  run(ptkld, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...flags], { env: environment });
const init = ({ data, environment }, ...flags) =>
  run(ptkld, ['init', '--data', data, '--project', 'acme', '-f', 'json', ...flags], { env: environment });

function refused(done, code, words) {
  assert.deepEqual([done.code, done.stdout], [code, ''], done.stderr);
  assert.match(done.stderr, words);
}

/** An empty database, and a server without setup. */
function makeFresh(name) {
  const server = new Server(makeFolder(name));
  server.database.make();
  return server;
}

describe('init', () => {
  it('creates only the master key in the data folder', async () => {
    const server = await makeFresh('init').init();
    assert.deepEqual(readdirSync(server.data), ['master.key']);
    assert.equal(server.owner.username, 'owner');
  });

  it('fails if the database is already set up, and leaves no file', async () => {
    const server = await makeFresh('init-twice').init();
    const other = new Server(makeFolder('init-other'), { environment: server.environment });
    refused(await init(server), 6, /already set up/);
    refused(await init(other), 6, /already set up/);
    assert.ok(!existsSync(other.data));
  });

  it('creates nothing if the secret cannot be shown', async () => {
    const server = makeFresh('init-full');
    const full = await run(ptkld, ['init', '--data', server.data, '--project', 'acme'],
      { env: server.environment, stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
    assert.equal(full.code, 1, full.stderr);
    assert.ok(!existsSync(server.data));
    refused(await init(server, '-o', join(server.folder, 'missing', 'file')), 1, /missing/);
    refused(await serve(makeNode(await makeFresh('init-key').init(), randomBytes(32).toString('base64url'))), 2, /master key/);
    await server.init();
  });

  it('of two processes at the same time sets up the database once', async () => {
    const one = makeFresh('init-race');
    const two = new Server(makeFolder('init-race'), { environment: one.environment });
    const done = await Promise.all([init(one), init(two)]);
    assert.deepEqual(done.map(({ code }) => code).sort(), [0, 6], done.map(({ stderr }) => stderr).join());
    const loser = done[0].code === 0 ? two : one;
    assert.ok(!existsSync(loser.data));
  });
});

describe('serve', () => {
  it('fails over a database that is not set up', async () => {
    const set = await makeFresh('serve-set').init();
    const fresh = makeFresh('serve-fresh');
    refused(await serve({ data: set.data, environment: fresh.environment }), 3, /ptkld init/);
  });

  it('fails without the master key, and with another one', async () => {
    const server = await makeFresh('serve-key').init();
    refused(await serve({ ...server, data: join(server.folder, 'other') }), 3, /master\.key/);
    refused(await serve(makeNode(server, randomBytes(32).toString('base64url'))), 2, /master key/);
  });

  it('reports that it cannot reach the database, without the password', async () => {
    const server = await makeFresh('serve-down').init();
    const wrong = { PTKLD_DATABASE: server.database.urlFor(`p@/${server.database.secret}0`) };
    refused(await serve({ ...server, environment: wrong }), 8, /password authentication failed/);
    refused(await init({ data: join(server.folder, 'new'), environment: wrong }), 8, /password authentication failed/);
    const unreachable = new URL(server.database.url);
    unreachable.port = '1';
    refused(await serve({ ...server, environment: { PTKLD_DATABASE: unreachable.href } }), 8, /cannot connect/);
    const missing = new URL(server.database.url);
    missing.pathname = '/missing';
    refused(await serve({ ...server, environment: { PTKLD_DATABASE: missing.href } }), 8, /"missing" does not exist/);
    assert.ok(!existsSync(join(server.folder, 'new')));
  });

  it('uses the first reachable host of several', async () => {
    const server = await makeFresh('serve-hosts').init();
    const { host } = new URL(server.database.url);
    server.environment = { PTKLD_DATABASE: server.database.url.replace(host, `127.0.0.1:1,${host}`) };
    await server.serve();
    assert.equal((await exchange(`${server.url}/readyz`, 'GET')).status, 200);
    await server.stop();
  });

  it('reads the URL from the file, and needs no data folder if the key is elsewhere', async () => {
    const server = await makeFresh('serve-file').init();
    const file = join(makeFolder('serve-config'), 'ptkld.toml');
    writeFileSync(file, `database = "${server.database.url}"\nmaster_key_file = "${join(server.data, 'master.key')}"\n`,
      { mode: 0o600 });
    const done = await run(ptkld, ['project', 'create', 'globex', '--config', file, '-q', '-o', join(server.folder, 'secret')]);
    assert.deepEqual([done.code, done.stdout], [0, ''], done.stderr);
    assert.equal((await run(ptkld, ['config', 'check', '--config', file])).code, 0);
  });
});

describe('backup and restore', () => {
  it('are not available for PostgreSQL', async () => {
    const { data, folder, environment } = new Server(makeFolder('backup'));
    const file = join(folder, 'copy.db');
    refused(await run(ptkld, ['backup', '--data', data, '-o', file], { env: environment }), 2, /pg_dump/);
    refused(await run(ptkld, ['restore', file, '--data', data], { env: environment }), 2, /pg_restore/);
  });
});

describe('an invalid URL', () => {
  const urls = ['mysql://ptkl:hushhush@db/ptkl', 'sqlite:hushhush.db', 'hushhush', 'postgresql://ptkl:hush@hush@db/ptkl',
    'postgresql://ptkl:hush/hush@db/ptkl', 'postgresql://db/ptkl?hush=hush', 'postgresql://ptkl:hush%@db/ptkl'];
  for (const url of urls) {
    it(`is reported by its location and not shown: ${url}`, async () => {
      const file = join(makeFolder('url'), 'ptkld.toml');
      writeFileSync(file, `database = '${url}'\n`, { mode: 0o600 });
      for (const [args, env, place] of [
        [['--database', url], {}, /--database: expected/],
        [[], { PTKLD_DATABASE: url }, /PTKLD_DATABASE: expected/],
        [['--config', file], {}, /ptkld\.toml:1: database: expected/],
      ]) {
        const done = await run(ptkld, ['config', 'check', ...args], { env });
        refused(done, 2, place);
        assert.doesNotMatch(done.stderr, /hush/);
      }
    });
  }
});

describe('two servers', () => {
  let one;
  let two;
  before(async () => {
    one = await startServer('nodes', ...publicUrl);
    two = makeNode(one);
    await two.serve(...publicUrl);
    await two.login();
  });

  const isActiveAt = async (server, token) => {
    const answer = await server.oauth2('introspect', { token, client_id: one.owner.username, client_secret: one.owner.secret });
    assert.equal(answer.status, 200, answer.body);
    return json(answer).active;
  };
  const actsAt = async (server, token) => (await server.api('GET', '/whoami', { token })).status;

  it('accept each other\'s tokens', async () => {
    const token = await one.token(one.owner);
    assert.equal(await actsAt(two, token), 200);
    assert.equal(await isActiveAt(two, token), true);
  });

  it('immediately reject what the other one has revoked, in both directions', async () => {
    for (const [here, there] of [[one, two], [two, one]]) {
      for (let round = 0; round < 5; round += 1) {
        const name = `bot-${here === one ? 'one' : 'two'}-${round}`;
        const bot = await here.createApiUser(name);
        const token = await there.token(bot);
        assert.deepEqual([await actsAt(here, token), await actsAt(there, token)], [200, 200]);
        const ended = await here.ptkl(['api-users', round % 2 ? 'disable' : 'revoke-secret', '-u', name]);
        assert.equal(ended.code, 0, ended.stderr);
        assert.equal(await actsAt(there, token), 401);
        assert.equal(await isActiveAt(there, token), false);
        assert.equal((await there.requestToken({ client_id: name, client_secret: bot.secret })).status, 401);
      }
    }
  });

  it('immediately apply a role that was narrowed at the other one', async () => {
    await one.ptklJson(['role', 'create', '-n', 'reader', '-p', 'api-users.read']);
    const bot = await one.createApiUser('reader-bot', ['reader']);
    const token = await two.token(bot);
    assert.equal((await two.api('GET', '/api-users', { token })).status, 200);
    await one.ptklJson(['role', 'edit', '-u', 'reader', '-p', 'roles.read']);
    assert.equal((await two.api('GET', '/api-users', { token })).status, 401);
    const fresh = await two.token(bot);
    assert.equal((await two.api('GET', '/api-users', { token: fresh })).status, 403);
  });

  it('serve a project that was created while they run', async () => {
    const owner = await one.addProject('beside');
    assert.equal(typeof await two.token(owner, 'beside'), 'string');
  });

  it('write one audit log', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) =>
      (n % 2 ? one : two).ptklJson(['role', 'create', '-n', `together-${n}`])));
    const done = await two.ptkl(['audit', 'verify', '-f', 'json']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(JSON.parse(done.stdout).whole, true);
  });

  it('report a lost database, respond with 503, and recover automatically', async () => {
    const token = await two.token(one.owner);
    one.database.close();
    await waitFor('readyz to tell', async () => (await exchange(`${two.url}/readyz`, 'GET')).status === 503);
    const refusal = await two.requestToken({ client_id: one.owner.username, client_secret: one.owner.secret });
    assert.equal(refusal.status, 503, refusal.body);
    assert.match(refusal.headers.get('retry-after'), /^\d+$/);
    const change = await two.api('POST', '/api-users', { token, body: { username: 'while-away' } });
    assert.deepEqual([change.status, json(change).code], [503, 'unavailable'], change.body);
    assert.doesNotMatch(change.body + refusal.body + (await exchange(`${two.url}/readyz`, 'GET')).body, /127\.0\.0\.1|test_/);
    assert.equal((await exchange(`${two.url}/healthz`, 'GET')).status, 200);
    one.database.open();
    await waitFor('readyz to recover', async () => (await exchange(`${two.url}/readyz`, 'GET')).status === 200);
    assert.equal(await actsAt(two, token), 200);
    await one.ptklJson(['api-users', 'create', '-u', 'while-away']);
    await two.stop();
  });
});

describe('dev', () => {
  it('requires a data folder, because the database is of no use without the master key', async () => {
    const { environment, database, folder } = new Server(makeFolder('dev'));
    assert.ok(database instanceof PostgresDatabase);
    refused(await run(ptkld, ['dev', '--listen', '127.0.0.1:0'], { env: { ...environment, HOME: folder } }), 2, /--data/);
  });

  it('can be repeated after the setup of the database failed', async () => {
    const { environment, database, folder, data } = makeFresh('dev-again');
    mkdirSync(data, { mode: 0o700 });
    const env = { ...environment, PTKL_CONFIG_DIR: join(folder, 'profiles'), HOME: folder };
    assert.equal((await run(ptkld, ['migrate', '--data', data], { env })).code, 0);
    // The commit fails after the secret was stored.
    database.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
      CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse();`);
    const words = ['dev', '--data', data, '--listen', '127.0.0.1:0'];
    const failed = await run(ptkld, words, { env });
    assert.notEqual(failed.code, 0);
    assert.deepEqual(readdirSync(data), []);
    database.sql('DROP TRIGGER refuse ON projects');
    const dev = start(ptkld, words, { env, prefix: ['setpriv', '--pdeathsig', 'KILL'] });
    await waitFor('ptkld dev', () => /listening on/.test(dev.stdout));
    await waitFor('the profile', () => existsSync(join(folder, 'profiles', 'profiles.json')));
    dev.child.kill('SIGTERM');
    assert.equal((await dev.finished).code, 0);
  });
});
