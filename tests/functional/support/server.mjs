// A ptkld for each test file: new data in a temporary folder, a free port on loopback.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { databaseFor } from './database.mjs';
import { makeFolder } from './folders.mjs';
import { checkAnswer } from './openapi.mjs';
import { killAll, ptkl, ptkld, run, start } from './programs.mjs';
import { countSensitive, findLeaks, keepSecret, shownBy } from './sensitive.mjs';
import { waitFor } from './wait.mjs';

// The kernel ends the server when the process of this test file ends, for whatever reason.
const withParent = ['setpriv', '--pdeathsig', 'KILL'];

/** One HTTP exchange as {status, headers, body}; checks the response against api/openapi.yaml. */
export async function exchange(url, method, { headers = {}, body, checked = true } = {}) {
  const response = await fetch(url, { method, headers, body, redirect: 'manual' });
  const answer = { status: response.status, headers: response.headers, body: await response.text() };
  if (checked) checkAnswer(method, new URL(url).pathname, answer);
  return answer;
}

export const json = (answer) => JSON.parse(answer.body);

const databases = [];

export class Server {
  /**
   * `data` is created by init() or by the test; `environment` applies to every ptkld that this object starts. The
   * database is that of the test run, unless `environment` names another one.
   */
  constructor(folder, { data = join(folder, 'data'), environment = {} } = {}) {
    this.folder = folder;
    this.data = data;
    this.config = join(folder, 'profiles');
    if (!environment.PTKLD_DATABASE) databases.push(this.database = databaseFor(data));
    this.environment = { ...this.database?.environment, ...environment };
    this.project = 'acme';
    this.serves = [];
  }

  async init(project = this.project) {
    this.database?.make();
    const made = await run(ptkld, ['init', '--data', this.data, '--project', project, '-f', 'json'],
      { env: this.environment });
    assert.equal(made.code, 0, made.stderr);
    this.owner = JSON.parse(made.stdout);
    shownBy(made, this.owner.secret, 'the secret of owner');
    return this;
  }

  /** Adds a project to the same data; returns the same as init(). */
  async addProject(name, ...flags) {
    const made = await run(ptkld, ['project', 'create', name, '--data', this.data, '-f', 'json', ...flags],
      { env: this.environment });
    assert.equal(made.code, 0, made.stderr);
    const owner = JSON.parse(made.stdout);
    shownBy(made, owner.secret, `the secret of ${name}'s owner`);
    return owner;
  }

  async serve(...args) {
    this.process = start(ptkld, ['serve', '--data', this.data, '--listen', '127.0.0.1:0', ...args],
      { env: this.environment, prefix: withParent });
    this.serves.push(this.process);
    const ended = this.process.finished.then(({ stderr }) => { throw new Error(`ptkld ended: ${stderr}`); });
    ended.catch(() => {});
    this.url = await Promise.race([ended, waitFor('ptkld to listen',
      () => /^listening on (https?:\S+)\n/.exec(this.process.stdout)?.[1], 20_000)]);
    this.issuer = `${this.url}/projects/${this.project}`;
    return this;
  }

  get isRunning() {
    return this.process !== undefined && this.process.child.exitCode === null && this.process.child.signalCode === null;
  }

  get log() { return this.serves.map((serve) => serve.stderr).join(''); }

  /** Stops it with SIGTERM; it must exit with code 0. */
  async stop() {
    this.process.child.kill('SIGTERM');
    const { code, signal, stderr } = await this.process.finished;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
  }

  async kill() {
    this.process.child.kill('SIGKILL');
    await this.process.finished;
  }

  /** Runs ptkl with this server's folder of profiles; `env` and `input` as in run(). */
  ptkl(args, { env = {}, ...options } = {}) {
    return run(ptkl, args, { env: { PTKL_CONFIG_DIR: this.config, ...env }, ...options });
  }

  /** As ptkl(), for commands that must succeed; returns the parsed JSON. */
  async ptklJson(args, options) {
    const done = await this.ptkl([...args, '-f', 'json'], options);
    assert.equal(done.code, 0, `${args.join(' ')}: ${done.stderr}`);
    return JSON.parse(done.stdout);
  }

  /** The environment in which ptkl needs no profile, as in a CI job. */
  environmentOf({ username, secret }, project = this.project) {
    return { PTKL_HOST: this.url, PTKL_PROJECT: project, PTKL_USERNAME: username, PTKL_SECRET: secret };
  }

  /** Stores a profile for that user, by default the owner; replaces a profile of that name. */
  async login(user = this.owner, name = 'test', project = this.project) {
    await this.ptkl(['profile', 'delete', name]);
    const done = await this.ptkl(['profile', 'new', '-n', name, '-h', this.url, '-P', project,
      '-u', user.username, '-p', '-'], { input: `${user.secret}\n` });
    assert.equal(done.code, 0, done.stderr);
    return done;
  }

  /** Creates an API user with a secret: {uuid, username, secret, secret_id}. */
  async createApiUser(username, roles = []) {
    const flags = roles.length > 0 ? ['-r', ...roles] : [];
    await this.ptklJson(['api-users', 'create', '-u', username, ...flags]);
    return this.createSecret(username);
  }

  async createSecret(username, ...flags) {
    const done = await this.ptkl(['api-users', 'new-secret', '-u', username, ...flags, '-f', 'json']);
    assert.equal(done.code, 0, done.stderr);
    const made = JSON.parse(done.stdout);
    shownBy(done, made.secret, `a secret of ${username}`);
    return made;
  }

  /** Requests a token over HTTP. */
  async token({ username, secret }, project = this.project) {
    const answer = await this.requestToken({ client_id: username, client_secret: secret }, project);
    assert.equal(answer.status, 200, answer.body);
    return keepSecret(json(answer).access_token, `a token of ${username}`);
  }

  /** The response of the token endpoint to these parameters. */
  requestToken(parameters, project = this.project, headers = {}) {
    return exchange(`${this.url}/projects/${project}/oauth2/token`, 'POST', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString(),
    });
  }

  /** The response of /oauth2/introspect or /oauth2/revoke to these parameters. */
  oauth2(endpoint, parameters, { project = this.project, headers = {} } = {}) {
    return exchange(`${this.url}/projects/${project}/oauth2/${endpoint}`, 'POST', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(parameters).toString(),
    });
  }

  /** One call of the API below /v1 as `token`'s owner. */
  api(method, path, { token, body, headers = {}, project = this.project } = {}) {
    const sent = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const text = sent ? body : JSON.stringify(body);
    return exchange(`${this.url}/v1/projects/${project}${path}`, method, {
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: text,
    });
  }

  /** The state that changes can be seen in: API users with their secrets, and roles. */
  async state() {
    this.observer ??= await this.token(this.owner);
    const lists = await Promise.all(['/api-users', '/roles']
      .map((path) => this.api('GET', `${path}?limit=1000`, { token: this.observer })));
    const timeless = (key, value) => (key.startsWith('last_used') ? undefined : value);
    return JSON.stringify(lists.map((answer) => {
      assert.equal(answer.status, 200, answer.body);
      return json(answer).items;
    }), timeless);
  }

  /** The sensitive values that a file may contain: tokens in profiles.json, the master key in its own file. */
  allowedIn(file) {
    if (this.masterKeyFile === file) return [readFileSync(file, 'utf8').trim()];
    return file === join(this.config, 'profiles.json') ? this.profileTokens() : [];
  }

  /** All leaks of sensitive values of this server. */
  leaks() {
    return findLeaks([this.folder], (file) => this.allowedIn(file), { 'the database': this.database?.dump() ?? '' });
  }

  profileTokens() {
    try {
      const text = readFileSync(join(this.config, 'profiles.json'), 'utf8');
      return [...text.matchAll(/"(ey[\w-]+\.[\w-]+\.[\w-]+)"/g)].map(([, token]) => token);
    } catch {
      return [];
    }
  }
}

const ready = [];

/** Starts a server with a project and a profile of its owner. */
export async function startServer(name, ...args) {
  const server = new Server(makeFolder(name));
  ready.push(server);
  mkdirSync(server.config, { mode: 0o700 });
  await server.init();
  await server.serve(...args);
  await server.login();
  return server;
}

// When a test file ends, its servers are stopped, and none of its sensitive values may have leaked.
after(async () => {
  try {
    for (const server of ready) {
      if (server.isRunning) await server.stop();
      server.profileTokens().forEach((token) => keepSecret(token, 'the token of a profile'));
      assert.ok(countSensitive() > 0, 'there is nothing to look for');
      assert.deepEqual(server.leaks(), []);
    }
  } finally {
    // What a failed test has not stopped would keep this process alive.
    killAll();
    databases.forEach((database) => database.drop());
  }
});
