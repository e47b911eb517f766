// Random clients against servers that are killed, drained and restarted: every response must be right. One server
// over SQLite, or three over one PostgreSQL. PTKL_HISTORY_SEED repeats the choices of a run, and
// PTKL_HISTORY_OPERATIONS sets their number.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isPostgresql } from './support/database.mjs';
import { forgetting, remembering } from './support/dishonest_front.mjs';
import { startFront } from './support/front.mjs';
import { checkHistory } from './support/history_checker.mjs';
import { ownerOf } from './support/history_load.mjs';
import { Run, seed, serveFlags, callCount } from './support/history_run.mjs';
import { crowd, crowdRoles, projectId } from './support/many_api_users.mjs';
import { addNodes } from './support/nodes.mjs';
import { json, startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

const count = isPostgresql ? 3 : 1;

describe(`servers: ${count} (PTKL_HISTORY_SEED=${seed})`, () => {
  let servers = [];
  let owners;
  before(async () => {
    const first = await startServer('history', ...serveFlags);
    servers = [first, ...await addNodes(first, count - 1, ...serveFlags)];
    owners = [await ownerOf(first, first.owner, 'acme')];
    crowdRoles(first.database, projectId(first.database), [1, 4, 7].map((digit) => `g%${digit}`));
  });
  after(() => Promise.all(servers.slice(1).map((server) => server.stop())));

  /** Waits until the background steps have reached all holders. */
  const allReached = () => waitFor('the background steps', async () => {
    const answer = await servers[0].api('GET', '/pending-status-updates', { token: owners[0].token });
    return answer.status === 200 && json(answer).items.length === 0;
  }, 120_000);

  it(`give only right responses in ${callCount} calls, while they are killed, drained and restarted`, async (t) => {
    const run = new Run(servers, owners, 'honest');
    await run.work(callCount, 3 + 3 * count);
    t.diagnostic(`calls: ${JSON.stringify(run.history.count())}`);
    const { mostPending, deferredDeletions } = run.load;
    t.diagnostic(`pending holders of a role: at most ${mostPending}; deferred deletions: ${deferredDeletions}`);
    await run.load.lookAtAll();
    await allReached();
    await run.judge();
    assert.ok(mostPending >= 1.5 * crowd, 'no role was narrowed again before the steps of the first time had ended');
    assert.ok(deferredDeletions > 0);
    run.close();
  });

  /** The verdict on clients that reach one server directly and one through that proxy. */
  async function findOut(trait, prefix) {
    const run = new Run([servers[0], servers.at(-1)], owners, prefix, { prefix });
    const front = await startFront(servers.at(-1).url, trait);
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

  it('are detected if they cache the status of a token for its next 10 uses', async () => {
    assert.match(await findOut(remembering(10), 'remembering'), /it was accepted, although the token \S+ is invalid/);
  });

  it('are detected if they acknowledge a change that they do not make', async () => {
    assert.match(await findOut(forgetting(4), 'forgetting'), /although|was to be shown/);
  });
});
