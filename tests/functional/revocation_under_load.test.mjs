// Clients use tokens over HTTP without pause while other clients revoke them: no request that began after the
// response to a revocation is accepted. A counter, not a clock, decides which of them came first.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { crowdRoles, projectId } from './support/many_api_users.mjs';
import { json, startServer } from './support/server.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { waitFor } from './support/wait.mjs';

const revokers = 3;
const users = 4;
const revocationsPerRevoker = 32;
const requestsBetween = 6;
const poolSize = 4;

let server;
let owner;
let caller;
before(async () => {
  server = await startServer('revocation-under-load');
  owner = await server.token(server.owner);
  crowdRoles(server.database, projectId(server.database), ['crowded %']);
  caller = { headers: { authorization: `Basic ${Buffer.from(`owner:${server.owner.secret}`).toString('base64')}` } };
});

/** Makes a call as the owner, which must succeed; returns the JSON of the response, if any. */
async function manage(method, path, body) {
  const answer = await server.api(method, path, { token: owner, body });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.body}`);
  return answer.body ? json(answer) : undefined;
}

/** An API user with a secret, and every way to revoke its tokens; each returns the secrets of revoked tokens. */
async function makeBot(number) {
  const role = await manage('POST', '/roles', { name: `role ${number}`, permissions: ['components.read'] });
  const addCrowded = () => manage('POST', '/roles', { name: `crowded ${number}`, permissions: ['tags.read', 'tags.write'] });
  let crowded = await addCrowded();
  const roles = () => [role.uuid, crowded.uuid];
  const { uuid, username } = await manage('POST', '/api-users', { username: `bot-${number}`, roles: roles() });
  const path = `/api-users/${uuid}`;
  const bot = { username, secrets: [] };
  /** Takes rights from the role with many holders, in background steps. */
  const endInSteps = async (...change) => {
    const { pending_status_updates: pending } = await manage(...change);
    assert.ok(pending > 0, 'the change had no background steps');
    return bot.secrets.map(({ id }) => id);
  };
  const addSecret = async (body = {}) => {
    const made = await manage('POST', `${path}/secrets`, body);
    keepSecret(made.secret, `a secret of ${username}`);
    bot.secrets.push({ id: made.secret_id, username, secret: made.secret });
  };
  await addSecret();
  const endAll = async (...change) => {
    await manage(...change);
    return bot.secrets.map(({ id }) => id);
  };
  bot.ways = [
    async () => {
      const ended = await endAll('DELETE', `${path}/secrets`);
      bot.undo = async () => { bot.secrets = []; await addSecret(); };
      return ended;
    },
    async () => {
      const ended = bot.secrets.map(({ id }) => id);
      await addSecret();
      bot.undo = async () => { bot.secrets = bot.secrets.slice(-1); };
      return ended;
    },
    async () => {
      await addSecret({ overlap_seconds: 3600 });
      const [old] = bot.secrets.splice(0, 1);
      await manage('DELETE', `${path}/secrets/${old.id}`);
      return [old.id];
    },
    async () => {
      const ended = await endAll('PATCH', path, { status: 'disabled' });
      bot.undo = () => manage('PATCH', path, { status: 'active' });
      return ended;
    },
    async () => {
      const ended = await endAll('PATCH', path, { roles: [] });
      bot.undo = () => manage('PATCH', path, { roles: roles() });
      return ended;
    },
    async () => {
      const ended = await endInSteps('PATCH', `/roles/${crowded.uuid}`, { permissions: ['tags.read'] });
      bot.undo = () => manage('PATCH', `/roles/${crowded.uuid}`, { permissions: ['tags.read', 'tags.write'] });
      return ended;
    },
    async () => {
      const ended = await endInSteps('DELETE', `/roles/${crowded.uuid}`);
      bot.undo = async () => {
        crowded = await addCrowded();
        await manage('PATCH', path, { roles: roles() });
      };
      return ended;
    },
  ];
  return bot;
}

it('accepts no token after the response to its revocation', async () => {
  let order = 0;
  let requests = 0;
  let accepted = 0;
  let working = revokers;
  const tooLate = [];
  const pools = Array.from({ length: revokers }, () => []);

  async function revokeAgainAndAgain(number) {
    const pool = pools[number];
    const bot = await makeBot(number);
    const bury = (dies, way) => {
      order += 1;
      pool.filter((token) => !token.revokedSince && dies(token)).forEach((token) => {
        Object.assign(token, { revokedSince: order, way });
      });
    };
    for (let i = 0; i < revocationsPerRevoker; i += 1) {
      const secret = bot.secrets.at(-1);
      pool.push({ text: await server.token(secret), secret: secret.id });
      if (pool.length > poolSize) pool.shift();
      const way = i % (bot.ways.length + 1);
      if (way < bot.ways.length) {
        const ended = await bot.ways[way]();
        bury((token) => ended.includes(token.secret), way);
        await bot.undo?.();
        bot.undo = undefined;
      } else {
        const one = pool.at(-1);
        assert.equal((await server.oauth2('revoke', { token: one.text })).status, 200);
        bury((token) => token === one, way);
      }
      const enough = requests + requestsBetween;
      await waitFor('further requests', () => requests >= enough, 60_000);
    }
    const last = bot.secrets.at(-1);
    pool.push({ text: await server.token(last), secret: last.id });
  }
  const revoke = (number) => revokeAgainAndAgain(number).finally(() => { working -= 1; });

  async function isLetIn(token) {
    if (requests % 2 === 0) return (await server.api('GET', '/whoami', { token })).status === 200;
    return json(await server.oauth2('introspect', { token }, caller)).active;
  }

  async function use(number) {
    for (let i = number; working > 0; i += 1) {
      const pool = pools[i % revokers];
      const token = pool[i % Math.max(pool.length, 1)];
      if (token) {
        order += 1;
        const began = order;
        const letIn = await isLetIn(token.text);
        if (letIn) accepted += 1;
        if (letIn && token.revokedSince < began) tooLate.push(token.way);
      }
      requests += 1;
      await new Promise(setImmediate);
    }
  }

  await Promise.all([...Array(revokers).keys()].map(revoke).concat([...Array(users).keys()].map(use)));
  assert.deepEqual(tooLate, []);
  assert.ok(accepted > 0);
  await waitFor('the background steps', async () => (await manage('GET', '/pending-status-updates')).items.length === 0, 60_000);
  for (const token of pools.flat()) assert.equal(await isLetIn(token.text), !token.revokedSince);
});
