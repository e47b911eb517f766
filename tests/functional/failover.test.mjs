// The database goes away under three servers and their clients, in every way that a test can make it go: what
// clients are told meanwhile, that /readyz is honest, how long it takes, and that nothing acknowledged is lost.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ownerOf } from './support/history_load.mjs';
import { Run, seed, serveFlags } from './support/history_run.mjs';
import { startNodes } from './support/nodes.mjs';
import { Postgres, findPostgres, urlOf } from './support/postgres.mjs';
import { exchange } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const timeout = 3_000; // of a statement, as the servers are told below
const flags = [...serveFlags, '--database-timeout', `${timeout / 1000}s`];
/** Far more than a statement, two attempts to connect and a busy machine take: else something hung. */
const slowestAnswer = 20_000;
const pause = (duration) => new Promise((resolve) => { setTimeout(resolve, duration); });

const why = findPostgres() ? false : 'there is no PostgreSQL on this machine';
if (why && process.env.CI === 'true') throw new Error(`CI must not skip: ${why}`);

const reading = new Set(['mint', 'use', 'introspect']);
const writing = new Set(['createUser', 'deleteUser', 'editUser', 'newSecret', 'revokeSecrets', 'revokeSecret', 'editRole']);
/** Of these, those that always leave something to commit. */
const changing = new Set(['createUser', 'deleteUser', 'editUser', 'newSecret']);
const isAnswer = ({ outcome }) => outcome === 'ok' || outcome === 'refused';

/** In seconds. */
const between = (from, to) => (Number(to - from) / 1e9).toFixed(2);
const firstOf = (calls) => calls.reduce((first, call) => (first && first.ended <= call.ended ? first : call), undefined);

/** From a node's first call that failed until its first one afterwards that did not; and that since `ended`. */
function outage(calls, ended) {
  const failure = firstOf(calls.filter((call) => !isAnswer(call)));
  if (!failure) return 'all the time';
  const success = firstOf(calls.filter((call) => isAnswer(call) && call.began > failure.ended));
  if (!success) return 'never again';
  return `after ${between(failure.ended, success.ended)} s (${between(ended, success.ended)} s after the fault)`;
}

/** The project's clients at work until stop(), which comes with the end of test `t` at the latest. */
class Work {
  constructor(t, nodes, owners, name) {
    this.run = new Run(nodes, owners, name, { prefix: name });
    this.name = name;
    this.stopped = false;
    this.ended = this.run.load.run(() => this.stopped);
    t.after(() => this.stop());
  }

  /** Waits until so many more calls were answered. */
  async answered(count) {
    const goal = this.run.load.answered + count;
    await waitFor(`${count} answers`, () => this.run.load.answered >= goal, 60_000);
  }

  async stop() {
    this.stopped = true;
    await this.ended;
    this.run.close();
  }

  /** How long each node could not serve while the fault lasted from `began` to `ended`, for people. */
  tell(t, began, ended) {
    const calls = this.run.history.calls.filter((call) => call.began >= began);
    for (const { index } of this.run.nodes) {
      const [tokens, writes] = [reading, writing].map((kinds) => outage(
        calls.filter((call) => call.node === index && kinds.has(call.operation)), ended));
      t.diagnostic(`${this.name}: node ${index} served tokens ${tokens}, changes ${writes}`);
    }
    t.diagnostic(`${this.name}: the fault lasted ${between(began, ended)} s, the slowest call `
      + `${this.slowest(began).toFixed(0)} ms; ${JSON.stringify(this.run.history.count())}`);
  }

  /** The slowest call since then, in milliseconds. */
  slowest(since) {
    return Math.max(...this.run.history.calls.filter(({ began }) => began >= since)
      .map(({ began, ended }) => Number(ended - began) / 1e6));
  }
}

const readiness = async (node) => (await exchange(`${node.url}/readyz`, 'GET')).status;
const allReady = (nodes, status) => waitFor(`/readyz to say ${status}`,
  async () => (await Promise.all(nodes.map(readiness))).every((one) => one === status), 30_000);

/** Every answer of /readyz in that time, from every node, is that one. */
async function staysAt(nodes, status, duration) {
  const end = performance.now() + duration;
  while (performance.now() < end) {
    for (const one of await Promise.all(nodes.map(readiness))) assert.equal(one, status);
    await pause(50);
  }
}

describe(`three servers (PTKL_HISTORY_SEED=${seed})`, { skip: why }, () => {
  let primary;
  let replica;
  let nodes;
  let owners;

  before(async () => {
    primary = await Postgres.make('primary');
    replica = await Postgres.replicaOf(primary, 'replica');
    nodes = await startNodes('failover', urlOf([primary, replica]), 3, ...flags);
    owners = [await ownerOf(nodes[0], nodes[0].owner, 'acme')];
  });
  after(async () => {
    for (const node of nodes ?? []) if (node.isRunning) await node.stop();
    await primary?.end();
    await replica?.end();
  });

  /** Works, lets `fault` happen and end meanwhile, works on, and judges all of it. */
  async function survive(t, name, fault) {
    const work = new Work(t, nodes, owners, name);
    await work.answered(500);
    const began = process.hrtime.bigint();
    await fault();
    const ended = process.hrtime.bigint();
    await allReady(nodes, 200);
    await work.answered(500);
    await work.stop();
    work.tell(t, began, ended);
    await work.run.judge();
    assert.ok(work.slowest(began) < slowestAnswer, `a call took ${work.slowest(began)} ms`);
    return work;
  }

  it('lose nothing when the primary is killed and the replica promoted', async (t) => {
    await survive(t, 'killed-primary', async () => {
      await primary.kill();
      await allReady(nodes, 503);
      await staysAt(nodes, 503, 1_000);
      await replica.promote();
    });
  });

  it('answer 503 while the only PostgreSQL is stopped, and go on when it is there again', async (t) => {
    await survive(t, 'stopped', async () => {
      await replica.stop();
      await allReady(nodes, 503);
      await staysAt(nodes, 503, 1_000);
      await replica.start();
    });
  });

  it('ask nothing of an old primary that can only be read', async (t) => {
    await primary.startReadOnly();
    const work = await survive(t, 'old-primary', async () => {
      await replica.stop();
      await allReady(nodes, 503);
      await staysAt(nodes, 503, 1_000);
      await replica.start();
    });
    assert.ok(work.run.history.count().failed > 0);
    await primary.stop();
  });

  it('answer 503 in time while PostgreSQL hangs, and go on when it does', async (t) => {
    const work = await survive(t, 'hung', async () => {
      replica.pause();
      await allReady(nodes, 503);
      await staysAt(nodes, 503, 2 * timeout);
      replica.resume();
    });
    assert.ok(work.run.history.count().failed > 0);
  });

  it('start only while there is a database, and stop without one', async () => {
    await replica.stop();
    await nodes[2].stop();
    await assert.rejects(nodes[2].serve(...flags), /database/);
    await replica.start();
    await nodes[2].serve(...flags);
    await allReady(nodes, 200);
  });
});

describe('a server whose synchronous replica is gone', { skip: why }, () => {
  let primary;
  let replica;
  let nodes;
  let owners;

  before(async () => {
    primary = await Postgres.make('alone');
    replica = await Postgres.replicaOf(primary, 'gone');
    nodes = await startNodes('no-replica', urlOf([primary, replica]), 1, ...flags);
    owners = [await ownerOf(nodes[0], nodes[0].owner, 'acme')];
  });
  after(async () => {
    for (const node of nodes ?? []) if (node.isRunning) await node.stop();
    await replica?.end();
    await primary?.end();
  });

  it('does not know what came of a change, still gives tokens, and goes on with the replica', async (t) => {
    const work = new Work(t, nodes, owners, 'lonely');
    await work.answered(300);
    const began = process.hrtime.bigint();
    await replica.kill();
    const gone = process.hrtime.bigint();
    await waitFor('a change that waits for the replica', () => work.run.history.calls.some(({ code }) => code === 504), 20_000);
    await allReady(nodes, 503);
    await pause(2 * timeout);
    const lonely = work.run.history.calls.filter((call) => call.began > gone && call.ended !== undefined);
    assert.ok(lonely.some(({ operation, outcome }) => operation === 'mint' && outcome === 'ok'), 'there were no tokens');
    assert.deepEqual(lonely.filter(({ operation, outcome }) => changing.has(operation) && outcome === 'ok'), []);
    await replica.start();
    const ended = process.hrtime.bigint();
    await allReady(nodes, 200);
    await work.answered(300);
    await work.stop();
    work.tell(t, began, ended);
    await work.run.judge();
    assert.ok(work.slowest(began) < slowestAnswer, `a call took ${work.slowest(began)} ms`);
  });
});
