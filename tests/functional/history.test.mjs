// Clients at random against servers that are killed, drained and started again: was every answer right?
// PTKL_HISTORY_SEED makes the same choices again, PTKL_HISTORY_OPERATIONS more or fewer of them.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startCachingFront } from './support/caching_front.mjs';
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

  it('would be found out if it remembered for 200 ms whether a token is good', async () => {
    const run = new Run([server, server], owners, 'caching', { prefix: 'cached' });
    const front = await startCachingFront(() => server.url, 200);
    run.nodes[1].url = front.url;
    let faults = [];
    for (let tries = 0; tries < 20 && faults.length === 0; tries += 1) {
      await run.work(500);
      faults = checkHistory(run.history.calls);
    }
    front.close();
    run.close();
    assert.match(faults.join('\n'), /it was accepted, although the token \S+ is not good any more/);
  });
});
