// While a transaction of another process blocks every change, reads, tokens and the endpoints for operators are
// answered.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientEnvironment, isPostgresql } from './support/database.mjs';
import { start } from './support/programs.mjs';
import { exchange, json, startServer } from './support/server.mjs';
import { isRevoked } from './support/status_list.mjs';
import { waitFor } from './support/wait.mjs';

const kChanges = 40;
const kWorkers = 8;

/** Blocks every change of the project until end(): its row over PostgreSQL, the whole file over SQLite. */
class Blocker {
  static async start(server) {
    const blocker = new Blocker();
    blocker.run = isPostgresql ? blocker.#lockRow(server) : blocker.#lockFile(server);
    await waitFor('the lock', () => {
      assert.equal(blocker.run.child.exitCode, null, blocker.run.stderr);
      return blocker.run.stdout.includes('locked');
    });
    return blocker;
  }

  #lockRow({ database }) {
    const run = start('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1'],
      { env: clientEnvironment(database.url), stdio: ['pipe', 'pipe', 'pipe'] });
    run.child.stdin.write("BEGIN; SELECT 'locked' FROM projects WHERE name = 'acme' FOR UPDATE;\n");
    return run;
  }

  #lockFile({ data }) {
    return start('python3', ['-c', `import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
database.execute('BEGIN IMMEDIATE')
print('locked', flush=True)
sys.stdin.read()`, join(data, 'ptkl.db')], { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async end() {
    this.run.child.stdin.end();
    await this.run.finished;
  }
}

describe('while all workers wait for a transaction', () => {
  let server;
  let token;
  let blocker;
  let changes;
  let answered = 0;

  before(async () => {
    // PostgreSQL: fewer connections than there are threads that write.
    server = await startServer('waiting-changes', '--workers', String(kWorkers),
      ...(isPostgresql ? ['--database-connections', '8', '--database-timeout', '1m'] : []));
    token = await server.token(server.owner);
    blocker = await Blocker.start(server);
    changes = Array.from({ length: kChanges }, async (_, n) => {
      const answer = await server.api('POST', '/api-users', { token, body: { username: `waiting-${n}` } });
      answered += 1;
      return answer;
    });
    await waitFor('all workers to be busy', async () => {
      const { body } = await exchange(`${server.url}/metrics`, 'GET');
      return Number(/^ptkl_http_requests_in_flight (\d+)/m.exec(body)[1]) > kWorkers;
    });
  });

  // Later changes have to wait for all of the earlier ones, and so would reads on the same threads.
  const beforeTheChanges = async (call) => {
    const answer = await call();
    assert.ok(answered < kChanges, 'it was answered after all changes');
    return answer;
  };
  const read = (path) => beforeTheChanges(() => exchange(`${server.url}${path}`, 'GET'));

  for (const path of ['/projects/acme/oauth2/jwks', '/projects/acme/oauth2/status-lists/0', '/metrics', '/healthz',
    '/.well-known/oauth-authorization-server/projects/acme', '/projects/acme/.well-known/openid-configuration']) {
    it(`GET ${path} is answered`, async () => { assert.equal((await read(path)).status, 200); });
  }

  for (const path of ['/api-users', '/roles', '/permissions', '/users', '/keys', '/audit-events', '/whoami']) {
    it(`GET ${path} is answered`, async () => {
      const answer = await beforeTheChanges(() => server.api('GET', path, { token }));
      assert.equal(answer.status, 200, answer.body);
    });
  }

  it('tokens are issued, introspected, and verified offline', async () => {
    const { username, secret } = server.owner;
    const fresh = await beforeTheChanges(() => server.token(server.owner));
    const answer = await beforeTheChanges(() => server.oauth2('introspect',
      { token: fresh, client_id: username, client_secret: secret }));
    assert.equal(json(answer).active, true, answer.body);
    assert.equal(await beforeTheChanges(() => isRevoked(server, fresh)), false);
  });

  // The file of SQLite accepts no writes meanwhile; PostgreSQL commits what does not touch the project.
  it('readiness reports whether the database commits, to any number of callers', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => read('/readyz')));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [isPostgresql ? 200 : 503]);
    assert.equal((await read('/projects/acme/oauth2/status-lists/0')).status, 200);
  });

  it('and after it, changes are answered and the server is ready', async () => {
    await blocker.end();
    // A change that waited for too long was refused.
    for (const { status, body } of await Promise.all(changes)) assert.ok([201, 503].includes(status), body);
    const last = await server.api('POST', '/api-users', { token, body: { username: 'last' } });
    assert.equal(last.status, 201, last.body);
    await waitFor('readiness', async () => (await exchange(`${server.url}/readyz`, 'GET')).status === 200);
  });

  after(() => blocker?.end());
});
