// PostgreSQL servers for one test, to be killed, promoted and stopped: on free ports of loopback, in temporary
// folders, removed when the test file ends, for whatever reason. Tests that only need a database use the cluster of
// the test run instead.
//
// They run with fsync=off: data written by a process that is killed with SIGKILL stays in the kernel's page cache, so
// fsync would make no difference. It would only matter if the machine crashed.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync, chownSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { makeFolder } from './folders.mjs';
import { run, start } from './programs.mjs';
import { keepSecret } from './sensitive.mjs';
import { waitFor } from './wait.mjs';

/** The folder of the programs of the newest PostgreSQL, or undefined. */
export function findPostgres() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(a) - Number(b)) : [];
  return versions.map((version) => join(root, version, 'bin')).filter((bin) => existsSync(join(bin, 'initdb'))).at(-1);
}

/** Removes `folder` even if this process is killed with SIGKILL, which closes the pipe to the removing process. */
function removeWhenOver(folder) {
  const waiting = spawn('sh', ['-c', 'cat; sleep 1; rm -rf -- "$0"', folder],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  waiting.unref();
  waiting.stdin.unref();
}

const idOf = (flag, name) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);

/** PostgreSQL does not run as root: the user that it runs as instead, and the command prefix for this. */
function findUser() {
  if (userInfo().uid !== 0) return { prefix: [] };
  const name = spawnSync('id', ['postgres']).status === 0 ? 'postgres' : '65534';
  const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
  return { uid, gid, prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'] };
}

const isFree = (port) => new Promise((resolve) => {
  const probe = createServer().once('error', () => resolve(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
});

/** A free port outside of the kernel's ephemeral range, so that it is still free when the server restarts. */
async function freePort() {
  for (;;) {
    const port = 20_000 + randomInt(12_000);
    if (await isFree(port)) return port;
  }
}

function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((other) => {
    try {
      return Number(/^\d+ \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${other}/stat`, 'utf8'))[1]) === pid;
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

const settings = (folder) => `
listen_addresses = '127.0.0.1'
unix_socket_directories = '${folder}'
max_connections = 200
fsync = off
synchronous_commit = on
shared_buffers = 64MB
wal_keep_size = 512MB
log_min_messages = warning
log_min_error_statement = panic
`;

export class Postgres {
  /** Creates an empty cluster and starts it. */
  static async make(name) {
    const server = new Postgres(name);
    server.password = keepSecret(randomBytes(16).toString('hex'), `the password of ${name}`);
    const file = join(server.folder, 'password');
    writeFileSync(file, server.password, { mode: 0o600 });
    server.#own(file);
    await server.#run('initdb', ['--pgdata', server.data, '--username', 'postgres', '--pwfile', file, '--auth',
      'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions']);
    appendFileSync(join(server.data, 'postgresql.conf'), settings(server.folder));
    return server.start();
  }

  /** Creates a streaming replica of `primary`, whose commits wait for it from now on. */
  static async replicaOf(primary, name) {
    const server = new Postgres(name);
    server.password = primary.password;
    await server.#run('pg_basebackup', ['--pgdata', server.data, '--wal-method', 'stream', '--checkpoint', 'fast',
      '--no-sync', '--write-recovery-conf', '--dbname',
      `host=127.0.0.1 port=${primary.port} user=postgres application_name=replica`]);
    appendFileSync(join(server.data, 'postgresql.conf'), `unix_socket_directories = '${server.folder}'\n`);
    await server.start();
    await waitFor('the replica to stream', async () => (await primary.query(
      "SELECT 1 FROM pg_stat_replication WHERE application_name = 'replica' AND state = 'streaming'")) === '1');
    await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'replica'");
    await primary.query('SELECT pg_reload_conf()');
    await waitFor('the replica to be synchronous', async () => (await primary.query(
      "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")) === '1');
    return server;
  }

  constructor(name) {
    this.name = name;
    this.folder = makeFolder(name);
    removeWhenOver(this.folder);
    this.data = join(this.folder, 'data');
    this.user = findUser();
    this.#own(this.folder);
  }

  #own(path) {
    if (this.user.uid !== undefined) chownSync(path, this.user.uid, this.user.gid);
  }

  /** Runs one of PostgreSQL's programs, which must succeed; returns its standard output. */
  async #run(program, args) {
    const done = await run(join(findPostgres(), program), args, {
      prefix: this.user.prefix, env: { PGPASSWORD: this.password }, cwd: this.folder, deadline: 60_000,
    });
    assert.equal(done.code, 0, `${program}: ${done.stderr}`);
    return done.stdout;
  }

  /** Starts it read-only, without following a primary, like a fenced old primary. */
  async startReadOnly() {
    const file = join(this.data, 'standby.signal');
    writeFileSync(file, '');
    this.#own(file);
    return this.start();
  }

  /** Starts it on its previous port, or on a free one. */
  async start() {
    this.port ??= await freePort();
    // The kernel ends it with the test file; without the postmaster, its processes end.
    this.process = start(join(findPostgres(), 'postgres'), ['-D', this.data, '-p', String(this.port)],
      { prefix: [...this.user.prefix, 'setpriv', '--pdeathsig', 'QUIT'], cwd: this.folder });
    await waitFor(`${this.name} to start`, () => {
      assert.equal(this.process.child.exitCode, null, this.process.stderr);
      return this.#status() === 'ready';
    }, 60_000);
    return this;
  }

  /** The state of the server, from the eighth line of postmaster.pid. */
  #status() {
    const file = join(this.data, 'postmaster.pid');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return Number(lines[0]) === this.process.child.pid ? lines[7]?.trim() : undefined;
  }

  /** Runs a statement as the superuser; returns the rows as text. */
  async query(statement) {
    return (await this.#run('psql', ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--host', '127.0.0.1',
      '--port', String(this.port), '--username', 'postgres', '--dbname', 'postgres', '--command', statement])).trim();
  }

  /** Kills all of its processes, as if the machine had failed. */
  async kill() {
    this.#signal('SIGKILL');
    await this.process.finished;
  }

  /** Stops all of its processes, and so its connections, until resume(). */
  pause() { this.#signal('SIGSTOP'); }

  resume() { this.#signal('SIGCONT'); }

  /** Sends a signal to all processes, first to the postmaster, so that it creates no more children. */
  #signal(signal) {
    const { pid } = this.process.child;
    process.kill(pid, 'SIGSTOP');
    const children = childrenOf(pid);
    process.kill(pid, signal);
    for (const child of children) {
      try {
        process.kill(child, signal);
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // it has ended by itself
      }
    }
  }

  /** Stops it like `pg_ctl stop -m fast`. */
  async stop() {
    this.process.child.kill('SIGINT');
    await this.process.finished;
  }

  get isRunning() { return this.process?.child.exitCode === null && this.process.child.signalCode === null; }

  async end() {
    if (!this.isRunning) return;
    this.resume();
    this.process.child.kill('SIGQUIT');
    await this.process.finished;
  }

  /** Promotes a replica to the primary. */
  async promote() {
    await this.#run('pg_ctl', ['promote', '--pgdata', this.data, '--wait']);
  }
}

/** The URL with which ptkld reaches the one of these servers that accepts writes. */
export function urlOf(servers, database = 'postgres') {
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return `postgresql://postgres:${servers[0].password}@${hosts}/${database}?target_session_attrs=read-write`;
}
