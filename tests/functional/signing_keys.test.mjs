// Signing keys as verifiers see them: algorithms, rotation on command and by age, and unusable stored keys.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ptkld, run } from './support/programs.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { exchange, json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const algorithms = ['ES256', 'EdDSA', 'RS256'];
const kidOf = (token) => decodeProtectedHeader(token).kid;

const verifyWith = (keys, server, token, allowed = algorithms) => jwtVerify(token, keys,
  { issuer: server.issuer, audience: server.issuer, typ: 'at+jwt', algorithms: allowed });

describe('ptkl keys', () => {
  let server;
  before(async () => { server = await startServer('keys'); });

  it('lists the active key and the next key', async () => {
    const keys = await server.ptklJson(['keys', 'list']);
    assert.deepEqual(keys.map(({ status, algorithm }) => [status, algorithm]),
      [['active', 'ES256'], ['next', 'ES256']]);
    const jwks = json(await exchange(`${server.issuer}/oauth2/jwks`, 'GET'));
    assert.deepEqual(jwks.keys.map(({ kid }) => kid), keys.map(({ kid }) => kid));
    assert.equal(kidOf(await server.token(server.owner)), keys[0].kid);
  });

  it('reports when the next key becomes active', async () => {
    const [active, next] = await server.ptklJson(['keys', 'list']);
    const done = await server.ptkl(['keys', 'rotate', '-q']);
    assert.deepEqual([done.code, done.stdout], [0, `${next.kid}\n`]);
    const [still, scheduled] = await server.ptklJson(['keys', 'list']);
    assert.equal(still.kid, active.kid);
    assert.equal(new Date(scheduled.activates_at) - new Date(scheduled.created_at), 15 * 60_000);
  });

  for (const algorithm of ['EdDSA', 'RS256', 'ES256']) {
    it(`rotates to ${algorithm}, which jose verifies`, async () => {
      const old = await server.token(server.owner);
      const key = await server.ptklJson(['keys', 'rotate', '--algorithm', algorithm, '--now']);
      assert.deepEqual([key.status, key.algorithm], ['active', algorithm]);
      const token = await server.token(server.owner);
      assert.deepEqual(decodeProtectedHeader(token), { alg: algorithm, typ: 'at+jwt', kid: key.kid });
      const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth2/jwks`));
      await verifyWith(keys, server, token, [algorithm]);
      await verifyWith(keys, server, old);
      const metadata = json(await exchange(`${server.issuer}/.well-known/openid-configuration`, 'GET'));
      assert.equal(metadata.id_token_signing_alg_values_supported[0], algorithm);
    });
  }

  it('invalidates every token with --compromised', async () => {
    const old = await server.token(server.owner);
    await server.ptklJson(['keys', 'rotate', '--compromised']);
    assert.equal((await server.api('GET', '/whoami', { token: old })).status, 401);
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth2/jwks`));
    await assert.rejects(verifyWith(keys, server, old), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await server.login();
    const left = await server.ptklJson(['keys', 'list']);
    assert.deepEqual(left.map(({ status }) => status), ['active', 'next']);
    await verifyWith(keys, server, await server.token(server.owner));
  });

  it('rejects unknown algorithms, and callers without keys.write', async () => {
    assert.equal((await server.ptkl(['keys', 'rotate', '--algorithm', 'HS256'])).code, 2);
    assert.equal((await server.ptkl(['keys', 'rotate', '--now', '--compromised'])).code, 2);
    const poor = await server.createApiUser('poor');
    for (const verb of ['list', 'rotate']) {
      const done = await server.ptkl(['keys', verb], { env: server.environmentOf(poor) });
      assert.equal(done.code, 5);
      assert.match(done.stderr, /keys\.write/);
    }
  });

  for (const algorithm of algorithms) {
    it(`starts with ${algorithm} if the project was created with it`, async () => {
      const name = `with-${algorithm.toLowerCase()}`;
      const owner = await server.addProject(name, '--algorithm', algorithm);
      assert.equal(decodeProtectedHeader(await server.token(owner, name)).alg, algorithm);
    });
  }

  it('creates no project with an unknown algorithm', async () => {
    const made = await run(ptkld, ['project', 'create', 'never', '--data', server.data, '--algorithm', 'none'],
      { env: server.environment });
    assert.deepEqual([made.code, made.stdout], [2, '']);
    assert.match(made.stderr, /--algorithm/);
  });
});

/** A JWKS cache that obeys only Cache-Control: it never fetches early, not even for an unknown kid. */
class CachingVerifier {
  constructor(server) { Object.assign(this, { server, freshUntil: 0, fetched: 0 }); }

  async verify(token) {
    if (performance.now() >= this.freshUntil) await this.fetch();
    return verifyWith(this.keys, this.server, token);
  }

  async fetch() {
    const asked = performance.now(); // an answer may be as old as the question (RFC 9111 §4.2.3)
    const response = await fetch(`${this.server.issuer}/oauth2/jwks`);
    const maxAge = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control'))[1]);
    assert.ok(maxAge > 0);
    this.keys = createLocalJWKSet(await response.json());
    this.freshUntil = asked + 1000 * maxAge;
    this.fetched += 1;
  }
}

describe('rotation under load', () => {
  let server;
  before(async () => { server = await startServer('rotation', '--signing-key-publish-ahead', '3s'); });

  it('fails no verification', async () => {
    const verifiers = [new CachingVerifier(server), new CachingVerifier(server)];
    const parameters = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'owner',
      client_secret: server.owner.secret });
    const firstOf = new Map(); // the first token of each key
    let verified = 0;
    let running = true;
    const client = async (verifier) => {
      while (running) {
        const answer = await fetch(`${server.issuer}/oauth2/token`, { method: 'POST', body: parameters });
        const token = (await answer.json()).access_token;
        await verifier.verify(token);
        verified += 1;
        if (!firstOf.has(kidOf(token))) firstOf.set(kidOf(token), keepSecret(token, 'a token of owner'));
      }
    };
    const load = Promise.all(verifiers.flatMap((verifier) => [client(verifier), client(verifier)]));
    load.catch(() => {}); // told below

    const token = await server.token(server.owner);
    for (const algorithm of [undefined, 'EdDSA', 'RS256', 'ES256', undefined]) {
      const answer = await server.api('POST', '/keys/rotate', { token, body: algorithm ? { algorithm } : {} });
      assert.equal(answer.status, 200, answer.body);
      const { kid } = json(answer);
      await Promise.race([load, waitFor(`a token of ${kid}`, () => firstOf.has(kid), 20_000)]);
    }
    await Promise.race([load, waitFor('a hundred tokens', () => verified > 100, 60_000)]);
    running = false;
    await load;
    assert.ok(firstOf.size >= 6, `${firstOf.size} keys`);

    for (const verifier of verifiers) {
      await verifier.fetch();
      for (const old of firstOf.values()) await verifier.verify(old);
    }
    for (const old of firstOf.values()) {
      assert.equal((await server.api('GET', '/whoami', { token: old })).status, 200);
    }
  });
});

describe('a stored key that cannot be opened', () => {
  const damages = {
    garbled: "UPDATE signing_keys SET wrapped_key = substr(wrapped_key, 1, 40) || 'AAAA' || substr(wrapped_key, 45)",
    swapped: `UPDATE signing_keys SET wrapped_key = (SELECT wrapped_key FROM signing_keys AS other
      WHERE other.project_id <> signing_keys.project_id LIMIT 1)`,
    empty: "UPDATE signing_keys SET wrapped_key = ''",
    "of another algorithm": "UPDATE signing_keys SET algorithm = 'RS256'",
  };
  for (const [what, sql] of Object.entries(damages)) {
    it(`is reported if it is ${what}, and affects no other project`, async () => {
      const server = await startServer(`damaged-${what.replaceAll(' ', '-')}`);
      const other = await server.addProject('globex');
      await server.stop();
      server.database.sql(`${sql} WHERE project_id = (SELECT id FROM projects WHERE name = 'acme')`);
      await server.serve();
      const { username, secret } = server.owner;
      const answer = await server.requestToken({ client_id: username, client_secret: secret });
      assert.deepEqual([answer.status, json(answer).error], [500, 'server_error']);
      await waitFor('the reason in the log', () => /"reason":"the stored key [^"]*"/.test(server.log));
      await server.token(other, 'globex');
      assert.equal((await exchange(`${server.url}/healthz`, 'GET')).status, 200);
    });
  }
});
