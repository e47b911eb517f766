// Who guesses from one address is slowed down there, and nobody else is.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { exchangeFrom } from './support/from_address.mjs';
import { json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const LIMIT = 5;
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

/** Statuses of as many wrong secrets, sent at once. */
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
  it('is answered with 429 and Retry-After beyond the limit', async () => {
    assert.deepEqual(await burst('127.0.0.2', LIMIT + 20), expected(LIMIT, 20));
    const answer = await wrongFrom('127.0.0.2');
    assert.equal(answer.status, 429);
    assert.equal(json(answer).error, 'invalid_client');
    const wait = Number(answer.headers.get('retry-after'));
    assert.ok(wait >= 1 && wait <= 60 / LIMIT, `${wait}`);
  });

  it('keeps no right secret out, from there or elsewhere', async () => {
    for (const address of ['127.0.0.2', '127.0.0.3']) {
      const answer = await tokenFrom(address, server.owner.secret);
      assert.equal(answer.status, 200, answer.body);
    }
    assert.equal((await wrongFrom('127.0.0.2')).status, 429);
  });

  it('changes nothing for the failures of another address', async () => {
    assert.deepEqual(await burst('127.0.0.3', LIMIT), expected(LIMIT, 0));
  });

  it('shows in the metrics', async () => {
    assert.ok(await metric('ptkl_throttled_attempts_total{with="client_secret"}') >= 21);
    assert.ok(await metric('ptkl_refused_attempts_total{reason="malformed",with="client_secret"}') >= LIMIT + 21);
    assert.equal(await metric('ptkl_refused_attempts_total{reason="wrong_password",with="password"}'), 0);
  });

  it('is exit code 7 of ptkl, which says when to try again', async () => {
    await burst('127.0.0.1', LIMIT);
    const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'owner', '-p', '-'], { input: 'wrong\n' });
    assert.equal(done.code, 7, done.stderr);
    assert.match(done.stderr, /\nhint: try again in \d+ s/);
  });
});

describe('X-Forwarded-For', () => {
  const named = (...addresses) => ({ 'x-forwarded-for': addresses.join(', ') });

  it('wins a stranger nothing', async () => {
    const statuses = [];
    for (let i = 0; i <= LIMIT; ++i) statuses.push((await wrongFrom('127.0.0.4', named(`192.0.2.${i}`))).status);
    assert.deepEqual(statuses, expected(LIMIT, 1));
  });

  it('of a trusted proxy tells its clients apart', async () => {
    assert.deepEqual(await burst(PROXY, LIMIT + 1, named('192.0.2.1')), expected(LIMIT, 1));
    assert.deepEqual(await burst(PROXY, LIMIT, named('192.0.2.2')), expected(LIMIT, 0));
  });

  it('is not believed further left than the proxy wrote it', async () => {
    const statuses = [];
    for (let i = 0; i <= LIMIT; ++i) {
      statuses.push((await wrongFrom(PROXY, named(`198.51.100.${i}`, '192.0.2.3'))).status);
    }
    assert.deepEqual(statuses, expected(LIMIT, 1));
  });

  it('names who used a secret last', async () => {
    const { secret } = await server.makeApiUser('behind-a-proxy');
    const answer = await exchangeFrom(PROXY, `${server.issuer}/oauth2/token`, 'POST', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...named('192.0.2.77') },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'behind-a-proxy', client_secret: secret }).toString(),
    });
    assert.equal(answer.status, 200, answer.body);
    const from = async () => (await server.ptklJson(['api-users', 'secrets', '-u', 'behind-a-proxy']))[0].last_used_from;
    assert.equal(await waitFor('the use to be written', from, 20_000), '192.0.2.77');
  });
});

it('is off with limits of 0', async () => {
  const open = await startServer('unthrottled', '--secret-failures-per-minute', '0');
  const answers = await Promise.all(Array.from({ length: 100 }, () =>
    open.requestToken({ client_id: 'owner', client_secret: 'wrong' })));
  assert.deepEqual(answers.map(({ status }) => status), expected(100, 0));
});
