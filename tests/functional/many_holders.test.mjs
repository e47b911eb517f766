// A role with 10,000 holders among 100,000 API users loses rights: what is effective immediately, what follows in the
// background, and what happens when the server is killed in between.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { isPostgresql } from './support/database.mjs';
import { startFront, transparent } from './support/front.mjs';
import { addApiUsers, assertApart, countBits, holdSteps, projectId, releaseSteps, stepsHeld } from './support/many_api_users.mjs';
import { makeVerifier, TokenRefused } from './support/node_verifier.mjs';
import { addNodes } from './support/nodes.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { exchange, json, startServer } from './support/server.mjs';
import { fetchList, inflate } from './support/status_list.mjs';
import { waitFor } from './support/wait.mjs';

const total = 100_000;
const holders = 10_000;
const someHolders = 4_000; // which the steps do not reach while they are held
const listsPerGeneration = 2 ** 20;
// Holders in the order in which the steps reach them, with thousands of others between them.
const names = ['first', 'middle', 'revoked', 'last'];

const onlyPostgresql = { skip: !isPostgresql && 'only PostgreSQL is shared by several servers' };

let front; // has the public URL, whatever port the server listens on
let flags;
let published;
let server;
let owner;
let other; // another project: {token, project}
let outsider;
let role;
let users; // of `names`, with their secrets

/** A call of the API that must succeed; returns the JSON of the response, if any. */
async function manage(method, path, body, { token = owner, project = 'acme', headers, at = server } = {}) {
  const answer = await at.api(method, path, { token, body, project, headers });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body ? json(answer) : undefined;
}

async function addSecret(user, body = {}) {
  const made = await manage('POST', `/api-users/${user.uuid}/secrets`, body);
  keepSecret(made.secret, `a secret of ${user.username}`);
  return Object.assign(user, { secret: made.secret, secretId: made.secret_id });
}

const makeUser = async (username, ...roles) => addSecret(await manage('POST', '/api-users', { username, roles }));

/** A new token of each of these holders, by name. */
async function tokensOf(which = names, at = server) {
  const made = {};
  for (const name of which) made[name] = await at.token(users[name]);
  return made;
}

async function statusOf(token, at) {
  const introspected = await at.oauth2('introspect', { token, client_id: 'owner', client_secret: server.owner.secret });
  return [(await at.api('GET', '/whoami', { token })).status, json(introspected).active];
}

async function assertValid(tokens, at = server) {
  for (const [name, token] of Object.entries(tokens)) assert.deepEqual(await statusOf(token, at), [200, true], name);
}

async function assertRejected(tokens, at = server) {
  for (const [name, token] of Object.entries(tokens)) assert.deepEqual(await statusOf(token, at), [401, false], name);
}

/** Asserts what a service finds that uses only keys and status lists. */
async function assertOffline(tokens, isValid) {
  const verifier = makeVerifier({ issuer: published.issuer });
  for (const [name, token] of Object.entries(tokens)) {
    if (isValid) assert.ok((await verifier.verify(token)).exp, name);
    else await assert.rejects(verifier.verify(token), TokenRefused, name);
  }
  verifier.close();
}

const changes = async (at = server) => (await manage('GET', '/pending-status-updates', undefined, { at })).items;
const pendingOf = (items) => items.reduce((sum, item) => sum + item.pending_status_updates, 0);
const allReached = (at = server) => waitFor('the status lists', async () => (await changes(at)).length === 0, 60_000);

const metric = async () =>
  Number(/^ptkl_pending_status_updates (\d+)/m.exec((await exchange(`${server.url}/metrics`, 'GET')).body)?.[1]);

/** The number of invalid slots of that generation, in all of its lists. */
async function countInvalid(generation) {
  const lists = await Promise.all([0, 1].map((number) =>
    fetchList(published, `${published.issuer}/oauth2/status-lists/${generation * listsPerGeneration + number}`)));
  return lists.map(inflate).map(countBits).reduce((sum, count) => sum + count);
}

let changed = 0;

/** Changes of both projects that have nothing to do with the role. None may fail. */
async function changeOthers() {
  for (const { token, project } of [{ token: owner, project: 'acme' }, other]) {
    const by = { token, project };
    const name = `other-${changed += 1}`;
    const made = await manage('POST', '/roles', { name, permissions: ['b.read', 'b.write'] }, by);
    const { uuid } = await manage('POST', '/api-users', { username: name, roles: [made.uuid] }, by);
    const { secret } = await manage('POST', `/api-users/${uuid}/secrets`, {}, by);
    const issued = await server.requestToken({ client_id: name, client_secret: secret }, project);
    assert.equal(issued.status, 200, issued.body);
    await manage('PATCH', `/roles/${made.uuid}`, { level: 7 }, by);
    await manage('PATCH', `/api-users/${uuid}`, { description: 'changed' }, by);
  }
}

/** Makes such changes until `work` has ended. */
async function whileOthersChange(work) {
  let ended = false;
  const changing = (async () => { while (!ended) await changeOthers(); })();
  try {
    return await work();
  } finally {
    ended = true;
    await changing;
  }
}

before(async () => {
  front = await startFront('', transparent);
  flags = ['--public-url', front.url];
  published = { issuer: `${front.url}/projects/acme` };
  server = await startServer('many-holders', ...flags);
  front.aim(server.url);
  owner = await server.token(server.owner);
  other = { token: await server.token(await server.addProject('other'), 'other'), project: 'other' };
  outsider = await makeUser('outsider');
  role = await manage('POST', '/roles', { name: 'deployer', permissions: ['a.read', 'a.write'] });
  users = {};
  for (const name of names) users[name] = await makeUser(name, role.uuid);
  assertApart(names.map((name) => users[name].uuid));
  const project = projectId(server.database);
  const others = 2 + names.length;
  addApiUsers(server.database, { project, name: 'a', after: users.first.uuid, list: 0,
    count: total / 2, holders: holders / 2, roles: [role.uuid] });
  addApiUsers(server.database, { project, name: 'b', after: users.middle.uuid, list: 1,
    count: total / 2 - others, holders: holders / 2 - names.length, roles: [role.uuid] });
});
after(() => front.close());

it('narrowing rejects all old tokens immediately, and the status lists follow', async () => {
  const old = await tokensOf();
  const outside = { outsider: await server.token(outsider) };
  const before = await countInvalid(0);
  await assertValid({ ...old, ...outside });
  holdSteps(server.database, someHolders);

  const narrowed = await manage('PATCH', `/roles/${role.uuid}`, { permissions: ['a.read'] });
  assert.equal(narrowed.pending_status_updates, holders);
  await assertRejected(old);
  await assertValid(outside);
  const early = await tokensOf();
  await assertValid(early);

  await whileOthersChange(() => stepsHeld(server));
  const [{ pending_status_updates: pending, ...change }] = await changes();
  assert.deepEqual([change.role, change.total], [{ uuid: role.uuid, name: 'deployer', deleted: false }, holders]);
  assert.ok(pending >= someHolders && pending < holders, String(pending));
  assert.equal((await manage('GET', `/roles/${role.uuid}`)).pending_status_updates, pending);
  await waitFor('the metric', async () => await metric() === pending);
  const invalid = await countInvalid(0);
  assert.equal(invalid - before, holders - pending, 'what the lists show is what was reached');
  const late = await tokensOf();
  await assertRejected(old);
  await assertValid({ ...early, ...Object.fromEntries(Object.entries(late).map(([name, token]) => [`late ${name}`, token])), ...outside });
  await assertOffline({ first: old.first }, false);
  await assertOffline({ last: old.last }, true);
  await assertOffline(early, true);
  await assertOffline(late, true);

  const revoked = { old: old.revoked, early: early.revoked, late: late.revoked };
  await manage('DELETE', `/api-users/${users.revoked.uuid}/secrets/${users.revoked.secretId}`);
  await assertRejected(revoked);
  await assertOffline(revoked, false);
  for (const tokens of [early, late]) delete tokens.revoked;

  releaseSteps(server.database);
  await whileOthersChange(allReached);
  await waitFor('the metric', async () => await metric() === 0);
  assert.equal((await manage('GET', `/roles/${role.uuid}`)).pending_status_updates, 0);
  await assertRejected({ ...old, ...revoked });
  await assertOffline({ ...old, ...revoked }, false);
  for (const tokens of [early, late, outside, await tokensOf(['first', 'middle', 'last'])]) {
    await assertValid(tokens);
    await assertOffline(tokens, true);
  }
  assert.equal(await countInvalid(0) - before, holders);
  await addSecret(users.revoked);
});

it('a deletion is effective immediately, and is completed after the server was killed', async () => {
  const old = await tokensOf();
  const get = async (name) => server.api('GET', `/api-users/${users[name].uuid}`, { token: owner });
  const etags = Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await get(name)).headers.get('etag')])));
  const countBoth = async () => [await countInvalid(0), await countInvalid(1)];
  const before = await countBoth();
  holdSteps(server.database, someHolders);

  assert.deepEqual(await manage('DELETE', `/roles/${role.uuid}`),
    { affected_api_users: holders, affected_users: 0, pending_status_updates: holders });
  const checkEffect = async () => {
    await assertRejected(old);
    for (const name of names) {
      const answer = await get(name);
      assert.deepEqual(json(answer).roles, [], name);
      assert.notEqual(answer.headers.get('etag'), etags[name]);
      const stale = await server.api('PATCH', `/api-users/${users[name].uuid}`,
        { token: owner, body: { description: 'x' }, headers: { 'if-match': etags[name] } });
      assert.equal(stale.status, 412, stale.body);
    }
    assert.equal((await server.api('GET', `/roles/${role.uuid}`, { token: owner })).status, 404);
    assert.ok(!(await manage('GET', '/roles')).items.some(({ uuid }) => uuid === role.uuid));
  };
  await checkEffect();
  const again = await manage('POST', '/roles', { name: 'deployer', permissions: ['a.read', 'a.write'] });
  assert.notEqual(again.uuid, role.uuid);
  const early = await tokensOf();
  await assertValid(early);

  await stepsHeld(server);
  await server.kill();
  await server.serve(...flags);
  front.aim(server.url);
  await checkEffect();
  await assertValid(early);
  const [change] = await changes();
  assert.deepEqual(change.role, { uuid: role.uuid, name: 'deployer', deleted: true });
  assert.ok(change.pending_status_updates > 0 && change.pending_status_updates < holders);
  const during = await Promise.all(names.map(async (name) => (await get(name)).headers.get('etag')));

  releaseSteps(server.database);
  await allReached();
  await checkEffect();
  assert.deepEqual(await Promise.all(names.map(async (name) => (await get(name)).headers.get('etag'))), during);
  await assertValid(early);
  await assertOffline(early, true);
  await assertOffline(old, false);
  // All but one have moved on to generation 1; that one has a new secret.
  assert.deepEqual(await countBoth(), [before[0] + 1, before[1] + holders - 1]);
  assert.equal(server.database.sql(`SELECT COUNT(*) FROM roles WHERE id = '${role.uuid}'`), '0');
  assert.deepEqual((await manage('GET', `/roles/${again.uuid}`)).permissions, ['a.read', 'a.write']);
  role = again;
});

it('another server completes a change if its server was killed', onlyPostgresql, async () => {
  server.database.sql(`INSERT INTO api_user_roles (project_id, api_user_id, role_id)
    SELECT project_id, id, '${role.uuid}' FROM api_users
    WHERE project_id = '${projectId(server.database)}' AND (username LIKE '_-%0' OR username IN ('${names.join("', '")}'))`);
  const old = await tokensOf();
  holdSteps(server.database, someHolders);
  const { pending_status_updates: count } = await manage('PATCH', `/roles/${role.uuid}`, { permissions: ['a.read'] });
  assert.ok(count > 0.9 * holders, String(count));
  await stepsHeld(server);
  const [node] = await addNodes(server, 1, ...flags);
  const early = await tokensOf(names, node);
  await server.kill();
  front.aim(node.url);
  await assertRejected(old, node);
  releaseSteps(server.database);
  await allReached(node);
  await assertRejected(old, node);
  await assertOffline(old, false);
  await assertValid(early, node);
  await assertOffline(early, true);
  await node.stop();
});
