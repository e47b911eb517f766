// Apache's mod_auth_openidc as a resource server: once offline by JWKS, once by introspection.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startApache } from './support/apache.mjs';
import { startServer } from './support/server.mjs';

let server;
let deployer;
let apache;
before(async () => {
  server = await startServer('apache');
  await server.ptklJson(['role', 'create', '-n', 'deployer', '-p', 'components.read']);
  await server.ptklJson(['role', 'create', '-n', 'gateway', '-p', 'tokens.introspect']);
  deployer = await server.createApiUser('ci-bot', ['deployer']);
  apache = await startApache(server, await server.createApiUser('gateway', ['gateway']));
});

async function statusOf(url, token) {
  const response = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const text = await response.text();
  assert.equal(text === 'Hello\n', response.status === 200, text);
  return response.status;
}

const tamper = (token) => {
  const at = token.lastIndexOf('.') + 1;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
};

for (const way of ['byJwks', 'byIntrospection']) {
  describe(`Apache ${way}`, () => {
    it('rejects a request without a token or with a changed token', async () => {
      assert.equal(await statusOf(apache[way]), 401);
      assert.equal(await statusOf(apache[way], tamper(await server.token(deployer))), 401);
      assert.equal(await statusOf(apache[way], 'token'), 401);
    });

    it('rejects a token without the required role', async () => {
      const other = await server.createApiUser(`other-${way.toLowerCase()}`);
      assert.equal(await statusOf(apache[way], await server.token(other)), 401);
    });

    it('accepts a valid token', async () => {
      assert.equal(await statusOf(apache[way], await server.token(deployer)), 200,
        apache.log());
    });
  });
}

describe('Apache by introspection', () => {
  it('immediately rejects a single revoked token', async () => {
    const [token, other] = [await server.token(deployer), await server.token(deployer)];
    assert.equal(await statusOf(apache.byIntrospection, token), 200);
    assert.equal((await server.oauth2('revoke', { token })).status, 200);
    assert.equal(await statusOf(apache.byIntrospection, token), 401);
    assert.equal(await statusOf(apache.byIntrospection, other), 200);
    assert.equal(await statusOf(apache.byJwks, token), 200, 'offline, nothing tells');
  });

  it('rejects a token whose secret was revoked', async () => {
    const token = await server.token(deployer);
    assert.equal(await statusOf(apache.byIntrospection, token), 200);
    const done = await server.ptkl(['api-users', 'revoke-secret', '-u', 'ci-bot']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(await statusOf(apache.byIntrospection, token), 401);
  });
});
