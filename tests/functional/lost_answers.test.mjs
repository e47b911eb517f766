// The response to a change is lost: the change is applied once, and ptkl reports an unknown outcome.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLossyFront } from './support/lossy_front.mjs';
import { startServer } from './support/server.mjs';

let server;
let front;
before(async () => {
  server = await startServer('lost-answers');
  front = await startLossyFront(server.url);
  for (const name of ['rotated', 'deleted', 'revoked', 'edited']) await server.createApiUser(name);
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'components.read']);
});
after(() => front.close());

const secrets = (name) => server.ptklJson(['api-users', 'secrets', '-u', name]);
const usernames = async () => (await server.ptklJson(['api-users', 'list'])).map(({ username }) => username);
const invited = async () => (await server.ptklJson(['users', 'list'])).map(({ email }) => email);
const events = async (action) => (await server.ptklJson(['audit', 'list', '--action', action])).length;

/** A change, the request that it sends, and its effect on a count: one more or one less. */
const changes = [
  { args: ['keys', 'rotate', '--now'], arrives: /^POST .*\/keys\/rotate$/,
    count: () => events('signing_key.rotated'), difference: 1 },
  { args: ['api-users', 'new-secret', '-u', 'rotated', '--overlap', '1h'], arrives: /^POST .*\/secrets$/,
    count: async () => (await secrets('rotated')).length, difference: 1 },
  { args: ['api-users', 'create', '-u', 'created'], arrives: /^POST .*\/api-users$/,
    count: async () => (await usernames()).length, difference: 1,
    check: async () => assert.ok((await usernames()).includes('created')) },
  { args: ['api-users', 'delete', '-u', 'deleted'], arrives: /^DELETE .*\/api-users\/[^/]+$/,
    count: async () => (await usernames()).length, difference: -1,
    check: async () => assert.ok(!(await usernames()).includes('deleted')) },
  { args: ['api-users', 'revoke-secret', '-u', 'revoked'], arrives: /^DELETE .*\/secrets$/,
    count: () => events('secret.revoked'), difference: 1,
    check: async () => assert.deepEqual((await secrets('revoked')).map(({ status }) => status), ['revoked']) },
  { args: ['api-users', 'edit', '-u', 'edited', '-r', 'reader'], arrives: /^PATCH .*\/api-users\/[^/]+$/,
    count: () => events('api_user.edited'), difference: 1 },
  { args: ['users', 'invite', '-e', 'ada@example.com'], arrives: /^POST .*\/invitations$/,
    count: async () => (await invited()).length, difference: 1 },
];

/** Runs ptkl through the proxy. It gets a token first, so that a connection can be reused. */
const throughFront = () => ({ ...server.environmentOf(server.owner), PTKL_HOST: front.url });

describe('a lost response', () => {
  for (const { args, arrives, count, difference, check = () => {} } of changes) {
    it(`to ${args.join(' ')}: the request is sent once, and its outcome is unknown`, async () => {
      const before = await count();
      front.loseNextChange();
      const done = await server.ptkl(args, { env: throughFront() });
      assert.deepEqual([done.code, done.stdout], [8, ''], done.stderr);
      assert.match(done.stderr, /^ptkl: 127\.0\.0\.1:\d+: .*\nhint: the change may have been applied/);
      assert.equal(front.arrived.length, 1, front.arrived.join('\n'));
      assert.match(front.arrived[0], arrives);
      assert.equal(await count() - before, difference);
      await check();
    });
  }

  it('to a change after a lookup: the request is sent once, and its outcome is unknown', async () => {
    const token = await server.token(server.owner);
    const before = (await secrets('rotated')).length;
    front.loseNextChange();
    // The name causes a lookup of the API user first.
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'rotated', '--overlap', '1h'],
      { env: { PTKL_HOST: front.url, PTKL_PROJECT: 'acme', PTKL_TOKEN: token } });
    assert.deepEqual([done.code, done.stdout], [8, ''], done.stderr);
    assert.equal(front.arrived.length, 1);
    assert.equal((await secrets('rotated')).length - before, 1);
  });

  it('is not caused by the proxy itself, through which other changes succeed', async () => {
    assert.equal((await server.ptkl(['api-users', 'create', '-u', 'through'], { env: throughFront() })).code, 0);
    assert.ok((await usernames()).includes('through'));
  });
});
