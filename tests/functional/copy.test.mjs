// `ptkld copy` from SQLite to PostgreSQL and back, and `ptkld migrate`: interruptions, the state of the target,
// and rejected sources and targets.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PostgresDatabase, clientEnvironment } from './support/database.mjs';
import { makeFolder } from './support/folders.mjs';
import { addApiUsers, holdSteps, projectId, stepsHeld } from './support/many_api_users.mjs';
import { createUser, logIn } from './support/users.mjs';
import { ptkld, run, start } from './support/programs.mjs';
import { Server, json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const publicUrl = ['--public-url', 'https://id.example.org'];
const targets = [];
after(() => targets.forEach((target) => target.drop()));

/** Creates an empty PostgreSQL database. */
function makeTarget() {
  const target = new PostgresDatabase();
  targets.push(target);
  target.make();
  return target;
}

/** Copies a server's SQLite file to that PostgreSQL database. */
const copyArguments = (server) => ['copy', '--from', `sqlite:${server.data}`, '-f', 'json'];
const copyTo = (server, target, ...args) =>
  run(ptkld, [...copyArguments(server), ...args], { env: { PTKLD_COPY_TO: target.url } });
const migrate = (target) => run(ptkld, ['migrate', '-f', 'json'], { env: target.environment });

/** Creates a data folder that contains only the server's master key. */
function folderWithKey(server) {
  const data = join(makeFolder('moved'), 'data');
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(join(server.data, 'master.key'), join(data, 'master.key'));
  return data;
}

/** Starts a server over another database, with the users of `server`. */
async function serveFrom(server, data, environment = {}) {
  const other = new Server(makeFolder('moved-server'), { data, environment });
  mkdirSync(other.config, { mode: 0o700 });
  other.owner = server.owner;
  await other.serve(...publicUrl);
  await other.login();
  return other;
}

/** Everything that an administrator can change, so not the last use of an overlapping secret. */
const stateOf = async (server) => (await server.state()).replaceAll(/"in_use":\w+/g, '');

async function isActive(server, token) {
  const { username, secret } = server.owner;
  const answer = await server.oauth2('introspect', { token, client_id: username, client_secret: secret });
  assert.equal(answer.status, 200, answer.body);
  return json(answer).active;
}

/** Starts psql, runs the statement, and keeps its session open until it is ended. */
function startPsql(target, statements) {
  const { child } = start('psql', ['-qAtX'],
    { env: clientEnvironment(target.url), stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.write(`${statements};\n`);
  return child;
}

/** Locks the table against writes while `work` runs. */
async function whileLocked(target, table, work) {
  const holder = startPsql(target, `BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
  const locks = (granted) => Number(target.sql(
    `SELECT count(*) FROM pg_locks WHERE relation = '${table}'::regclass AND granted = ${granted}
     AND mode IN ('ShareLock', 'RowExclusiveLock')`));
  try {
    await waitFor('the lock', () => locks(true) > 0);
    await work(() => waitFor('a process that waits for the lock', () => locks(false) > 0));
  } finally {
    target.sql(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = '${table}'::regclass
      AND granted AND mode = 'ShareLock'`);
    holder.kill();
    await waitFor('the end of the lock', () => locks(true) === 0);
  }
}

describe('a server that moves to another database', () => {
  let server;
  let target;
  let bot;
  let old;
  let state;
  let tokens;
  let copied;

  async function checkMoved(other) {
    assert.equal(await isActive(other, tokens.bot), true);
    for (const name of ['old', 'revoked', 'narrowed']) assert.equal(await isActive(other, tokens[name]), false, name);
    await other.token(bot);
    assert.equal((await other.requestToken({ client_id: 'old', client_secret: old.secret })).status, 401);
    assert.equal((await logIn(other, 'ada@example.com')).status, 201);
    assert.equal((await other.ptklJson(['audit', 'verify'])).whole, true);
    assert.equal(await stateOf(other), state);
  }

  before(async () => {
    target = makeTarget();
    server = await startServer('moves', ...publicUrl);
    await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'api-users.read', 'roles.read', '-w', 'w1', 'w2']);
    bot = await server.createApiUser('bot');
    old = await server.createApiUser('old');
    const narrowed = await server.createApiUser('narrowed', ['reader']);
    await createUser(server, 'ada@example.com', 'reader');
    tokens = { bot: await server.token(bot), old: await server.token(old), revoked: await server.token(bot),
      narrowed: await server.token(narrowed) };
    assert.equal((await server.oauth2('revoke', { token: tokens.revoked })).status, 200);
    assert.equal((await server.ptkl(['api-users', 'revoke-secret', '-u', 'old'])).code, 0);
    await server.ptklJson(['role', 'edit', '-u', 'reader', '-p', 'api-users.read']);
    await server.createSecret('bot', '--overlap', '24h');
    state = await stateOf(server);
  });

  it('cannot be copied while it runs', async () => {
    const done = await copyTo(server, target);
    assert.equal(done.code, 6, done.stderr);
    assert.match(done.stderr, /in use/);
    await server.stop();
  });

  it('migrates an empty PostgreSQL database, from several processes concurrently', async () => {
    const done = await Promise.all(Array.from({ length: 6 }, () => migrate(target)));
    for (const { code, stdout, stderr } of done) {
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).schema, Number(target.sql('SELECT MAX(version) FROM schema_migrations')));
    }
  });

  it('resumes a copy after each interruption, and the target cannot be used until it is complete', async () => {
    for (const [signal, code] of [['SIGINT', 130], ['SIGKILL', null]]) {
      await whileLocked(target, 'client_credentials', async (waitForBlocked) => {
        const copying = start(ptkld, copyArguments(server), { env: { PTKLD_COPY_TO: target.url } });
        await waitForBlocked();
        copying.child.kill(signal);
        assert.equal((await copying.finished).code, code);
      });
    }
    assert.equal(target.sql("SELECT value LIKE 'api_user_roles%' FROM settings WHERE name = 'copy_position'"), 't');
    const data = folderWithKey(server);
    for (const words of [['serve', '--listen', '127.0.0.1:0'], ['migrate'], ['project', 'create', 'other'],
      ['init', '--project', 'other']]) {
      const refused = await run(ptkld, [...words, '--data', data], { env: target.environment });
      assert.deepEqual([words[0], refused.code, refused.stdout], [words[0], 6, ''], refused.stderr);
      assert.match(refused.stderr, /unfinished copy/);
    }
    const done = await copyTo(server, target);
    assert.equal(done.code, 0, done.stderr);
    copied = done.stdout;
    const rows = Object.fromEntries(JSON.parse(copied).map(({ table, rows: count }) => [table, count]));
    assert.equal(rows.api_users, 4);
    assert.equal(rows.settings, 1);
    assert.equal(target.sql('SELECT count(*) FROM settings'), '1');
    assert.doesNotMatch(done.stderr + done.stdout, new RegExp(target.secret));
  });

  it('has the same content after it was copied back', async () => {
    const data = folderWithKey(server);
    const done = await run(ptkld, ['copy', '--to', `sqlite:${data}`, '-f', 'json'],
      { env: { PTKLD_COPY_FROM: target.url } });
    assert.equal(done.code, 0, done.stderr);
    assert.equal(done.stdout, copied);
    assert.deepEqual(readdirSync(data).sort(), ['master.key', 'ptkl.db']);
    const other = await serveFrom(server, data);
    await checkMoved(other);
    await other.stop();
  });

  it('works with the other database, and after it was copied back', async () => {
    const data = folderWithKey(server);
    const moved = await serveFrom(server, data, target.environment);
    await checkMoved(moved);
    const late = await moved.createApiUser('late');
    assert.equal((await moved.ptkl(['api-users', 'revoke-secret', '-u', 'narrowed'])).code, 0);
    state = await stateOf(moved);
    await moved.stop();
    const done = await run(ptkld, ['copy', '--to', `sqlite:${data}`], { env: { PTKLD_COPY_FROM: target.url } });
    assert.equal(done.code, 0, done.stderr);
    const back = await serveFrom(server, data);
    await checkMoved(back);
    await back.token(late);
    await back.stop();
  });

  it('is not reported as copied if it has changed since the copy began', async () => {
    const other = makeTarget();
    assert.equal((await migrate(other)).code, 0);
    let copying;
    await whileLocked(other, 'client_credentials', async (waitForBlocked) => {
      copying = start(ptkld, copyArguments(server), { env: { PTKLD_COPY_TO: other.url } });
      await waitForBlocked();
      server.database.sql("UPDATE status_slots SET invalid = 99 WHERE slot = (SELECT MIN(slot) FROM status_slots)");
    });
    const { code, stdout, stderr } = await copying.finished;
    assert.deepEqual([code, stdout], [6, ''], stderr);
    assert.match(stderr, /status_slots/);
    assert.equal((await migrate(other)).code, 6);
  });
});

describe('a slow migration of the schema', () => {
  it('may take longer than the statement timeout of a server', async () => {
    const target = makeTarget();
    // Another process creates the schema, and takes longer than the server's timeout of a second.
    const holder = startPsql(target, 'BEGIN; CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, name TEXT)');
    const waiting = () => Number(target.sql(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND clock_timestamp() - query_start > interval '2500 ms' AND datname = current_database()`));
    const holders = "FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()";
    const holding = () => Number(target.sql(`SELECT count(*) ${holders} AND query LIKE 'CREATE TABLE%'`));
    await waitFor('the other one', () => holding() > 0);
    const data = join(makeFolder('patient'), 'data');
    const init = start(ptkld, ['init', '--data', data, '--project', 'acme', '--database-timeout', '1s'],
      { env: target.environment });
    const done = await Promise.race([init.finished, waitFor('the wait for it', () => waiting() > 0)]);
    target.sql(`SELECT pg_terminate_backend(pid) ${holders} AND query LIKE 'CREATE TABLE%'`);
    holder.kill();
    assert.equal(done, true, done.stderr);
    const { code, stderr } = await init.finished;
    assert.equal(code, 0, stderr);
  });
});

describe('copy rejects', () => {
  let server;

  before(async () => {
    server = await new Server(makeFolder('to-copy')).init();
  });

  it('databases that it cannot use, and does not show their URLs', async () => {
    const empty = makeFolder('empty');
    const rows = [
      ['no source', ['copy', '--to', 'sqlite:x'], 2],
      ['no target', ['copy', '--from', 'sqlite:x'], 2],
      ['another kind', ['copy', '--from', 'mysql://u:hunter2hunter2hunter2@h/d', '--to', 'sqlite:x'], 2],
      ['no path', ['copy', '--from', 'sqlite:', '--to', 'sqlite:x'], 2],
      ['a source that is not there', ['copy', '--from', `sqlite:${empty}`, '--to', 'sqlite:x', '--data', server.data], 3],
      ['no master key', ['copy', '--from', `sqlite:${server.data}`, '--to', 'sqlite:x', '--data', empty], 3],
      ['itself', ['copy', '--from', `sqlite:${server.data}`, '--to', `sqlite:${server.data}`], 6],
    ];
    for (const [what, words, code] of rows) {
      const done = await run(ptkld, words, { cwd: empty });
      assert.deepEqual([what, done.code, done.stdout], [what, code, ''], done.stderr);
      assert.doesNotMatch(done.stderr, /hunter2/);
    }
    assert.deepEqual(readdirSync(empty), []);
  });

  it('another master key, and a target that is not empty', async () => {
    const other = await new Server(makeFolder('not-empty')).init();
    const wrong = await run(ptkld, [...copyArguments(server), '--to', `sqlite:${join(makeFolder('x'), 'new.db')}`,
      '--data', other.data]);
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.match(wrong.stderr, /another master key/);
    const before = other.database.sql('SELECT id FROM projects');
    const done = await run(ptkld, [...copyArguments(server), '--to', `sqlite:${other.data}`]);
    assert.equal(done.code, 6, done.stderr);
    assert.match(done.stderr, /not empty/);
    assert.equal(other.database.sql('SELECT id FROM projects'), before);
  });

  it('an older schema', async () => {
    const other = await new Server(makeFolder('older')).init();
    other.database.sql('DELETE FROM schema_migrations WHERE version = (SELECT MAX(version) FROM schema_migrations)');
    const done = await run(ptkld, [...copyArguments(other), '--to', `sqlite:${join(makeFolder('y'), 'new.db')}`]);
    assert.equal(done.code, 2, done.stderr);
    assert.match(done.stderr, /ptkld migrate/);
  });
});

describe('a newer schema', () => {
  const newer = "INSERT INTO schema_migrations VALUES (9999, 'later')";

  async function refusedByAll(commands, environment) {
    for (const words of commands) {
      const done = await run(ptkld, words, { env: environment });
      assert.deepEqual([words[0], done.code, done.stdout], [words[0], 2, ''], done.stderr);
      assert.match(done.stderr, /schema 9999.*upgrade the program/, words[0]);
    }
  }

  it('of SQLite is rejected by every command', async () => {
    const server = await new Server(makeFolder('newer')).init();
    server.database.sql(newer);
    const data = ['--data', server.data];
    const file = join(makeFolder('newer-target'), 'file');
    await refusedByAll([['serve', '--listen', '127.0.0.1:0', ...data], ['project', 'create', 'other', ...data],
      ['migrate', ...data], ['backup', '-o', file, ...data],
      ['copy', '--from', `sqlite:${server.data}`, '--to', `sqlite:${file}`]]);
    assert.ok(!existsSync(file));
  });

  it('of PostgreSQL is rejected by every command', async () => {
    const target = makeTarget();
    const server = await new Server(makeFolder('newer-postgresql'), { environment: target.environment }).init();
    target.sql(newer);
    const data = ['--data', server.data];
    await refusedByAll([['serve', '--listen', '127.0.0.1:0', ...data], ['project', 'create', 'other', ...data],
      ['migrate', ...data], ['copy', '--to', 'sqlite:x', ...data]],
    { ...target.environment, PTKLD_COPY_FROM: target.url });
  });
});

it('a copy made while background steps are pending completes them in the target', async () => {
  const server = await startServer('moves-pending', ...publicUrl);
  const owner = await server.token(server.owner);
  const manage = async (method, path, body, at = server) => {
    const answer = await at.api(method, path, { token: owner, body });
    assert.ok(answer.status < 300, answer.body);
    return answer.body ? json(answer) : undefined;
  };
  const pendingAt = async (at) => (await manage('GET', '/pending-status-updates', undefined, at)).items;
  await server.ptklJson(['role', 'create', '-n', 'narrowed', '-p', 'a.read', 'a.write']);
  await server.ptklJson(['role', 'create', '-n', 'deleted', '-p', 'b.read']);
  const [, narrowed, deleted] = (await server.ptklJson(['role', 'list'])).map(({ uuid }) => uuid); // after that of owners
  const first = await server.createApiUser('first', ['narrowed', 'deleted']);
  const { uuid } = await server.ptklJson(['api-users', 'get', '-u', 'first']);
  addApiUsers(server.database, { project: projectId(server.database), name: 'f', after: uuid, count: 2000,
    holders: 2000, roles: [narrowed, deleted] });
  const last = await server.createApiUser('last', ['narrowed', 'deleted']);
  const old = [await server.token(first), await server.token(last)];
  holdSteps(server.database, 1000);
  await manage('PATCH', `/roles/${narrowed}`, { permissions: ['a.read'] });
  await manage('DELETE', `/roles/${deleted}`);
  const fresh = [await server.token(first), await server.token(last)];
  await stepsHeld(server);
  const pending = await pendingAt(server);
  assert.ok(pending.length === 2 && pending[0].pending_status_updates < pending[0].total, JSON.stringify(pending));
  await server.stop();

  const target = makeTarget();
  const done = await copyTo(server, target);
  assert.equal(done.code, 0, done.stderr);
  const other = await serveFrom(server, folderWithKey(server), target.environment);
  const check = async () => {
    for (const token of old) assert.equal(await isActive(other, token), false);
    for (const token of fresh) assert.equal(await isActive(other, token), true);
  };
  await check();
  await waitFor('the steps', async () => (await pendingAt(other)).length === 0, 60_000);
  await check();
  assert.equal(target.sql('SELECT COUNT(*) FROM roles'), '2');
  await other.stop();
});
