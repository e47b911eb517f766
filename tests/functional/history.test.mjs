// Clients at random against servers that are killed, drained and started again: was every answer right?
// PTKL_HISTORY_SEED makes the same choices again, PTKL_HISTORY_OPERATIONS more or fewer of them.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { forgetting, remembering, startDishonestFront } from './support/dishonest_front.mjs';
import { checkHistory } from './support/history_checker.mjs';
import { ownerOf } from './support/history_load.mjs';
import { Run, seed, serveFlags, wanted } from './support/history_run.mjs';
import { startServer } from './support/server.mjs';

describe(`one server (PTKL_HISTORY_SEED=${seed})`, () => {
  let server;
  let owners;
  before(async () => {
    server = await startServer('history', ...serveFlags);
    owners = [await ownerOf(server, server.owner, 'acme')];
  });

  it(`gives only right answers in ${wanted} calls, while it is killed, drained and started again`, async (t) => {
    const run = new Run([server], owners, 'one server');
    await run.work(wanted, 6);
    t.diagnostic(`calls: ${JSON.stringify(run.history.count())}`);
    await run.judge();
    run.close();
  });

  /** What the checker says of clients that reach the server directly and through that front. */
  async function findOut(trait, prefix) {
    const run = new Run([server, server], owners, prefix, { prefix });
    const front = await startDishonestFront(server.url, trait);
    run.nodes[1].url = front.url;
    let faults = [];
    for (let tries = 0; tries < 20 && faults.length === 0; tries += 1) {
      await run.work(500);
      faults = checkHistory(run.history.calls);
    }
    front.close();
    run.close();
    return faults.join('\n');
  }

  it('would be found out if it remembered for 200 ms whether a token is good', async () => {
    assert.match(await findOut(remembering(200), 'remembering'), /it was accepted, although the token \S+ is not good any more/);
  });

  it('would be found out if it acknowledged a change that it does not make', async () => {
    assert.match(await findOut(forgetting(4), 'forgetting'), /although|was to be shown/);
  });
});
