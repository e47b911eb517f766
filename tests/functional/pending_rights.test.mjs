// Every way to change API users, users, secrets and roles while the background steps of a role have yet to reach
// anyone: which tokens are valid then, and when the steps have ended, online and by the status lists.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { decodeJwt } from 'jose';
import { addApiUsers, holdSteps, projectId, releaseSteps } from './support/many_api_users.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { json, startServer } from './support/server.mjs';
import { isRevoked } from './support/status_list.mjs';
import { createUser, tokenOf } from './support/users.mjs';
import { waitFor } from './support/wait.mjs';

const slotsPerGeneration = 2 ** 40;
const slotsPerList = 2 ** 20;
const maxRevokedTokens = 1000; // of one slot; with more, all of its tokens are revoked

let server;
let owner;
let big; // the role with many holders
let small;
let bots;

async function manage(method, path, body) {
  const answer = await server.api(method, path, { token: owner, body });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body ? json(answer) : undefined;
}

async function addSecret(user, body = {}) {
  const made = await manage('POST', `/api-users/${user.uuid}/secrets`, body);
  return { ...user, secret: keepSecret(made.secret, `a secret of ${user.username}`), secretId: made.secret_id };
}

const edit = ({ uuid }, change) => manage('PATCH', `/api-users/${uuid}`, change);
const whoami = async (token) => (await server.api('GET', '/whoami', { token })).status;

/** The generation of the token's slot. */
function generationOf(token) {
  const { uri } = decodeJwt(token).status.status_list;
  return Math.floor((Number(uri.split('/').at(-1)) * slotsPerList) / slotsPerGeneration);
}

// The tokens that must be valid, and those that must not be, by what they are.
const valid = new Map();
const ended = new Map();

async function issue(name, bot) {
  const token = await server.token(bot);
  valid.set(name, token);
  return token;
}

function end(...names) {
  for (const name of names) {
    assert.ok(valid.has(name), name);
    ended.set(name, valid.get(name));
    valid.delete(name);
  }
}

/** Ends the tokens of all holders of the role. */
const endHolders = () => end(...[...valid.keys()].filter((name) => !/^(?:eve|apart)/.test(name)));

async function check() {
  for (const [name, token] of valid) assert.equal(await whoami(token), 200, name);
  for (const [name, token] of ended) assert.equal(await whoami(token), 401, name);
}

async function checkLists() {
  for (const [name, token] of valid) assert.equal(await isRevoked(server, token), false, name);
  for (const [name, token] of ended) assert.equal(await isRevoked(server, token), true, name);
}

async function issueAll(what) {
  for (const [name, bot] of Object.entries(bots)) await issue(`${name} ${what}`, bot);
  valid.set(`ada ${what}`, await tokenOf(server, 'ada@example.com'));
}

before(async () => {
  server = await startServer('pending-rights', '--secret-failures-per-minute', '0', '--password-failures-per-minute', '0');
  owner = await server.token(server.owner);
  big = await manage('POST', '/roles', { name: 'big', permissions: ['a.read', 'a.write', 'a.delete'] });
  small = await manage('POST', '/roles', { name: 'small', permissions: ['b.read'] });
  addApiUsers(server.database, { project: projectId(server.database), name: 'f', after: big.uuid, count: 300, holders: 300, roles: [big.uuid] });
  bots = {};
  for (const name of ['idle', 'revoker', 'overlapping', 'disabled', 'reassigned', 'deleted', 'revoked']) {
    bots[name] = await addSecret(await manage('POST', '/api-users', { username: name, roles: [big.uuid] }));
  }
  bots.both = await addSecret(await manage('POST', '/api-users', { username: 'both', roles: [big.uuid, small.uuid] }));
  await createUser(server, 'ada@example.com', 'big');
  await createUser(server, 'eve@example.com', 'small');
  await issueAll('before');
  valid.set('eve', await tokenOf(server, 'eve@example.com'));
  holdSteps(server.database, Number.MAX_SAFE_INTEGER);
});

it('two narrowings end the tokens of all holders, and new ones name later generations', async () => {
  for (const [generation, permissions] of [[1, ['a.read', 'a.write']], [2, ['a.read']]]) {
    const { pending_status_updates: pending } = await manage('PATCH', `/roles/${big.uuid}`, { permissions });
    assert.equal(pending, generation * (300 + Object.keys(bots).length + 1));
    endHolders();
    await check();
    await issueAll(`after narrowing ${generation}`);
    assert.equal(generationOf(valid.get(`idle after narrowing ${generation}`)), generation);
  }
  await check();
});

it(`more than ${maxRevokedTokens} revoked tokens end all of their secret`, async () => {
  const tokens = await Promise.all(Array.from({ length: maxRevokedTokens + 1 }, async () =>
    json(await server.requestToken({ client_id: 'revoker', client_secret: bots.revoker.secret })).access_token));
  await issue('revoker: another token', bots.revoker);
  for (const token of tokens) assert.equal((await server.oauth2('revoke', { token })).status, 200);
  end('revoker after narrowing 2', 'revoker: another token');
  ended.set('the first revoked token', tokens[0]);
  await issue('revoker again', bots.revoker);
  await check();
});

it('a secret that overlaps another one', async () => {
  const second = await addSecret(bots.overlapping, { overlap_seconds: 3600 });
  await issue('overlapping: the second secret', second);
  await issue('overlapping: the first secret', bots.overlapping);
  await check();
  await manage('DELETE', `/api-users/${bots.overlapping.uuid}/secrets/${bots.overlapping.secretId}`);
  end('overlapping: the first secret', 'overlapping after narrowing 2');
  bots.overlapping = second;
  await check();
});

it('an API user that is disabled and enabled', async () => {
  await edit(bots.disabled, { status: 'disabled' });
  end('disabled after narrowing 2');
  await check();
  await edit(bots.disabled, { status: 'active' });
  await issue('disabled: enabled again', bots.disabled);
  await check();
});

it('an API user that loses the role and gets it again', async () => {
  await edit(bots.reassigned, { roles: [] });
  end('reassigned after narrowing 2');
  await issue('reassigned: without the role', bots.reassigned);
  await edit(bots.reassigned, { roles: [big.uuid] });
  await issue('reassigned: with the role again', bots.reassigned);
  await check();
});

it('an API user that gets the role only now keeps its tokens until the next narrowing', async () => {
  bots.late = await addSecret(await manage('POST', '/api-users', { username: 'late', roles: [] }));
  await issue('late: before', bots.late);
  await edit(bots.late, { roles: [big.uuid] });
  await issue('late: after', bots.late);
  await check();
});

it('another role with few holders that is narrowed', async () => {
  await manage('PATCH', `/roles/${small.uuid}`, { permissions: [] });
  end('both after narrowing 2', 'eve');
  await issue('both again', bots.both);
  await check();
});

it('a deletion of the role, whose name is used again', async () => {
  const deletion = await manage('DELETE', `/roles/${big.uuid}`);
  assert.deepEqual([deletion.affected_api_users, deletion.affected_users], [300 + Object.keys(bots).length, 1]);
  endHolders();
  const again = await manage('POST', '/roles', { name: 'big', permissions: ['a.read', 'a.write'] });
  await check();
  await edit(bots.both, { roles: [again.uuid, small.uuid] });
  await issueAll('after the deletion');
  await check();
  const { items } = await manage('GET', '/users');
  assert.deepEqual(items.map(({ email, roles }) => [email, roles.map(({ name }) => name)]), [['ada@example.com', []], ['eve@example.com', ['small']]]);
});

it('an API user that is deleted, and one that loses its secrets', async () => {
  await manage('DELETE', `/api-users/${bots.deleted.uuid}`);
  await manage('DELETE', `/api-users/${bots.revoked.uuid}/secrets`);
  end('deleted after the deletion', 'revoked after the deletion');
  await check();
});

it('the steps end the same tokens, also in the status lists', async () => {
  releaseSteps(server.database);
  await waitFor('the steps', async () => (await manage('GET', '/pending-status-updates')).items.length === 0, 60_000);
  await check();
  await checkLists();
  assert.equal(server.database.sql(`SELECT COUNT(*) FROM roles WHERE id = '${big.uuid}'`), '0');
  assert.equal(server.database.sql(`SELECT COUNT(*) FROM api_user_roles WHERE role_id = '${big.uuid}'`), '0');
});
