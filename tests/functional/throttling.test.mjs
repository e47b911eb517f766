// Guesses from one address are throttled, and other addresses are not affected.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { exchangeFrom } from './support/from_address.mjs';
import { unknownSecret } from './support/secrets.mjs';
import { keepSecret, shownBy } from './support/sensitive.mjs';
import { json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

// Low limits, so that a failure counts for longer than these tests take on any machine.
const LIMIT = 2;
const PROXY = '127.0.0.9';
let server;

before(async () => {
  server = await startServer('throttling', '--secret-failures-per-minute', String(LIMIT),
    '--trusted-proxies', PROXY);
});

const tokenFrom = (address, secret, headers = {}) =>
  exchangeFrom(address, `${server.issuer}/oauth2/token`, 'POST', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'owner', client_secret: secret }).toString(),
  });

const wrongFrom = (address, headers) => tokenFrom(address, 'wrong', headers);

/** The statuses of `count` wrong secrets, sent concurrently. */
async function burst(address, count, headers) {
  const answers = await Promise.all(Array.from({ length: count }, () => wrongFrom(address, headers)));
  return answers.map(({ status }) => status).sort();
}

async function metric(name) {
  const { body } = await exchangeFrom('127.0.0.1', `${server.url}/metrics`, 'GET');
  const line = body.split('\n').find((one) => one.startsWith(`${name} `));
  assert.ok(line, name);
  return Number(line.slice(name.length + 1));
}

const expected = (refused, throttled) => [...Array(refused).fill(401), ...Array(throttled).fill(429)];

describe('a burst of wrong secrets', () => {
  it('gets 429 and Retry-After above the limit', async () => {
    assert.deepEqual(await burst('127.0.0.2', LIMIT + 20), expected(LIMIT, 20));
    const answer = await wrongFrom('127.0.0.2');
    assert.equal(answer.status, 429);
    assert.equal(json(answer).error, 'invalid_client');
    const wait = Number(answer.headers.get('retry-after'));
    assert.ok(wait >= 1 && wait <= 60 / LIMIT, `${wait}`);
  });

  it('does not affect valid secrets, from that address or others', async () => {
    for (const address of ['127.0.0.2', '127.0.0.3']) {
      const answer = await tokenFrom(address, server.owner.secret);
      assert.equal(answer.status, 200, answer.body);
    }
    assert.equal((await wrongFrom('127.0.0.2')).status, 429);
  });

  it('does not affect the failures of another address', async () => {
    assert.deepEqual(await burst('127.0.0.3', LIMIT), expected(LIMIT, 0));
  });

  it('is counted in the metrics', async () => {
    assert.ok(await metric('ptkl_throttled_attempts_total{kind="client_secret"}') >= 21);
    assert.ok(await metric('ptkl_refused_attempts_total{kind="client_secret",reason="malformed"}') >= LIMIT + 21);
    assert.equal(await metric('ptkl_refused_attempts_total{kind="password",reason="wrong_password"}'), 0);
  });

  it('is exit code 7 of ptkl, which says when to try again', async () => {
    await burst('127.0.0.1', LIMIT);
    const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'owner', '-p', '-'], { input: unknownSecret });
    assert.equal(done.code, 7, done.stderr);
    assert.match(done.stderr, /\nhint: try again in \d+ s/);
  });
});

describe('X-Forwarded-For', () => {
  const named = (...addresses) => ({ 'x-forwarded-for': addresses.join(', ') });

  it('is ignored from an untrusted peer', async () => {
    const statuses = [];
    for (let i = 0; i <= LIMIT; ++i) statuses.push((await wrongFrom('127.0.0.4', named(`192.0.2.${i}`))).status);
    assert.deepEqual(statuses, expected(LIMIT, 1));
  });

  it('of a trusted proxy distinguishes its clients', async () => {
    assert.deepEqual(await burst(PROXY, LIMIT + 1, named('192.0.2.1')), expected(LIMIT, 1));
    assert.deepEqual(await burst(PROXY, LIMIT, named('192.0.2.2')), expected(LIMIT, 0));
  });

  it('is ignored to the left of the entry of the proxy', async () => {
    const statuses = [];
    for (let i = 0; i <= LIMIT; ++i) {
      statuses.push((await wrongFrom(PROXY, named(`198.51.100.${i}`, '192.0.2.3'))).status);
    }
    assert.deepEqual(statuses, expected(LIMIT, 1));
  });

  it('decides the address of the last use of a secret', async () => {
    const { secret } = await server.createApiUser('behind-a-proxy');
    const answer = await exchangeFrom(PROXY, `${server.issuer}/oauth2/token`, 'POST', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...named('192.0.2.77') },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'behind-a-proxy', client_secret: secret }).toString(),
    });
    assert.equal(answer.status, 200, answer.body);
    const from = async () => (await server.ptklJson(['api-users', 'secrets', '-u', 'behind-a-proxy']))[0].last_used_from;
    assert.equal(await waitFor('the use to be written', from, 20_000), '192.0.2.77');
  });
});

const password = keepSecret('seven herons by the lock', 'a password');

const postFrom = (address, url, body) => exchangeFrom(address, url, 'POST',
  { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Creates a user; returns a function that logs in from an address. */
async function createUser(on, email) {
  const done = await on.ptkl(['users', 'invite', '-e', email, '-f', 'json']);
  assert.equal(done.code, 0, done.stderr);
  const token = shownBy(done, new URL(JSON.parse(done.stdout).link).hash.slice(1), `the invitation of ${email}`);
  const accepted = await postFrom('127.0.0.1', `${on.url}/v1/invitations/accept`, { token, password });
  assert.equal(accepted.status, 200, accepted.body);
  return async (address, given) => {
    const answer = await postFrom(address, `${on.url}/v1/projects/acme/sessions`, { email, password: given });
    if (answer.status === 201) keepSecret(json(answer).access_token, `a token of ${email}`);
    return answer;
  };
}

describe('a burst of wrong passwords', () => {
  let throttled;
  let logIn;
  before(async () => {
    throttled = await startServer('guessing', '--password-failures-per-minute', '2');
    logIn = await createUser(throttled, 'alice@example.com');
  });

  it('is not checked above the limit, and other addresses are not affected', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => logIn('127.0.0.2', 'wrong')));
    assert.deepEqual(answers.map(({ status }) => status).sort(), expected(2, 10));
    const late = answers.find(({ status }) => status === 429);
    assert.equal(json(late).code, 'rate_limited');
    assert.ok(Number(late.headers.get('retry-after')) >= 1);
    assert.equal((await logIn('127.0.0.2', password)).status, 429);
    assert.equal((await logIn('127.0.0.3', password)).status, 201);
  });

  it('is exit code 7 of ptkl, which says when to try again', async () => {
    await Promise.all([1, 2].map(() => logIn('127.0.0.1', 'wrong')));
    const done = await throttled.ptkl(['profile', 'new', '-n', 'alice', '-h', throttled.url, '-P', 'acme',
      '-u', 'alice@example.com', '-p', '-'], { input: `${password}\n` });
    assert.equal(done.code, 7, done.stderr);
    assert.match(done.stderr, /\nhint: try again in \d+ s/);
  });

  it('applies to invalid links of an address, too', async () => {
    const accept = (address) => postFrom(address, `${throttled.url}/v1/invitations/accept`, { token: 'x', password });
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept('127.0.0.2')));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [404, 404, 429, 429, 429]);
    assert.equal((await accept('127.0.0.3')).status, 404);
  });
});

it('delays a login from another address only by the hashes in progress', async () => {
  const fair = await startServer('fair', '--password-failures-per-minute', '0', '--longest-password-delay', '0',
    '--password-workers', '1', '--log-level', 'debug');
  const logIn = await createUser(fair, 'bob@example.com');
  const flood = Array.from({ length: 15 }, async () => {
    assert.equal((await logIn('127.0.0.2', 'wrong')).status, 401);
  });
  assert.equal((await logIn('127.0.0.3', password)).status, 201);
  await Promise.all(flood);
  // Judged by the log of the server, so the time of the login does not matter.
  const requests = await waitFor('the log', () => {
    const lines = fair.log.split('\n').filter((line) => line.includes('/sessions"')).map((line) => JSON.parse(line));
    return lines.length === 16 && lines;
  });
  const login = requests.find(({ status }) => status === 201);
  const came = Date.parse(login.time) - login.duration_us / 1000;
  const before = requests.slice(0, requests.indexOf(login)).filter(({ time }) => Date.parse(time) >= came);
  assert.ok(before.length < 5, `${before.length}`);
});

it('is disabled by limits of 0', async () => {
  const open = await startServer('unthrottled', '--secret-failures-per-minute', '0');
  const answers = await Promise.all(Array.from({ length: 100 }, () =>
    open.requestToken({ client_id: 'owner', client_secret: 'wrong' })));
  assert.deepEqual(answers.map(({ status }) => status), expected(100, 0));
});
