// `ptkld backup` of a running server, and `ptkld restore`: the restored content, and which backups are rejected.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync }
  from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { addApiUsers, projectId } from './support/many_api_users.mjs';
import { createUser, logIn } from './support/users.mjs';
import { ptkld, run, start } from './support/programs.mjs';
import { Server, json, startServer } from './support/server.mjs';
import { mountTmpfs } from './support/tmpfs.mjs';
import { waitFor } from './support/wait.mjs';

// The public URL, and so the issuer of tokens, whatever address the server listens on.
const publicUrl = ['--public-url', 'https://id.example.org'];

const backUp = (server, file, ...args) => run(ptkld, ['backup', '--data', server.data, '-o', file, ...args]);
const restore = (file, data, ...args) => run(ptkld, ['restore', file, '--data', data, ...args]);

/** Runs SQL in a database file, like a process with write access to it. */
function sql(file, script) {
  const done = spawnSync('/usr/bin/python3', ['-c',
    'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()', file, script]);
  assert.equal(done.status, 0, done.stderr.toString());
}

/** Creates a data folder that contains only the server's master key. */
function folderWithKey(server) {
  const data = join(makeFolder('restored'), 'data');
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(join(server.data, 'master.key'), join(data, 'master.key'));
  return data;
}

/** Starts a server over that folder, with the users of `server`. */
async function serveFrom(server, data) {
  const other = new Server(makeFolder('from-backup'), { data });
  mkdirSync(other.config, { mode: 0o700 });
  other.owner = server.owner;
  await other.serve(...publicUrl);
  await other.login();
  return other;
}

/** Creates API users over 8 connections until stop(); `names` are the acknowledged ones. */
function writeLoad(server, token) {
  const load = { names: [] };
  let stopped = false;
  const loops = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; !stopped; n += 1) {
      const username = `load-${writer}-${n}`;
      const answer = await server.api('POST', '/api-users', { token, body: { username } });
      assert.equal(answer.status, 201, answer.body);
      load.names.push(username);
    }
  });
  load.stop = async () => { stopped = true; await Promise.all(loops); };
  return load;
}

async function isActive(server, token) {
  const { username, secret } = server.owner;
  const answer = await server.oauth2('introspect', { token, client_id: username, client_secret: secret });
  assert.equal(answer.status, 200, answer.body);
  return json(answer).active;
}

describe('a backup of a running server', () => {
  let server;
  let bot;
  let old;
  let tokens;
  const file = join(makeFolder('backup'), 'ptkl.backup');

  before(async () => {
    server = await startServer('backed-up', ...publicUrl);
    bot = await server.createApiUser('bot');
    old = await server.createApiUser('old');
    await createUser(server, 'ada@example.com');
    tokens = { bot: await server.token(bot), old: await server.token(old), revoked: await server.token(bot) };
    assert.equal((await server.oauth2('revoke', { token: tokens.revoked })).status, 200);
    assert.equal((await server.ptkl(['api-users', 'revoke-secret', '-u', 'old'])).code, 0);
  });

  it('contains every change acknowledged before it started, and can be used elsewhere', async () => {
    const token = await server.token(server.owner);
    const load = writeLoad(server, token);
    await waitFor('changes', () => load.names.length > 200);
    const { before, done } = await waitFor('a backup with a write during it', async () => {
      const names = [...load.names];
      const made = await backUp(server, file, '-f', 'json', '--force');
      return load.names.length > names.length && { before: names, done: made };
    });
    await load.stop();
    assert.equal(done.code, 0, done.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const made = JSON.parse(done.stdout);
    assert.deepEqual([made.file, made.bytes, made.projects], [file, statSync(file).size, 1]);
    assert.match(done.stderr, /master\.key/);
    const late = await server.createApiUser('late');
    tokens.late = await server.token(late);

    const data = folderWithKey(server);
    const restored = await restore(file, data, '-f', 'json');
    assert.equal(restored.code, 0, restored.stderr);
    assert.deepEqual(readdirSync(data).sort(), ['master.key', 'ptkl.db']);
    assert.equal(statSync(join(data, 'ptkl.db')).mode & 0o777, 0o600);
    const other = await serveFrom(server, data);
    const kept = new Set((await other.ptklJson(['api-users', 'list'])).map(({ username }) => username));
    assert.deepEqual(before.filter((name) => !kept.has(name)), []);
    assert.ok(!kept.has('late'));
    assert.equal(await isActive(other, tokens.bot), true);
    for (const name of ['old', 'revoked', 'late']) assert.equal(await isActive(other, tokens[name]), false, name);
    await other.token(bot);
    assert.equal((await other.requestToken({ client_id: 'old', client_secret: old.secret })).status, 401);
    assert.equal((await logIn(other, 'ada@example.com')).status, 201);
    const verified = await other.ptklJson(['audit', 'verify']);
    assert.equal(verified.whole, true);
    assert.ok(JSON.parse(restored.stdout).audit_events >= before.length);
    await other.stop();
  });

  it('replaces an existing file only with --force', async () => {
    const content = readFileSync(file);
    const done = await backUp(server, file);
    assert.deepEqual([done.code, done.stdout], [6, '']);
    assert.deepEqual(readFileSync(file), content);
    const forced = await backUp(server, file, '--force', '-q');
    assert.deepEqual([forced.code, forced.stdout], [0, `${file}\n`]);
  });

  it('never replaces the database, its log or the master key', async () => {
    const links = makeFolder('links');
    symlinkSync(server.data, join(links, 'folder'));
    symlinkSync(join(server.data, 'ptkl.db'), join(links, 'soft'));
    symlinkSync(join(server.data, 'master.key'), join(links, 'key'));
    linkSync(join(server.data, 'ptkl.db'), join(links, 'hard'));
    const inData = ['ptkl.db', 'ptkl.db-wal', 'ptkl.db-shm', 'ptkl.db-journal', 'master.key'];
    const all = () => inData.map((name) => statSync(join(server.data, name), { throwIfNoEntry: false })?.ino);
    const before = all();
    for (const bad of [...inData.map((name) => join(server.data, name)), join(links, 'folder', 'ptkl.db-journal'),
      ...['soft', 'key', 'hard'].map((name) => join(links, name))]) {
      const done = await backUp(server, bad, '--force');
      assert.deepEqual([bad, done.code, done.stdout], [bad, 2, ''], done.stderr);
      assert.match(done.stderr, /belongs to the database|is the master key/);
    }
    assert.deepEqual(all(), before);
    assert.deepEqual(readdirSync(links).sort(), ['folder', 'hard', 'key', 'soft']);
  });

  it('leaves no file if it cannot be written', async (t) => {
    const nowhere = await backUp(server, join(makeFolder('nowhere'), 'missing', 'file'));
    assert.equal(nowhere.code, 1, nowhere.stderr);
    const disk = mountTmpfs(t, '64k');
    if (!disk) return;
    const full = await backUp(server, join(disk, 'file'));
    assert.equal(full.code, 8, full.stderr);
    assert.match(full.stderr, /full/);
    assert.deepEqual(readdirSync(disk), []);
  });

  it('leaves no file if it is interrupted', async () => {
    const folder = makeFolder('interrupted');
    const data = folderWithKey(server);
    copyFileSync(file, join(data, 'ptkl.db'));
    // An exclusive lock on the database makes the backup wait.
    const { child: holder } = start('/usr/bin/python3', ['-c',
      'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);'
      + 'c.execute("PRAGMA locking_mode = EXCLUSIVE"); c.execute("BEGIN EXCLUSIVE");'
      + 'print("held", flush=True); sys.stdin.read()', join(data, 'ptkl.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => { holder.stdout.once('data', resolve); });
      const backing = start(ptkld, ['backup', '--data', data, '-o', join(folder, 'file')]);
      await waitFor('the temporary file', () => readdirSync(folder).length === 1);
      backing.child.kill('SIGINT');
      assert.equal((await backing.finished).code, 130);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('fails if there is no database, and names its path', async () => {
    const done = await run(ptkld, ['backup', '--data', makeFolder('empty'), '-o', join(makeFolder('none'), 'file')]);
    assert.equal(done.code, 3, done.stderr);
  });
});

describe('restore', () => {
  let server;
  const folder = makeFolder('restore');
  const file = join(folder, 'ptkl.backup');

  before(async () => {
    server = await startServer('to-restore', ...publicUrl);
    for (let n = 0; n < 50; n += 1) {
      const answer = await server.api('POST', '/api-users',
        { token: server.observer ??= await server.token(server.owner), body: { username: `user-${n}` } });
      assert.equal(answer.status, 201);
    }
    assert.equal((await backUp(server, file)).code, 0);
  });

  function variant(name, change) {
    const other = join(folder, name);
    copyFileSync(file, other);
    change(other);
    return other;
  }

  it('rejects damaged files and other databases, and leaves no file', async () => {
    const damaged = (other) => {
      const bytes = readFileSync(other);
      bytes.fill(0x7f, bytes.length / 2, bytes.length / 2 + 4096);
      writeFileSync(other, bytes);
    };
    const rows = [
      ['missing', join(folder, 'missing'), 3],
      ['a folder', folder, 2],
      ['a text', variant('text', (other) => writeFileSync(other, 'SQLite format 3')), 2],
      ['empty', variant('empty', (other) => writeFileSync(other, '')), 2],
      ['cut off', variant('cut', (other) => truncateSync(other, statSync(other).size - 4096)), 2],
      ['nothing but its beginning', variant('head', (other) => truncateSync(other, 100)), 2],
      ['damaged', variant('damaged', damaged), 2],
      ['another database', variant('foreign', (other) => sql(other, 'DROP TABLE settings')), 2],
      ['of a newer program',
        variant('newer', (other) => sql(other, "INSERT INTO schema_migrations VALUES (9999, 'later')")), 2],
      ['with a changed event',
        variant('changed', (other) => sql(other, "UPDATE audit_events SET actor_name = 'x' WHERE number = 7")), 2],
      ['without its last events',
        variant('short', (other) => sql(other, 'DELETE FROM audit_events WHERE number = 7')), 2],
      ['with an open log', variant('open', (other) => writeFileSync(`${other}-wal`, 'x')), 2],
    ];
    for (const [what, bad, code] of rows) {
      const data = folderWithKey(server);
      const done = await restore(bad, data);
      assert.deepEqual([what, done.code, done.stdout], [what, code, ''], done.stderr);
      assert.deepEqual(readdirSync(data), ['master.key'], what);
    }
  });

  it('rejects a backup of another master key, and a missing master key', async () => {
    const other = await new Server(makeFolder('other-key')).init();
    const data = join(makeFolder('wrong-key'), 'data');
    mkdirSync(data, { mode: 0o700 });
    const without = await restore(file, data);
    assert.equal(without.code, 3, without.stderr);
    copyFileSync(join(other.data, 'master.key'), join(data, 'master.key'));
    const done = await restore(file, data);
    assert.equal(done.code, 2, done.stderr);
    assert.match(done.stderr, /another master key/);
    assert.deepEqual(readdirSync(data), ['master.key']);
  });

  it('keeps an existing database without --force, and a database in use even with it', async () => {
    const before = readdirSync(server.data).sort();
    assert.equal((await restore(file, server.data)).code, 6);
    const forced = await restore(file, server.data, '--force');
    assert.equal(forced.code, 6, forced.stderr);
    assert.match(forced.stderr, /in use/);
    assert.deepEqual(readdirSync(server.data).sort(), before);
    assert.equal((await server.ptkl(['whoami'])).code, 0);
  });

  it('moves an existing database aside with --force, also an unreadable one', async () => {
    const data = folderWithKey(server);
    writeFileSync(join(data, 'ptkl.db'), 'damaged');
    writeFileSync(join(data, 'ptkl.db-wal'), 'its log');
    const done = await restore(file, data, '--force', '-f', 'json');
    assert.equal(done.code, 0, done.stderr);
    const { replaced } = JSON.parse(done.stdout);
    assert.equal(readFileSync(join(replaced, 'ptkl.db'), 'utf8'), 'damaged');
    assert.equal(readFileSync(join(replaced, 'ptkl.db-wal'), 'utf8'), 'its log');
    assert.ok(!existsSync(join(data, 'ptkl.db-wal')));
    const other = await serveFrom(server, data);
    assert.equal((await other.ptklJson(['api-users', 'list'])).length, 51);
    await other.stop();
  });

  it('leaves no file on a full disk', async (t) => {
    const disk = mountTmpfs(t, '128k');
    if (!disk) return;
    copyFileSync(join(server.data, 'master.key'), join(disk, 'master.key'));
    const done = await restore(file, disk);
    assert.equal(done.code, 1, done.stderr);
    assert.match(done.stderr, /No space/);
    assert.deepEqual(readdirSync(disk), ['master.key']);
  });

  it('makes valid again what was revoked after the backup, and nothing else', async () => {
    const bot = await server.createApiUser('revoked-later');
    const token = await server.token(bot);
    const earlier = join(folder, 'earlier');
    assert.equal((await backUp(server, earlier)).code, 0);
    assert.equal((await server.ptkl(['api-users', 'revoke-secret', '-u', 'revoked-later'])).code, 0);
    const newer = await server.createSecret('revoked-later');
    const newToken = await server.token({ username: 'revoked-later', secret: newer.secret });
    const data = folderWithKey(server);
    assert.equal((await restore(earlier, data)).code, 0);
    const other = await serveFrom(server, data);
    assert.equal(await isActive(other, token), true);
    assert.equal(await isActive(other, newToken), false);
    await other.token(bot);
    const lost = await other.requestToken({ client_id: 'revoked-later', client_secret: newer.secret });
    assert.equal(lost.status, 401);
    await other.stop();
  });
});

it('a token from after a change with many holders is invalid after a restore, and stays so', async () => {
  const server = await startServer('restored-generation', ...publicUrl);
  const manage = async (method, path, body) => {
    const answer = await server.api(method, path, { token: await server.token(server.owner), body });
    assert.ok(answer.status < 300, answer.body);
    return answer.body ? json(answer) : undefined;
  };
  const narrow = async (role) => {
    const { pending_status_updates: pending } = await manage('PATCH', `/roles/${role}`, { permissions: ['a.read'] });
    assert.equal(pending, 302);
    await waitFor('the status lists', async () => (await manage('GET', '/pending-status-updates')).items.length === 0, 60_000);
  };
  const { uuid: role } = await manage('POST', '/roles', { name: 'many', permissions: ['a.read', 'a.write'] });
  const [revoked, narrowed] = [await server.createApiUser('revoked', ['many']), await server.createApiUser('narrowed', ['many'])];
  const { uuid } = await server.ptklJson(['api-users', 'get', '-u', 'narrowed']);
  addApiUsers(server.database, { project: projectId(server.database), name: 'f', after: uuid, count: 300, holders: 300, roles: [role] });
  const file = join(server.folder, 'ptkl.backup');
  assert.equal((await backUp(server, file)).code, 0);

  await narrow(role);
  const tokens = [await server.token(revoked), await server.token(narrowed)];
  for (const token of tokens) assert.equal(await isActive(server, token), true);
  await server.stop();
  assert.equal((await restore(file, server.data, '--force')).code, 0);
  await server.serve(...publicUrl);
  await server.login();
  const check = async () => {
    for (const token of tokens) assert.equal(await isActive(server, token), false);
  };
  await check();
  assert.equal((await server.ptkl(['api-users', 'revoke-secret', '-u', 'revoked'])).code, 0);
  await check();
  await narrow(role);
  await check();
  assert.equal(await isActive(server, await server.token(narrowed)), true);
});
