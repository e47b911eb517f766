// The audit log with the real programs: which events are recorded, whether changes of the database are
// detected, and whether other programs compute the same hashes.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { onlySqlite } from './support/database.mjs';
import { ptkl, start } from './support/programs.mjs';
import { startServer } from './support/server.mjs';
import { waitFor } from './support/wait.mjs';

let server;
before(async () => { server = await startServer('audit'); });

async function restart(meanwhile = () => {}) {
  await server.stop();
  meanwhile();
  await server.serve();
  await server.login();
}

const list = (...flags) => server.ptklJson(['audit', 'list', '--limit', '1000', ...flags]);
const verify = (...flags) => server.ptkl(['audit', 'verify', '-f', 'json', ...flags]);
const file = (name) => join(server.folder, name);

// A second implementation: RFC 8785 without fractions is JSON.stringify with sorted keys.
const canonical = (value) => (value === null || typeof value !== 'object' ? JSON.stringify(value)
  : Array.isArray(value) ? `[${value.map(canonical).join(',')}]`
    : `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`);
const hashOf = ({ hash, ...event }) => createHash('sha256').update(canonical(event)).digest('base64url');

describe('the audit log', () => {
  it('records actor, action and target, before and after a change', async () => {
    await server.ptklJson(['role', 'create', '-n', 'deployer', '-p', 'deploy.*', '-l', '10']);
    await server.ptklJson(['role', 'edit', '-u', 'deployer', '-l', '20']);
    const [edited] = await list('--action', 'role.edited', '--target', 'deployer');
    assert.equal(edited.actor.name, 'owner');
    assert.equal(edited.actor.kind, 'api_user');
    assert.match(edited.actor.credential, /^[0-9A-Za-z]{11}$/);
    assert.equal(edited.source_address, '127.0.0.1');
    assert.ok(edited.request_id);
    assert.deepEqual([edited.before.level, edited.after.level], [10, 20]);
  });

  it('is filtered by actor, action, target and time, newest event first', async () => {
    const bot = await server.createApiUser('audited', ['deployer']);
    await server.token(bot);
    const about = await list('--target', 'audited');
    assert.deepEqual(about.map((event) => event.action).sort(), ['api_user.created', 'secret.created']);
    assert.ok(about[0].number > about[1].number);
    assert.deepEqual(await list('--actor', 'unknown'), []);
    assert.deepEqual(await list('--until', '1h'), []);
    assert.ok((await list('--since', '1h')).length > 3);
    assert.equal((await server.ptkl(['audit', 'list', '--since', 'yesterday'])).code, 2);
    const table = await server.ptkl(['audit', 'list']);
    assert.match(table.stdout, /^NUMBER +AT +ACTOR +ACTION/);
  });

  it('is a hash chain that other programs can recompute, with signatures that they can verify', async () => {
    const events = (await list()).reverse();
    let previous = null;
    for (const event of events) {
      assert.equal(event.previous_hash, previous);
      assert.equal(event.hash, hashOf(event));
      previous = event.hash;
    }
    const head = await server.ptklJson(['audit', 'head']);
    const [header, payload, signature] = head.jws.split('.');
    const key = createPublicKey({ key: head.key, format: 'jwk' });
    assert.ok(verifySignature(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')));
    assert.equal(JSON.parse(Buffer.from(header, 'base64url')).typ, 'audit-head+jwt');
    assert.equal(JSON.parse(Buffer.from(payload, 'base64url')).hash, head.hash);
  });

  it('requires audit.read', async () => {
    await server.ptklJson(['role', 'create', '-n', 'blind', '-p', 'roles.read']);
    const blind = await server.createApiUser('blind', ['blind']);
    for (const verb of ['list', 'verify', 'export', 'head']) {
      const done = await server.ptkl(['audit', verb], { env: server.environmentOf(blind) });
      assert.deepEqual([done.code, done.stdout], [5, ''], done.stderr);
      assert.match(done.stderr, /audit\.read/);
    }
  });

  it('prints new events with --follow', async () => {
    const env = server.environmentOf(server.owner);
    const follower = start(ptkl, ['audit', 'list', '--follow', '-f', 'json', '--host', server.url,
      '--project', 'acme', '--action', 'role.created'], { env });
    let made = 0;
    const line = await waitFor('a followed event', async () => {
      await server.ptklJson(['role', 'create', '-n', `followed-${made++}`]);
      return follower.stdout.split('\n')[0];
    }, 20_000);
    follower.child.kill('SIGINT');
    assert.equal((await follower.finished).code, 130);
    assert.match(JSON.parse(line).target.name, /^followed-/);
  });

  it('counts tokens and refusals, and writes the counts when the server stops', async () => {
    const bot = await server.createApiUser('counted', ['deployer']);
    for (let i = 0; i < 3; ++i) await server.token(bot);
    const wrong = await server.requestToken({ client_id: 'counted', client_secret: `${bot.secret.slice(0, -1)}x` });
    assert.equal(wrong.status, 401, wrong.body);
    await restart();
    const issued = await list('--action', 'token.issued', '--actor', 'counted');
    assert.equal(issued.reduce((sum, event) => sum + event.count, 0), 3);
    const [refused] = await list('--action', 'token.refused', '--actor', 'counted');
    assert.deepEqual([refused.outcome, refused.actor.kind, refused.reason], ['failure', 'unauthenticated', 'malformed']);
  });

  it('contains no secret', async () => {
    const text = JSON.stringify(await list());
    assert.doesNotMatch(text, /ptkl_[0-9A-Za-z]{11}_/);
    assert.doesNotMatch(text, /eyJ/);
  });
});

describe('verify', () => {
  it('accepts a complete log, online and offline', async () => {
    const online = await verify();
    assert.equal(online.code, 0, online.stderr);
    const report = JSON.parse(online.stdout);
    assert.equal(report.first_bad, null);
    assert.equal(report.verified_events, report.last);
    assert.equal(report.attested, report.last);
    const done = await server.ptkl(['audit', 'export', '-o', file('log.jsonl')]);
    assert.deepEqual([done.code, done.stdout], [0, '']);
    const head = await server.ptklJson(['audit', 'head']);
    writeFileSync(file('head.json'), JSON.stringify(head));
    writeFileSync(file('key.jwk'), JSON.stringify(head.key));
    const offline = await verify('--file', file('log.jsonl'), '--key', file('key.jwk'));
    assert.equal(offline.code, 0, offline.stderr);
    assert.equal(JSON.parse(offline.stdout).first_bad, null);
  });

  const lines = () => readFileSync(file('log.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  const rehash = (event) => ({ ...event, hash: hashOf(event) });
  const edits = [
    ['a line that was changed', 3, 'changed', (all) => all.map((e) => (e.number === 3 ? { ...e, action: 'x' } : e))],
    ['a line that was replaced', undefined, 'replaced',
      (all) => all.map((e) => (e.number === 3 ? rehash({ ...e, action: 'x' }) : e))],
    ['a line that is missing', 3, 'missing', (all) => all.filter((e) => e.number !== 3)],
    ['two lines that were swapped', 3, 'out_of_order', (all) => {
      const at = all.findIndex((e) => e.number === 3);
      [all[at], all[at + 1]] = [all[at + 1], all[at]];
      return all;
    }],
    ['a beginning that was cut off', 1, 'missing', (all) => all.filter((e) => !(e.number < 3))],
    ['an end that was cut off', 5, 'cut_off', (all) => all.filter((e) => !(e.number >= 5))],
    ['a head of another key', undefined, 'bad_signature', (all) => all.map((e) => (e.head
      ? { head: { ...e.head, jws: `${e.head.jws.slice(0, -8)}AAAAAAAA` } } : e))],
  ];
  for (const [what, number, problem, edit] of edits) {
    it(`reports ${what}`, async () => {
      writeFileSync(file('bad.jsonl'), edit(lines()).map((line) => JSON.stringify(line)).join('\n'));
      const done = await verify('--file', file('bad.jsonl'), '--key', file('key.jwk'));
      assert.equal(done.code, 1, done.stderr);
      const { first_bad: bad } = JSON.parse(done.stdout);
      assert.equal(bad.problem, problem);
      if (number !== undefined) assert.equal(bad.number, number);
      if (problem === 'replaced') assert.equal(bad.through, 3);
      assert.match(done.stderr, /not whole/);
    });
  }

  it('gives no verdict on events that no checkpoint covers', async () => {
    const kept = lines().filter((line) => !line.head && !(line.number > 6));
    writeFileSync(file('bad.jsonl'), kept.map((line) => JSON.stringify(line)).join('\n'));
    const done = await verify('--file', file('bad.jsonl'), '--key', file('key.jwk'));
    assert.equal(done.code, 1, done.stdout);
    assert.equal(JSON.parse(done.stdout).whole, null);
    assert.match(done.stderr, /cannot tell/);
  });

  it('rejects files that are no log', async () => {
    writeFileSync(file('bad.jsonl'), '{"hello": 1}\nnonsense\n');
    assert.equal((await verify('--file', file('bad.jsonl'), '--key', file('key.jwk'))).code, 2);
    assert.equal((await verify('--file', file('nothing.jsonl'))).code, 3);
  });
});

describe('rows that were changed in the database', () => {
  // Each test starts with the present state of the database.
  const tamper = async (statements, flags = []) => {
    await restart(() => {
      server.database.save();
      server.database.sql(statements);
    });
    const done = await verify(...flags);
    await restart(() => server.database.restore());
    return { done, bad: JSON.parse(done.stdout || '{}').first_bad };
  };
  const where = (number) => `project_id = (SELECT id FROM projects WHERE name = 'acme') AND number = ${number}`;

  const cases = [
    ['changed', 3, 'changed', `UPDATE audit_events SET action = 'x' WHERE ${where(3)};`],
    ['made unreadable', 3, 'changed', `UPDATE audit_events SET before_json = '{' WHERE ${where(3)};`],
    ['given an id that is none', 3, 'changed', `UPDATE audit_events SET id = 'x' WHERE ${where(3)};`],
    ['given an actor that is none', 3, 'changed', `UPDATE audit_events SET actor_kind = 'boss' WHERE ${where(3)};`],
    ['given a huge count', 3, 'changed', `UPDATE audit_events SET count = 9007199254740993 WHERE ${where(3)};`],
    ['given what is no text', 3, 'changed', `UPDATE audit_events SET actor_name = CAST(X'FF' AS TEXT) WHERE ${where(3)};`,
      onlySqlite.bytesAsText],
    ['dropped', 3, 'missing', `DELETE FROM audit_events WHERE ${where(3)};`],
    ['swapped', 3, 'changed', `UPDATE audit_events SET number = 1000003 WHERE ${where(3)};`
      + `UPDATE audit_events SET number = 3 WHERE ${where(4)};`
      + `UPDATE audit_events SET number = 4 WHERE ${where(1000003)};`],
    ['cut off at the beginning', 1, 'missing',
      `DELETE FROM audit_events WHERE ${where(1)}; DELETE FROM audit_events WHERE ${where(2)};`],
  ];
  for (const [what, number, problem, statements, options = {}] of cases) {
    it(`are reported by number if they were ${what}`, options, async () => {
      const { done, bad } = await tamper(statements);
      assert.equal(done.code, 1, done.stderr);
      assert.deepEqual([bad.number, bad.problem], [number, problem]);
    });
  }

  it('are reported by number if they were cut off at the end', async () => {
    // Repeated if a minute ended meanwhile: its counts got the numbers of the removed events.
    const { number, done, bad } = await waitFor('a log without counts behind the cut', async () => {
      const { number: last } = await server.ptklJson(['audit', 'head']);
      const tampered = await tamper(`DELETE FROM audit_events WHERE number > ${last - 2};`);
      return tampered.bad?.problem !== 'rewritten' && { number: last, ...tampered };
    }, 60_000);
    assert.equal(done.code, 1, done.stderr);
    assert.match(done.stderr, /refuses to sign/);
    assert.equal(bad.problem, 'cut_off', JSON.stringify(bad));
    assert.ok(bad.number <= number - 1 && bad.through >= number, JSON.stringify(bad));
  });

  it('are detected with a stored checkpoint if the checkpoints were cut off, too', async () => {
    const head = await server.ptklJson(['audit', 'head']);
    writeFileSync(file('kept.json'), JSON.stringify(head));
    const { done, bad } = await tamper(
      `DELETE FROM audit_events WHERE number > 3; DELETE FROM audit_heads WHERE number > 3;`,
      ['--head', file('kept.json')]);
    assert.equal(done.code, 1, done.stderr);
    assert.ok(bad.number <= head.number, JSON.stringify(bad));
  });

  it('are not reported if nothing was changed', async () => {
    const { done } = await tamper('SELECT 1;');
    assert.equal(done.code, 0, done.stderr);
  });
});

describe('rows that were changed while the server runs', () => {
  it('stop the signing of checkpoints, and the log is not whole', async () => {
    const live = await startServer('audit_live');
    for (const name of ['one', 'two']) await live.ptklJson(['role', 'create', '-n', name]);
    const head = await live.ptklJson(['audit', 'head']);
    assert.ok(head.number > 2);
    live.database.sql('DELETE FROM audit_events WHERE number > 2; DELETE FROM audit_heads;');
    const done = await live.ptkl(['audit', 'verify', '-f', 'json']);
    assert.equal(done.code, 1, done.stdout);
    const report = JSON.parse(done.stdout);
    assert.equal(report.whole, false);
    assert.match(report.refusal, /does not continue/);
    assert.match(done.stderr, /not whole.*refuses to sign.*does not continue/);
  });
});
