// Python's Authlib as a client and as a resource server.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './support/programs.mjs';
import { startServer } from './support/server.mjs';

const script = fileURLToPath(new URL('./support/authlib_client.py', import.meta.url));

let server;
let gateway;
before(async () => {
  server = await startServer('authlib');
  await server.ptklJson(['role', 'create', '-n', 'gateway', '-p', 'tokens.introspect', '-l', '30']);
  gateway = await server.createApiUser('gateway', ['gateway']);
});

for (const method of ['client_secret_basic', 'client_secret_post']) {
  it(`gets, verifies, introspects and revokes a token with ${method}`, async () => {
    // Debian's Python, because only it has Debian's packages.
    const done = await run('/usr/bin/python3', [script], {
      env: {
        AUTHLIB_INSECURE_TRANSPORT: '1', // plain HTTP, on loopback
        ISSUER: server.issuer,
        CLIENT_ID: gateway.username,
        CLIENT_SECRET: gateway.secret,
        AUTH_METHOD: method,
      },
      deadline: 60_000,
    });
    assert.equal(done.code, 0, done.stderr);
    const seen = JSON.parse(done.stdout);
    assert.equal(seen.token_type, 'Bearer');
    assert.deepEqual([seen.claims.sub, seen.claims.level], [gateway.uuid, 30]);
    assert.equal(seen.refuses_tampered, true);
    const { active, token_type, username, ...claims } = seen.introspected;
    assert.deepEqual([active, token_type, username], [true, 'Bearer', 'gateway']);
    assert.deepEqual(claims, seen.claims);
    assert.equal(seen.revocation_status, 200);
    assert.deepEqual(seen.introspected_after, { active: false });
  });
}
