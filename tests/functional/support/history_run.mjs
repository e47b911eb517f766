// One run of random clients against servers that are killed, drained and restarted, and its verdict.
import assert from 'node:assert/strict';
import { History } from './history.mjs';
import { checkAuditLog, checkHistory } from './history_checker.mjs';
import { Load, auditEvents } from './history_load.mjs';
import { Random, seedFrom } from './random.mjs';

export const seed = seedFrom('PTKL_HISTORY_SEED');
/** The number of calls that must be answered. */
export const callCount = Number(process.env.PTKL_HISTORY_OPERATIONS ?? 10_000);

/** Options of every ptkld of a run: one issuer whatever the port, and no limit on failed attempts. */
export const serveFlags = ['--public-url', 'https://id.example.org', '--secret-failures-per-minute', '0'];

/**
 * `servers` are from support/server.mjs and run already; `owners` are from ownerOf(). `seedOf` distinguishes the
 * random choices of several runs with one seed.
 */
export class Run {
  constructor(servers, owners, seedOf, options) {
    Object.assign(this, { servers, owners });
    this.nodes = servers.map(({ url }, index) => ({ index, url }));
    this.random = new Random(seed, `${seedOf} disturbances`);
    this.history = new History();
    this.load = new Load(this.history, this.nodes, owners, new Random(seed, `${seedOf} load`), options);
  }

  /** Runs until `count` calls were answered. Meanwhile the servers are stopped and restarted that many times. */
  async work(count, disturbances = 0) {
    const goal = this.load.answered + count;
    const between = count / (disturbances + 1);
    let next = this.load.answered + between;
    let done = 0;
    let disturbing; // at most one server is down at a time
    await this.load.run(() => {
      if (done < disturbances && this.load.answered >= next && !disturbing) {
        done += 1;
        next += between;
        disturbing = this.#disturb().finally(() => { disturbing = undefined; });
      }
      return this.load.answered >= goal;
    });
    await disturbing;
  }

  async #disturb() {
    const node = this.random.from(this.nodes);
    const server = this.servers[node.index];
    if (this.random.isTrue(0.6)) await server.kill();
    else await server.stop();
    await server.serve(...serveFlags);
    node.url = server.url;
  }

  /** Throws with all faults. Requires: all servers are running. */
  async judge() {
    await this.load.lookAtAll();
    const faults = [...this.history.faults, ...checkHistory(this.history.calls)];
    const names = this.load.targets();
    for (const owner of this.owners) {
      const calls = this.history.calls.filter(({ project }) => project === owner.project);
      const events = await auditEvents(this.servers[0], owner);
      faults.push(...checkAuditLog(calls, events.filter(({ action, target }) => names.has(target?.name) && action !== 'role.created')));
    }
    assert.deepEqual(faults.slice(0, 5), [], `PTKL_HISTORY_SEED=${seed}`);
  }

  close() { this.history.close(); }
}
