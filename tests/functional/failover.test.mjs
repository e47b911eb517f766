// Failures of the database under three servers with clients: the responses meanwhile, /readyz, the time until
// recovery, and that no acknowledged change is lost.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ownerOf } from './support/history_load.mjs';
import { Run, seed, serveFlags } from './support/history_run.mjs';
import { startNodes } from './support/nodes.mjs';
import { Postgres, findPostgres, urlOf } from './support/postgres.mjs';
import { exchange } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const flags = [...serveFlags, '--database-timeout', '3s'];

const why = findPostgres() ? false : 'there is no PostgreSQL on this machine';
if (why && process.env.CI === 'true') throw new Error(`CI must not skip: ${why}`);

const reading = new Set(['issue', 'use', 'introspect']);
const writing = new Set(['createUser', 'deleteUser', 'editUser', 'newSecret', 'revokeSecrets', 'revokeSecret', 'editRole']);
/** The operations of `writing` that always commit something. */
const changing = new Set(['createUser', 'deleteUser', 'editUser', 'newSecret']);
const isAnswer = ({ outcome }) => outcome === 'ok' || outcome === 'refused';

/** The time between two moments as text, in seconds. Units: `from` and `to` are in nanoseconds. */
const between = (from, to) => (Number(to - from) / 1e9).toFixed(2);
const firstOf = (calls) => calls.reduce((first, call) => (first && first.ended <= call.ended ? first : call), undefined);

/** The time from a server's first failed call to its first successful one after it, and the part since `ended`. */
function outage(calls, ended) {
  const failure = firstOf(calls.filter((call) => !isAnswer(call)));
  if (!failure) return 'all the time';
  const success = firstOf(calls.filter((call) => isAnswer(call) && call.began > failure.ended));
  if (!success) return 'never again';
  return `after ${between(failure.ended, success.ended)} s (${between(ended, success.ended)} s after the fault)`;
}

/** Runs the clients of the project until stop(), which is called at the end of test `t` at the latest. */
class Work {
  constructor(t, nodes, owners, name) {
    this.run = new Run(nodes, owners, name, { prefix: name });
    this.name = name;
    this.stopped = false;
    this.ended = this.run.load.run(() => this.stopped);
    t.after(() => this.stop());
  }

  /** Waits until `count` more calls were answered. */
  async answered(count) {
    const goal = this.run.load.answered + count;
    await waitFor(`${count} answers`, () => this.run.load.answered >= goal, 60_000);
  }

  /** The calls that began after `since` and have returned. */
  endedSince(since) {
    return this.run.history.calls.filter(({ began, ended }) => began > since && ended !== undefined);
  }

  /** Whether each server failed `count` lookups and `count` changes that began after `since`. */
  isRefusedSince(since, count) {
    const failed = this.endedSince(since).filter((call) => !isAnswer(call));
    return this.run.nodes.every(({ index }) => [reading, writing].every((kinds) =>
      failed.filter(({ node, operation }) => node === index && kinds.has(operation)).length >= count));
  }

  async stop() {
    this.stopped = true;
    await this.ended;
    this.run.close();
  }

  /** A text for the report: how long each server was unavailable during a fault from `began` to `ended`. */
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

  /** The duration of the slowest call since `since`. Units: milliseconds. */
  slowest(since) {
    return Math.max(...this.run.history.calls.filter(({ began }) => began >= since)
      .map(({ began, ended }) => Number(ended - began) / 1e6));
  }
}

const readiness = async (node) => (await exchange(`${node.url}/readyz`, 'GET')).status;
const allReady = (nodes, status) => waitFor(`/readyz to say ${status}`,
  async () => (await Promise.all(nodes.map(readiness))).every((one) => one === status), 30_000);

/** Waits until the clients of each server met the present fault `count` times; /readyz must report it all the time. */
async function meetFault(nodes, work, count = 20) {
  await allReady(nodes, 503);
  const since = process.hrtime.bigint();
  await waitFor('every node to fail', async () => {
    for (const status of await Promise.all(nodes.map(readiness))) assert.equal(status, 503);
    return work.isRefusedSince(since, count);
  }, 60_000);
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

  /** Runs the clients before, during and after `fault`, then checks the history. */
  async function survive(t, name, fault) {
    const work = new Work(t, nodes, owners, name);
    await work.answered(500);
    const began = process.hrtime.bigint();
    await fault(work);
    const ended = process.hrtime.bigint();
    await allReady(nodes, 200);
    await work.answered(500);
    await work.stop();
    work.tell(t, began, ended);
    await work.run.judge();
    return work;
  }

  it('lose no acknowledged change if the primary is killed and the replica promoted', async (t) => {
    await survive(t, 'killed-primary', async (work) => {
      await primary.kill();
      await meetFault(nodes, work);
      await replica.promote();
    });
  });

  it('respond with 503 while the only PostgreSQL is stopped, and recover when it is started', async (t) => {
    await survive(t, 'stopped', async (work) => {
      await replica.stop();
      await meetFault(nodes, work);
      await replica.start();
    });
  });

  it('do not use an old primary that is read-only', async (t) => {
    await primary.startReadOnly();
    const work = await survive(t, 'old-primary', async (clients) => {
      await replica.stop();
      await meetFault(nodes, clients);
      await replica.start();
    });
    assert.ok(work.run.history.count().failed > 0);
    await primary.stop();
  });

  it('respond with 503 in time while PostgreSQL hangs, and recover when it resumes', async (t) => {
    const work = await survive(t, 'hung', async (clients) => {
      replica.pause();
      await meetFault(nodes, clients, 1); // each takes as long as a statement may
      replica.resume();
    });
    assert.ok(work.run.history.count().failed > 0);
  });

  it('start only with a database, and stop without one', async () => {
    await replica.stop();
    await nodes[2].stop();
    await assert.rejects(nodes[2].serve(...flags), /database/);
    await replica.start();
    await nodes[2].serve(...flags);
    await allReady(nodes, 200);
  });
});

describe('a server without its synchronous replica', { skip: why }, () => {
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

  it('reports unknown outcomes of changes, issues tokens, and recovers with the replica', async (t) => {
    const work = new Work(t, nodes, owners, 'lonely');
    await work.answered(300);
    const began = process.hrtime.bigint();
    await replica.kill();
    const gone = process.hrtime.bigint();
    await waitFor('a change that waits for the replica', () => work.run.history.calls.some(({ code }) => code === 504), 20_000);
    await allReady(nodes, 503);
    const lonely = () => work.endedSince(gone);
    const changes = () => lonely().filter(({ operation }) => changing.has(operation));
    await waitFor('tokens and ten changes without the replica', () => changes().length >= 10
      && lonely().some(({ operation, outcome }) => operation === 'issue' && outcome === 'ok'), 60_000);
    assert.deepEqual(changes().filter(({ outcome }) => outcome === 'ok'), []);
    await replica.start();
    const ended = process.hrtime.bigint();
    await allReady(nodes, 200);
    await work.answered(300);
    await work.stop();
    work.tell(t, began, ended);
    await work.run.judge();
  });
});
