// examples/node-verifier with the real server, and with a faulty issuer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { encodeList, Issuer } from './support/issuer.mjs';
import { example, makeVerifier, StatusUnknown, TokenRefused } from './support/node_verifier.mjs';
import { start } from './support/programs.mjs';
import { startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

it('pins the version of jose that it is tested with', () => {
  const { dependencies } = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'));
  assert.equal(dependencies.jose, lock.packages['node_modules/jose'].version);
});

describe('the service, with a real ptkld', () => {
  const TTL = 1;
  let server;
  let service;
  let url;
  before(async () => {
    server = await startServer('node-verifier', '--status-list-ttl', `${TTL}s`);
    service = start(process.execPath, ['service.mjs'], { cwd: example, env: { ISSUER: server.issuer, PORT: '0' } });
    url = await waitFor('the service', () => /^listening on (\S+)\n/.exec(service.stdout)?.[1]);
  });
  after(() => service?.child.kill());

  const statusOf = async (token) =>
    (await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} })).status;

  it('rejects requests without a token, and a status list as a token', async () => {
    assert.equal(await statusOf(), 401);
    assert.equal(await statusOf('a.b.c'), 401);
    const list = await fetch(`${server.issuer}/oauth2/status-lists/0`);
    assert.equal(await statusOf(await list.text()), 401);
  });

  it('rejects a token after it has fetched the revocation of its secret', async () => {
    const bot = await server.createApiUser('bot');
    const token = await server.token(bot);
    assert.equal(await statusOf(token), 200);
    const revoked = await server.ptkl(['api-users', 'revoke-secret', '-u', 'bot']);
    assert.equal(revoked.code, 0, revoked.stderr);
    await waitFor('the service to refuse', async () => await statusOf(token) === 401);
    assert.equal(await statusOf(token), 401);
  });

  it('accepts tokens of other API users, and new tokens of the same one', async () => {
    const other = await server.token(server.owner);
    assert.equal(await statusOf(other), 200);
    const renewed = await server.token(await server.createSecret('bot'));
    assert.equal(await statusOf(renewed), 200);
  });

  it('keeps verifying while the server is down', async () => {
    const token = await server.token(server.owner);
    assert.equal(await statusOf(token), 200);
    await server.stop();
    assert.equal(await statusOf(token), 200);
  });
});

describe('the verifier, with a faulty issuer', () => {
  let issuer;
  let verifier;
  let later; // by how many seconds the verifier's clocks are ahead
  let setBack; // by how many seconds its time of day was set back
  let stoppedAt; // the time of day, in ms, at which its clock stands still; undefined while it runs
  beforeEach(async () => {
    issuer = await Issuer.start();
    later = 0;
    setBack = 0;
    stoppedAt = undefined;
    verifier = makeVerifier({
      issuer: issuer.url,
      now: () => (stoppedAt ?? Date.now()) + (later - setBack) * 1000,
      elapsed: () => performance.now() + later * 1000,
    });
  });
  afterEach(async () => {
    verifier.close();
    await issuer.stop();
  });

  const accept = async (token) => assert.equal((await verifier.verify(token)).client_id, 'bot');
  const refuse = (token, kind) => assert.rejects(verifier.verify(token), kind);

  const badTokens = [
    ['of another audience', { aud: 'https://elsewhere.example' }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['that is expired', { exp: 1 }],
    ['that never expires', { exp: undefined }],
    ['without a status', { status: undefined }],
    ['whose status is null', { status: null }],
    ['whose status is of another kind', { status: { other: {} } }],
    ['with a negative index', { status: { status_list: { idx: -1 } } }],
    ['with a text as index', { status: { status_list: { idx: '0' } } }],
    ['that names a list of another issuer', { status: { status_list: { idx: 0, uri: 'http://127.0.0.1:1/' } } }],
  ];
  for (const [what, claims] of badTokens) {
    it(`rejects a token ${what}, and fetches no list for it`, async () => {
      await refuse(await issuer.token(0, claims), TokenRefused);
      assert.equal(issuer.requests.length, 0);
    });
  }

  it('rejects a token of another typ', async () => refuse(await issuer.token(0, {}, 'JWT'), TokenRefused));

  it('rejects a token whose index is beyond the list', async () => {
    issuer.list = { lst: encodeList([], 64) };
    await accept(await issuer.token(63));
    await refuse(await issuer.token(64), StatusUnknown);
    await refuse(await issuer.token(2 ** 20), StatusUnknown);
  });

  const badLists = [
    ['of another subject', async () => ({ claims: { sub: `${issuer.url}/oauth2/status-lists/1` } })],
    ['of another issuer', async () => ({ claims: { iss: 'https://elsewhere.example' } })],
    ['that is expired', async () => ({ claims: { exp: 1 } })],
    ['that never expires', async () => ({ claims: { exp: undefined } })],
    ['of another typ', async () => ({ typ: 'at+jwt' })],
    ['with a bad signature', async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
    ['of two bits', async () => ({ claims: { status_list: { bits: 2, lst: encodeList([]) } } })],
    ['that is not compressed', async () => ({ lst: 'AAAA' })],
    ['that inflates without end', async () => ({ lst: encodeList([], 2 ** 24) })],
    ['that is longer than any', async () => ({ claims: { more: 'x'.repeat(2 ** 20) } })],
  ];
  for (const [what, make] of badLists) {
    it(`does not use a list ${what}`, async () => {
      issuer.list = await make();
      await refuse(await issuer.token(0), StatusUnknown);
    });
  }

  it('checks the bit of the token', async () => {
    issuer.list = { lst: encodeList([0, 9, 2 ** 20 - 1]) };
    for (const index of [0, 9, 2 ** 20 - 1]) await refuse(await issuer.token(index), TokenRefused);
    for (const index of [1, 8, 10, 2 ** 20 - 2]) await accept(await issuer.token(index));
    assert.equal(issuer.requests.length, 1);
  });

  it('sends one request for concurrent calls, and the next one after ttl, with the ETag', async () => {
    const token = await issuer.token(7);
    await Promise.all(Array.from({ length: 20 }, () => accept(token)));
    assert.equal(issuer.requests.length, 1);
    later = 5;
    await accept(token);
    assert.equal(issuer.requests.at(-1)['if-none-match'], '"1"');
    issuer.list = { lst: encodeList([7]), etag: '"2"' };
    later = 10;
    await refuse(token, TokenRefused);
  });

  it('fetches a revocation without a call', async () => {
    issuer.list = { claims: { ttl: 1 } };
    const token = await issuer.token(7);
    await accept(token);
    await waitFor('a further request', () => issuer.requests.length > 1);
  });

  for (const ttl of ['soon', null, {}, -1, undefined]) {
    it(`fetches the list again after a second if the ttl is ${JSON.stringify(ttl)}`, async () => {
      issuer.list = { claims: { ttl } };
      const token = await issuer.token(7);
      await accept(token);
      issuer.list = { lst: encodeList([7]), etag: '"2"' };
      later = 1;
      await refuse(token, TokenRefused);
    });
  }

  it('fetches the list again after ttl if its clock was set back', async () => {
    const token = await issuer.token(7);
    await accept(token);
    setBack = 3600;
    issuer.list = { lst: encodeList([7]), etag: '"2"' };
    later = 5;
    await refuse(token, TokenRefused);
  });

  it('forgets a list that no token has named for a day', async () => {
    const other = { status: { status_list: { idx: 1, uri: `${issuer.url}/oauth2/status-lists/1048576` } } };
    const token = await issuer.token(7);
    await accept(token);
    // Only the monotonic clock moves: the token stays valid.
    later = setBack = 24 * 3600 - 1;
    await accept(token);
    assert.equal(issuer.requests.at(-1)['if-none-match'], '"1"', 'the list is known');
    later = setBack += 24 * 3600 + 1;
    await accept(await issuer.token(1, other));
    await accept(token);
    assert.equal(issuer.requests.at(-1)['if-none-match'], undefined, 'the list is fetched as a new one');
  });

  it('sends no more requests after it was closed during one', async () => {
    issuer.list = { claims: { ttl: 1 } };
    let answer;
    issuer.answersAfter = new Promise((resolve) => { answer = resolve; });
    const accepted = accept(await issuer.token(7));
    await waitFor('the request', () => issuer.requests.length === 1);
    verifier.close();
    answer();
    await accepted;
    // A second verifier with the same interval, started later.
    const other = await Issuer.start();
    other.list = issuer.list;
    const polling = makeVerifier({ issuer: other.url });
    await polling.verify(await other.token(7));
    await waitFor('two further requests', () => other.requests.length > 2);
    polling.close();
    await other.stop();
    assert.equal(issuer.requests.length, 1);
  });

  it('uses the last valid list until it expires, and no longer', async () => {
    const token = await issuer.token(7);
    stoppedAt = Date.now();
    issuer.list = { claims: { exp: Math.ceil(stoppedAt / 1000) + 300 } };
    await accept(token);
    issuer.isDown = true;
    later = 299;
    await accept(token);
    later = 301;
    await refuse(token, StatusUnknown);
    issuer.isDown = false;
    issuer.list = { claims: { exp: Math.floor(Date.now() / 1000) + 1000 }, etag: '"2"' };
    later = 310;
    await accept(token);
  });

  it('does not replace a valid list by an invalid one', async () => {
    issuer.list = { lst: encodeList([7]) };
    const token = await issuer.token(7);
    await refuse(token, TokenRefused);
    issuer.list = { claims: { sub: 'another' }, etag: '"2"' };
    later = 5;
    await refuse(token, TokenRefused);
  });

  const secondsFromNow = (seconds) => Math.floor(Date.now() / 1000) + seconds;

  it('does not replace a list by an older one', async () => {
    issuer.list = { lst: encodeList([7]) };
    const token = await issuer.token(7);
    await refuse(token, TokenRefused);
    issuer.list = { claims: { iat: secondsFromNow(-10) }, etag: '"2"' };
    later = 5;
    await refuse(token, TokenRefused);
  });

  it('uses the lists of an issuer whose clock was ahead and was corrected', async () => {
    issuer.list = { claims: { iat: secondsFromNow(86_400), exp: secondsFromNow(90_000) } };
    const token = await issuer.token(7);
    await accept(token);
    issuer.list = { lst: encodeList([7]), etag: '"2"' };
    later = 5;
    await refuse(token, TokenRefused);
  });
});
