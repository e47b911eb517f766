// The answer to a change is lost on the way: the change is made once, and ptkl says that it cannot tell.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLossyFront } from './support/lossy_front.mjs';
import { startServer } from './support/server.mjs';

let server;
let front;
before(async () => {
  server = await startServer('lost-answers');
  front = await startLossyFront(server.url);
  for (const name of ['rotated', 'deleted', 'revoked', 'edited']) await server.makeApiUser(name);
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'components.read']);
});
after(() => front.close());

const secrets = (name) => server.ptklJson(['api-users', 'secrets', '-u', name]);
const usernames = async () => (await server.ptklJson(['api-users', 'list'])).map(({ username }) => username);
const invited = async () => (await server.ptklJson(['users', 'list'])).map(({ email }) => email);
const events = async (action) => (await server.ptklJson(['audit', 'list', '--action', action])).length;

/** A change, where it arrives, and what it has done once: one more of what is counted, or one less. */
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

/** Through the front, with a token to get first: its connection is there to be used again. */
const throughFront = () => ({ ...server.environmentOf(server.owner), PTKL_HOST: front.url });

describe('an answer that is lost', () => {
  for (const { args, arrives, count, difference, check = () => {} } of changes) {
    it(`to ${args.join(' ')}: it arrives once, and its outcome is unknown`, async () => {
      const before = await count();
      front.loseNextChange();
      const done = await server.ptkl(args, { env: throughFront() });
      assert.deepEqual([done.code, done.stdout], [8, ''], done.stderr);
      assert.match(done.stderr, /^ptkl: 127\.0\.0\.1: .*\nhint: the change may have been applied/);
      assert.equal(front.arrived.length, 1, front.arrived.join('\n'));
      assert.match(front.arrived[0], arrives);
      assert.equal(await count() - before, difference);
      await check();
    });
  }

  it('to a change that follows a lookup: it arrives once, and its outcome is unknown', async () => {
    const token = await server.token(server.owner);
    const before = (await secrets('rotated')).length;
    front.loseNextChange();
    // By name: the API user is looked up first.
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'rotated', '--overlap', '1h'],
      { env: { PTKL_HOST: front.url, PTKL_PROJECT: 'acme', PTKL_TOKEN: token } });
    assert.deepEqual([done.code, done.stdout], [8, ''], done.stderr);
    assert.equal(front.arrived.length, 1);
    assert.equal((await secrets('rotated')).length - before, 1);
  });

  it('does not come from the front itself: a change without a loss succeeds through it', async () => {
    assert.equal((await server.ptkl(['api-users', 'create', '-u', 'through'], { env: throughFront() })).code, 0);
    assert.ok((await usernames()).includes('through'));
  });
});
