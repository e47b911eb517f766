// ptkld from start to stop: configuration, drain, crash, full disk, and when data is stored.
import assert from 'node:assert/strict';
import {
  chmodSync, copyFileSync, cpSync, existsSync, readFileSync, readdirSync, statSync, unlinkSync, writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { onlySqlite } from './support/database.mjs';
import { makeFolder } from './support/folders.mjs';
import { ptkld, run, start } from './support/programs.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { Server, exchange, json, startServer } from './support/server.mjs';
import { mountTmpfs } from './support/tmpfs.mjs';
import { waitFor } from './support/wait.mjs';

describe('init', () => {
  it('creates files that only their owner can read, and does not run twice', async () => {
    const server = await new Server(makeFolder('init')).init();
    assert.deepEqual(Object.keys(server.owner).sort(), ['issuer', 'project', 'secret', 'username', 'uuid']);
    assert.equal(statSync(server.data).mode & 0o077, 0);
    const before = readdirSync(server.data);
    const again = await run(ptkld, ['init', '--data', server.data, '--project', 'acme'],
      { env: server.environment });
    assert.equal(again.code, 6, again.stderr);
    assert.equal(again.stdout, '');
    assert.deepEqual(readdirSync(server.data), before);
  });

  it('prints only the secret with --quiet, and writes it to the file of --output', async () => {
    const folder = makeFolder('init-quiet');
    const server = new Server(folder);
    server.database.make();
    const done = await run(ptkld, ['init', '--data', server.data, '--project', 'acme', '-q', '-o',
      join(folder, 'secret')], { env: server.environment });
    assert.deepEqual([done.code, done.stdout], [0, '']);
    assert.match(readFileSync(join(folder, 'secret'), 'utf8'), /^ptkl_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}\n$/);
    assert.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600);
  });

  it('and project create replace no file without --force, and create nothing then', async () => {
    const folder = makeFolder('init-output');
    const file = join(folder, 'owner.secret');
    writeFileSync(file, 'the only copy of another secret\n');
    const server = new Server(folder);
    server.database.make();
    const init = (...more) => run(ptkld, ['init', '--data', server.data, '--project', 'acme', '-q', ...more],
      { env: server.environment });
    const create = (...more) => run(ptkld, ['project', 'create', 'beta', '--data', server.data, '-q', ...more],
      { env: server.environment });
    const isRefused = async (make) => {
      const done = await make('-o', file);
      assert.deepEqual([done.code, done.stdout], [6, ''], done.stderr);
      assert.match(done.stderr, /^ptkld: the file .* already exists\nhint: .*--output.*--force/);
      assert.equal(readFileSync(file, 'utf8'), 'the only copy of another secret\n');
      const alone = await make('--force');
      assert.deepEqual([alone.code, alone.stdout], [2, '']);
      assert.match(alone.stderr, /^ptkld: --force: requires --output/);
    };
    const replaces = async (make) => {
      const done = await make('--force', '-o', file);
      assert.deepEqual([done.code, done.stdout], [0, ''], done.stderr);
      assert.match(readFileSync(file, 'utf8'), /^ptkl_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}\n$/);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      writeFileSync(file, 'the only copy of another secret\n');
    };
    await isRefused(init);
    assert.ok(!existsSync(server.data), 'the data folder was made');
    await replaces(init);
    await isRefused(create);
    await replaces(create);
  });

  it('rejects a malformed project name', async () => {
    for (const name of ['', 'Acme', 'a_b', '-a', 'a'.repeat(64)]) {
      const { code } = await run(ptkld, ['init', '--data', join(makeFolder('init-bad'), 'data'), '--project', name]);
      assert.equal(code, 2, name);
    }
  });
});

describe('serve', () => {
  it('does not start without data, or with another master key', async () => {
    assert.notEqual((await run(ptkld, ['serve', '--data', join(makeFolder('no-data'), 'data')])).code, 0);
    const [one, two] = await Promise.all(['one', 'two'].map((name) => new Server(makeFolder(name)).init()));
    const keyOf = (server) => readdirSync(server.data).find((name) => /key/.test(name));
    cpSync(join(two.data, keyOf(two)), join(one.data, keyOf(one)));
    const done = await run(ptkld, ['serve', '--data', one.data, '--listen', '127.0.0.1:0'],
      { env: one.environment });
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /master key/);
    assert.equal(done.stdout, '');
  });

  it('does not start with a master key that other users can read', async () => {
    const server = await new Server(makeFolder('open-key')).init();
    chmodSync(join(server.data, readdirSync(server.data).find((name) => /key/.test(name))), 0o644);
    const done = await run(ptkld, ['serve', '--data', server.data, '--listen', '127.0.0.1:0'],
      { env: server.environment });
    assert.notEqual(done.code, 0);
  });

  it('accepts plain HTTP only on loopback', async () => {
    const server = await new Server(makeFolder('plain')).init();
    const done = await run(ptkld, ['serve', '--data', server.data, '--listen', '0.0.0.0:0'],
      { env: server.environment });
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /TLS|plain/i);
  });

  it('reports a port that is in use', async () => {
    const server = await startServer('taken');
    const other = await new Server(makeFolder('taken-2')).init();
    const done = await run(ptkld, ['serve', '--data', other.data, '--listen', new URL(server.url).host],
      { env: other.environment });
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /in use/i);
  });
});

describe('config check', () => {
  it('reports all faults together, with their locations', async () => {
    const file = join(makeFolder('config'), 'ptkld.toml');
    writeFileSync(file, 'listen = "nowhere"\nlog_level = "loud"\nno_such_setting = 1\n');
    const done = await run(ptkld, ['config', 'check', '--config', file]);
    assert.equal(done.code, 2, done.stderr);
    const text = done.stdout + done.stderr;
    for (const [line, word] of [[1, 'listen'], [2, 'log_level'], [3, 'no_such_setting']]) {
      assert.match(text, new RegExp(`ptkld\\.toml:${line}.*${word}`), text);
    }
  });

  it('names an invalid environment variable', async () => {
    const done = await run(ptkld, ['config', 'check'], { env: { PTKLD_LOG_LEVEL: 'loud' } });
    assert.equal(done.code, 2);
    assert.match(done.stdout + done.stderr, /PTKLD_LOG_LEVEL/);
  });

  it('reports the location of a syntax error of TOML', async () => {
    const file = join(makeFolder('config-toml'), 'ptkld.toml');
    writeFileSync(file, 'listen = "127.0.0.1:0"\nlog_level = \n');
    const done = await run(ptkld, ['config', 'check', '--config', file]);
    assert.equal(done.code, 2);
    assert.match(done.stdout + done.stderr, /ptkld\.toml:2/);
  });

  it('accepts a valid configuration', async () => {
    const file = join(makeFolder('config-good'), 'ptkld.toml');
    writeFileSync(file, 'listen = "127.0.0.1:0"\nlog_level = "debug"\n');
    assert.equal((await run(ptkld, ['config', 'check', '--config', file])).code, 0);
  });
});

const tokenForm = (username, secret) =>
  `grant_type=client_credentials&client_id=${username}&client_secret=${secret}`;
const headersOf = (body) =>
  ({ 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length });

/** Requests tokens over 16 keep-alive connections until stop(); counts the complete responses. */
function loadOf(server, { username, secret }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const body = tokenForm(username, secret);
  const load = { answered: 0 };
  let stopped = false;
  const once = () => new Promise((resolve) => {
    const sent = request(`${server.issuer}/oauth2/token`, {
      method: 'POST', agent, headers: headersOf(body),
    }, (answer) => {
      answer.resume().on('error', resolve).on('end', () => { load.answered += 1; resolve(); });
    });
    sent.on('error', resolve).end(body); // which it is when the server closes a connection that is idle
  });
  const loops = Array.from({ length: 16 }, async () => { while (!stopped) await once(); });
  load.stop = async () => { stopped = true; await Promise.all(loops); agent.destroy(); };
  return load;
}

/** The number of token requests that the server has completed, from its log. */
function countTaken(serve) {
  return serve.stderr.split('\n').filter((line) => line.includes('"route":"/projects/{project}/oauth2/token"')).length;
}

describe('a running server', () => {
  let server;
  let user;
  before(async () => {
    server = await startServer('lifecycle', '--log-level', 'debug');
    user = await server.createApiUser('ci-bot');
  });

  async function restart() {
    await server.serve('--log-level', 'debug');
    await server.login();
  }

  it('drains on SIGTERM: under load it responds to every accepted request', async () => {
    const before = countTaken(server.process);
    const load = loadOf(server, user);
    try {
      await waitFor('load', () => load.answered > 200);
      await server.stop();
    } finally {
      await load.stop();
    }
    assert.equal(load.answered, countTaken(server.process) - before);
    await restart();
  });

  it('responds to a request that was in progress when SIGTERM arrived', async () => {
    const agent = new Agent({ keepAlive: true });
    const body = tokenForm('ci-bot', user.secret);
    const answer = new Promise((resolve, reject) => {
      const sent = request(`${server.issuer}/oauth2/token`, {
        method: 'POST', agent, headers: headersOf(body),
      }, resolve).on('error', reject);
      sent.flushHeaders();
      sent.on('socket', (socket) => socket.once('connect', async () => {
        sent.write(body.slice(0, 10));
        // The server has accepted the request once it has responded to a later one on another connection.
        await exchange(`${server.url}/healthz`, 'GET');
        server.process.child.kill('SIGTERM');
        await waitFor('the end of accepting', () => fetch(`${server.url}/healthz`).then(() => false, () => true));
        sent.end(body.slice(10));
      }));
    });
    const { statusCode, headers, ...response } = await answer;
    assert.equal(statusCode, 200);
    assert.equal(headers.connection, 'close');
    response.resume?.();
    agent.destroy();
    await server.process.finished;
    await restart();
  });

  it('keeps acknowledged changes when it is killed by SIGKILL', async () => {
    const acknowledged = [];
    const token = await server.token(server.owner);
    const writing = Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 1000; n += 1) {
        const username = `crash-${writer}-${n}`;
        const answer = await server.api('POST', '/api-users', { token, body: { username } }).catch(() => null);
        if (!answer) return;
        assert.equal(answer.status, 201, answer.body);
        acknowledged.push(username);
      }
    }));
    await waitFor('changes', () => acknowledged.length > 40);
    await server.kill();
    await writing;
    await restart();
    const kept = new Set((await server.ptklJson(['api-users', 'list'])).map(({ username }) => username));
    assert.deepEqual(acknowledged.filter((username) => !kept.has(username)), []);
    await server.token(user);
  });

  it('shows the last successful use', async () => {
    const secret = await server.createSecret('ci-bot');
    await server.requestToken({ client_id: 'owner', client_secret: secret.secret });
    const used = async () => (await server.ptklJson(['api-users', 'get', '-u', 'ci-bot'])).secrets
      .find(({ id }) => id === secret.secret_id);
    await server.token({ username: 'ci-bot', secret: secret.secret });
    const shown = await waitFor('the last use', async () => {
      const found = await used();
      return found.last_used_at && found;
    }, 20_000);
    assert.equal(shown.last_used_from, '127.0.0.1');
  });

  it('does not count a rejected attempt as a use', async () => {
    const made = await server.createApiUser('unused');
    await server.requestToken({ client_id: 'owner', client_secret: made.secret });
    await server.stop(); // which writes all uses
    await restart();
    assert.equal((await server.ptklJson(['api-users', 'get', '-u', 'unused'])).last_used_at, null);
  });

  it('stores the last use when it stops', async () => {
    const made = await server.createApiUser('used');
    await server.token(made);
    await server.stop();
    await restart();
    assert.notEqual((await server.ptklJson(['api-users', 'get', '-u', 'used'])).last_used_at, null);
  });

  it('logs one JSON object per line, with the id of the request', async () => {
    const { headers } = await server.api('GET', '/whoami');
    const id = headers.get('x-request-id');
    const lines = await waitFor('the log', () => server.process.stderr.includes(id) &&
      server.process.stderr.trimEnd().split('\n').map((line) => JSON.parse(line)));
    const line = lines.find(({ request_id: found }) => found === id);
    assert.equal(line.status, 401);
    for (const { time, level, message } of lines) assert.ok(time && level && message);
  });

  it('counts tokens and requests in its metrics', async () => {
    const read = async () => (await exchange(`${server.url}/metrics`, 'GET')).body;
    const tokens = (text) => Number(/^ptkl_token_requests_total\{outcome="issued"\} (\d+)$/m.exec(text)?.[1]);
    await server.token(await server.createSecret('ci-bot').then((made) => ({ ...made, username: 'ci-bot' })));
    const before = tokens(await read());
    assert.ok(before >= 1);
    await server.token(await server.createSecret('ci-bot'));
    assert.equal(tokens(await read()), before + 1);
    assert.match(await read(), /^process_resident_memory_bytes \d/m);
  });

  it('serves a project that was created while it runs', async () => {
    const owner = await server.addProject('beside');
    assert.equal(typeof await server.token(owner, 'beside'), 'string');
  });
});

describe('a full disk', () => {
  it('causes 503 without a change, is reported by /readyz, and the server recovers', onlySqlite.fullDisk, async (t) => {
    const disk = mountTmpfs(t, '4m');
    if (!disk) return;
    const server = await new Server(makeFolder('full-disk'), { data: join(disk, 'data') }).init();
    await server.serve();
    await server.login();
    const token = await server.token(server.owner);
    assert.equal((await exchange(`${server.url}/readyz`, 'GET')).status, 200);

    const filler = join(disk, 'filler');
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' });
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
    // The pages of the write-ahead log may have room for a few more changes.
    const acknowledged = [];
    const refused = await waitFor('the first refusal', async () => {
      const username = `full-${acknowledged.length}`;
      const answer = await server.api('POST', '/api-users',
        { token, body: { username, description: 'x'.repeat(200) } });
      if (answer.status === 201) acknowledged.push(username);
      return answer.status !== 201 && answer;
    });
    assert.equal(refused.status, 503, refused.body);
    assert.equal(json(refused).code, 'unavailable');
    await waitFor('readyz to tell', async () => (await exchange(`${server.url}/readyz`, 'GET')).status === 503);
    assert.equal((await exchange(`${server.url}/healthz`, 'GET')).status, 200);
    await server.token(server.owner); // needs no write
    const done = await server.ptkl(['api-users', 'create', '-u', 'by-command']);
    assert.equal(done.code, 8, done.stderr);

    unlinkSync(filler);
    await waitFor('readyz to recover', async () => (await exchange(`${server.url}/readyz`, 'GET')).status === 200);
    const listed = (await server.ptklJson(['api-users', 'list'])).map(({ username }) => username);
    assert.deepEqual(listed, ['owner', ...acknowledged]);
    await server.ptklJson(['api-users', 'create', '-u', 'after']);
    await server.stop();
  });
});

describe('dev', () => {
  it('starts a server and creates a usable profile', async () => {
    const folder = makeFolder('dev');
    const server = new Server(folder);
    server.database.make();
    const env = { ...server.environment, PTKL_CONFIG_DIR: join(folder, 'profiles'), HOME: folder };
    const dev = start(ptkld, ['dev', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0'],
      { env, prefix: ['setpriv', '--pdeathsig', 'KILL'] });
    await waitFor('ptkld dev', () => /listening on/.test(dev.stdout));
    await waitFor('the profile', () => existsSync(join(folder, 'profiles', 'profiles.json')));
    server.profileTokens().forEach((token) => keepSecret(token, 'the token of a profile'));
    const who = await server.ptkl(['whoami', '-f', 'json']);
    assert.equal(who.code, 0, who.stderr);
    assert.equal(JSON.parse(who.stdout).username, 'owner');
    dev.child.kill('SIGTERM');
    assert.equal((await dev.finished).code, 0);
  });

  it('passes no socket to the ptkl that it runs, which would wait for its own response', async (t) => {
    const folder = makeFolder('dev-files');
    const server = new Server(folder);
    server.database.make();
    copyFileSync(ptkld, join(folder, 'ptkld'));
    // Replaces the real ptkl: records the file descriptors that it got.
    writeFileSync(join(folder, 'ptkl'), `#!/bin/sh
for file in /proc/$$/fd/*; do
  [ "\${file##*/}" -le 2 ] || readlink "$file"
done >"$HOME/files.new"
mv "$HOME/files.new" "$HOME/files"
`, { mode: 0o755 });
    const dev = start(join(folder, 'ptkld'), ['dev', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0'],
      { env: { ...server.environment, HOME: folder }, prefix: ['setpriv', '--pdeathsig', 'KILL'] });
    t.after(() => dev.child.kill('SIGKILL'));
    const files = join(folder, 'files');
    await waitFor('ptkl', () => existsSync(files));
    assert.doesNotMatch(readFileSync(files, 'utf8'), /socket:/);
    dev.child.kill('SIGTERM');
    assert.equal((await dev.finished).code, 0);
  });
});
