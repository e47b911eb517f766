// The database of a ptkld: a SQLite file, or a database in the private PostgreSQL of the test run
// (tests/support/postgres_cluster) if PTKL_TEST_DATABASE=postgresql.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keepSecret } from './sensitive.mjs';

export const isPostgresql = process.env.PTKL_TEST_DATABASE === 'postgresql';

/** Options of it() for tests that only apply to SQLite, with the reason. All others run with both databases. */
export const onlySqlite = Object.fromEntries(Object.entries({
  fullDisk: 'the disk of a PostgreSQL is its administrator\'s: ptkld only sees that it takes no writes',
  bytesAsText: 'PostgreSQL stores nothing as text that is no UTF-8',
}).map(([name, why]) => [name, { skip: isPostgresql && why }]));

/** The SQLite file in `data`, read and changed without the server. */
class SqliteFile {
  environment = {};

  constructor(data) { this.file = join(data, 'ptkl.db'); }

  make() {}

  drop() {}

  /** Runs statements; returns the rows of the last one as text, cells separated by `|`, as psql does. */
  sql(statements) {
    const done = spawnSync('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
rows = []
for statement in sys.argv[2].split(';'):
  rows = db.execute(statement).fetchall() or rows
print('\\n'.join('|'.join('' if cell is None else str(cell) for cell in row) for row in rows))`,
    this.file, statements], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trimEnd();
  }

  /** Runs statements that contain further ones, such as triggers. */
  script(statements) {
    const done = spawnSync('python3', ['-c', `import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None).executescript(sys.stdin.read())`, this.file],
    { input: statements, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  }

  /** Stores a copy for restore(). Requires: the server is stopped. */
  save() { copyFileSync(this.file, `${this.file}.saved`); }

  restore() {
    for (const rest of ['-wal', '-shm']) if (existsSync(this.file + rest)) rmSync(this.file + rest);
    copyFileSync(`${this.file}.saved`, this.file);
  }

  /** The content that is not in files below the server's folder. */
  dump() { return ''; }
}

const programs = { psql: ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-f', '-'], pg_dump: ['--inserts'] };

/** The environment that gives PostgreSQL's programs that URL, hidden from other users of the machine. */
export function clientEnvironment(url) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return { PATH: process.env.PATH, PGHOST: hostname, PGPORT: port, PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password), PGDATABASE: pathname.slice(1) };
}

/** Runs one of PostgreSQL's programs with that URL. */
function runOver(url, program, input) {
  const done = spawnSync(program, programs[program],
    { input, encoding: 'utf8', maxBuffer: 1 << 28, env: clientEnvironment(url) });
  assert.equal(done.status, 0, `${program}: ${done.error ?? done.stderr}`);
  return done.stdout.trimEnd();
}

let count = 0;

/** A database with a role that has no other rights, and a password that URLs have to escape. */
export class PostgresDatabase {
  constructor() {
    const file = process.env.PTKL_TEST_POSTGRESQL;
    assert.ok(file && existsSync(file), 'no PostgreSQL: CONTRIBUTING.md says how to start one');
    this.server = readFileSync(file, 'utf8').trim();
    this.name = `test_${process.pid}_${count += 1}`;
    this.secret = keepSecret(randomBytes(16).toString('hex'), `the password of the database ${this.name}`);
    this.url = this.urlFor(`p@/${this.secret}`);
    this.environment = { PTKLD_DATABASE: this.url };
  }

  urlFor(password) {
    const url = new URL(this.server);
    url.username = this.name;
    url.password = encodeURIComponent(password);
    url.pathname = `/${this.name}`;
    return url.href;
  }

  #server(statements) { return runOver(this.server, 'psql', statements); }

  #copy(from, to) { this.#server(`CREATE DATABASE ${to} OWNER ${this.name} TEMPLATE ${from} ENCODING UTF8 LOCALE 'C';`); }

  make() {
    if (this.made) return;
    this.made = true;
    this.#server(`CREATE ROLE ${this.name} LOGIN PASSWORD 'p@/${this.secret}';`);
    this.#copy('template0', this.name);
  }

  drop() {
    if (!this.made) return;
    this.#server(`DROP DATABASE IF EXISTS ${this.name}_saved; DROP DATABASE ${this.name} WITH (FORCE); DROP ROLE ${this.name};`);
  }

  sql(statements) { return runOver(this.url, 'psql', statements); }

  script(statements) { this.sql(statements); }

  save() {
    this.#server(`DROP DATABASE IF EXISTS ${this.name}_saved;`);
    this.#copy(this.name, `${this.name}_saved`);
  }

  restore() {
    this.#server(`DROP DATABASE ${this.name};`);
    this.#copy(`${this.name}_saved`, this.name);
  }

  dump() { return this.made ? runOver(this.url, 'pg_dump') : ''; }

  /** Ends all connections, and rejects new ones until open() is called. */
  close() {
    this.#server(`ALTER DATABASE ${this.name} WITH ALLOW_CONNECTIONS false;
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.name}';`);
  }

  open() { this.#server(`ALTER DATABASE ${this.name} WITH ALLOW_CONNECTIONS true;`); }
}

/** The database for a server with that data folder. */
export function databaseFor(data) { return isPostgresql ? new PostgresDatabase() : new SqliteFile(data); }
