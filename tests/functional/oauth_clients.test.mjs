// Tokens with third-party OAuth 2.0 libraries, which request and verify them.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { keepSecret } from './support/sensitive.mjs';
import { exchange, json, startServer } from './support/server.mjs';

let server;
let user;
let gateway;
before(async () => {
  server = await startServer('oauth-clients');
  await server.ptklJson(['role', 'create', '-n', 'deployer', '-p', 'components.read', 'deployments.*',
    '-w', 'production', 'staging', '-l', '20']);
  user = await server.createApiUser('ci-bot', ['deployer']);
  await server.ptklJson(['role', 'create', '-n', 'gateway', '-p', 'tokens.introspect']);
  gateway = await server.createApiUser('gateway', ['gateway']);
});

const keys = () => createRemoteJWKSet(new URL(`${server.issuer}/oauth2/jwks`));

/** Verifies a token as a resource server does (RFC 9068 §4); returns the claims. */
async function verify(token) {
  const { payload } = await jwtVerify(keepSecret(token, 'a token of ci-bot'), keys(),
    { issuer: server.issuer, audience: server.issuer, typ: 'at+jwt', algorithms: ['ES256'] });
  return payload;
}

describe('openid-client', () => {
  const methods = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };
  for (const algorithm of ['oidc', 'oauth2']) {
    for (const [name, method] of Object.entries(methods)) {
      it(`discovers the issuer (${algorithm}) and gets a token with ${name}`, async () => {
        const config = await client.discovery(new URL(server.issuer), 'ci-bot', undefined, method(user.secret),
          { algorithm, execute: [client.allowInsecureRequests] });
        assert.equal(config.serverMetadata().issuer, server.issuer);
        assert.ok(config.serverMetadata().token_endpoint_auth_methods_supported.includes(name));
        const tokens = await client.clientCredentialsGrant(config, {});
        assert.deepEqual([tokens.token_type, tokens.expires_in, tokens.scope],
          ['bearer', 3600, 'components.read deployments.*']);
        assert.equal((await verify(tokens.access_token)).sub, user.uuid);
      });
    }
  }

  for (const [name, method] of Object.entries(methods)) {
    it(`introspects and revokes a token with ${name}`, async () => {
      const config = await client.discovery(new URL(server.issuer), 'gateway', undefined, method(gateway.secret),
        { execute: [client.allowInsecureRequests] });
      const token = await server.token(user);
      const claims = await client.tokenIntrospection(config, token, { token_type_hint: 'access_token' });
      assert.deepEqual([claims.active, claims.token_type, claims.username, claims.sub],
        [true, 'Bearer', 'ci-bot', user.uuid]);
      await client.tokenRevocation(config, token);
      assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
      assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
    });
  }

  it('gets insufficient_scope without the permission to introspect', async () => {
    const config = await client.discovery(new URL(server.issuer), 'ci-bot', undefined,
      client.ClientSecretBasic(user.secret), { execute: [client.allowInsecureRequests] });
    await assert.rejects(client.tokenIntrospection(config, await server.token(user)), (error) =>
      error.status === 403 && error.error === 'insufficient_scope');
  });

  it('gets invalid_client for a wrong secret', async () => {
    const config = await client.discovery(new URL(server.issuer), 'ci-bot', undefined,
      client.ClientSecretBasic('ptkl_wrong'), { execute: [client.allowInsecureRequests] });
    await assert.rejects(client.clientCredentialsGrant(config, {}), (error) =>
      error.status === 401 && (error.error === 'invalid_client' || error.cause !== undefined));
  });
});

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  async function discover() {
    const response = await oauth.discoveryRequest(new URL(server.issuer), { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(new URL(server.issuer), response);
  }

  for (const [name, method] of [['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost]]) {
    it(`gets a token with ${name}, by uuid and with a narrower scope`, async () => {
      const as = await discover();
      const me = { client_id: user.uuid };
      const response = await oauth.clientCredentialsGrantRequest(as, me, method(user.secret),
        { scope: 'components.read' }, insecure);
      const tokens = await oauth.processClientCredentialsResponse(as, me, response);
      assert.equal(tokens.scope, 'components.read');
      assert.equal((await verify(tokens.access_token)).scope, 'components.read');
    });
  }

  for (const [name, method] of [['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost]]) {
    it(`introspects and revokes a token with ${name}`, async () => {
      const as = await discover();
      const me = { client_id: gateway.uuid };
      const token = await server.token(user);
      const introspect = async () => oauth.processIntrospectionResponse(as, me,
        await oauth.introspectionRequest(as, me, method(gateway.secret), token, insecure));
      assert.deepEqual((await introspect()).roles, ['deployer']);
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(as, me, method(gateway.secret), token, insecure));
      assert.deepEqual(await introspect(), { active: false });
    });
  }

  it('revokes a token without any client authentication', async () => {
    const as = await discover();
    const token = await server.token(user);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, { client_id: 'ci-bot' }, oauth.None(), token, insecure));
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
  });

  it('validates the token as a resource server does', async () => {
    const as = await discover();
    const token = await server.token(user);
    const request = new Request('http://api.example/', { headers: { authorization: `Bearer ${token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request, server.issuer, insecure);
    assert.equal(claims.client_id, 'ci-bot');
  });
});

describe('the token', () => {
  it('has the header and the claims of RFC 9068, and a status slot', async () => {
    const before = Math.floor(Date.now() / 1000);
    const token = await server.token(user);
    const header = decodeProtectedHeader(token);
    assert.deepEqual({ ...header, kid: typeof header.kid }, { alg: 'ES256', typ: 'at+jwt', kid: 'string' });
    const claims = await verify(token);
    const { iat, exp, jti, status, ...rest } = claims;
    assert.deepEqual(rest, {
      iss: server.issuer,
      sub: user.uuid,
      client_id: 'ci-bot',
      aud: server.issuer,
      scope: 'components.read deployments.*',
      roles: ['deployer'],
      workspaces: ['production', 'staging'],
      level: 20,
      rv: 0,
    });
    assert.ok(iat >= before - 1 && exp - iat === 3600);
    assert.match(jti, /^[0-9a-f-]{36}$/);
    assert.ok(Number.isInteger(status.status_list.idx));
    assert.ok(status.status_list.uri.startsWith(`${server.issuer}/oauth2/status-lists/`));
  });

  it('has a different id each time', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await verify(await server.token(user))).jti));
    assert.equal(new Set(ids).size, 3);
  });

  it('is rejected if one bit is changed', async () => {
    const [header, payload, signature] = (await server.token(user)).split('.');
    const forged = Buffer.from(payload, 'base64url').toString().replace('"level":20', '"level":90');
    const token = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
    await assert.rejects(jwtVerify(token, keys()));
    assert.equal((await server.api('GET', '/whoami', { token })).status, 401);
  });

  it('is rejected in another project', async () => {
    const token = await server.token(user);
    await server.addProject('other');
    assert.equal((await server.api('GET', '/whoami', { token, project: 'other' })).status, 401);
    assert.equal((await server.api('GET', '/whoami', { token, project: 'nowhere' })).status, 401);
  });
});

describe('the published metadata', () => {
  it('contains only the public part of the keys', async () => {
    const { keys: published } = json(await exchange(`${server.issuer}/oauth2/jwks`, 'GET'));
    assert.ok(published.length >= 1);
    for (const key of published) assert.ok(!('d' in key) && !('k' in key), 'a private key');
  });

  it('is the same at both addresses', async () => {
    const oauthMetadata = json(await exchange(
      `${server.url}/.well-known/oauth-authorization-server/projects/acme`, 'GET'));
    const oidcMetadata = json(await exchange(`${server.issuer}/.well-known/openid-configuration`, 'GET'));
    assert.equal(oauthMetadata.issuer, server.issuer);
    for (const [key, value] of Object.entries(oauthMetadata)) assert.deepEqual(oidcMetadata[key], value, key);
  });
});

describe('the token endpoint responds with the errors of RFC 6749 §5.2', () => {
  const rows = [
    ['a wrong grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['a scope that is more than the client has', { scope: 'components.write' }, 400, 'invalid_scope'],
    ['a resource that is not allowed', { resource: 'https://elsewhere.example/' }, 400, 'invalid_target'],
    ['no credentials', { client_id: '', client_secret: '' }, 401, 'invalid_client'],
  ];
  for (const [what, parameters, status, error] of rows) {
    it(what, async () => {
      const answer = await server.requestToken(
        { client_id: 'ci-bot', client_secret: user.secret, ...parameters });
      assert.deepEqual([answer.status, json(answer).error], [status, error]);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    });
  }

  it('with WWW-Authenticate after an Authorization header', async () => {
    const authorization = `Basic ${Buffer.from('ci-bot:wrong').toString('base64')}`;
    const answer = await server.requestToken({}, 'acme', { authorization });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'), /^Basic/);
  });
});
