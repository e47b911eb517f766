// The checker of histories, with written and random histories: the faults that it must find, and valid histories.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAuditLog, checkGroup, checkHistory } from './support/history_checker.mjs';
import { apply, emptyGroup, perform } from './support/history_model.mjs';
import { Random, seedFrom } from './support/random.mjs';

const seed = seedFrom('PTKL_HISTORY_SEED');
const wide = ['alpha.read', 'beta.read'];

/** A call of the API user u from `began` to `ended`. */
const call = (began, ended, operation, details = {}, outcome = 'ok') => ({
  group: 'g', client: 0, node: 0, user: 'u', operation, began, ended, outcome, ...details,
});
const refused = (...of) => call(...of, ...(of.length < 4 ? [{}] : []), 'refused');
const failed = (...of) => call(...of, ...(of.length < 4 ? [{}] : []), 'failed');
const unknown = (...of) => call(...of, ...(of.length < 4 ? [{}] : []), 'unknown');

/** The list with `count` elements from `index` replaced. */
const splice = (list, index, count, ...put) => [...list.slice(0, index), ...put, ...list.slice(index + count)];
const token = (name = 's/1') => ({ token: name, label: name.split('/')[0] });

/** An API user with the secret s and the token s/1, created before 100. */
const begin = [
  call(0, 10, 'createUser'),
  call(20, 30, 'newSecret', { label: 's', overlap: false }),
  call(40, 50, 'issue', { ...token(), result: { permissions: wide } }),
];
const isValid = (...calls) => checkGroup([...begin, ...calls]) === undefined;
const shown = (status = 'active', secrets = ['s'], mark = '', holds = true) => ({ result: { status, mark, holds, secrets } });

/** Calls that end the token. */
const endings = {
  'the secrets were revoked': ['revokeSecrets', { result: { secrets: ['s'] } }],
  'the secret was revoked': ['revokeSecret', { label: 's' }],
  'the secret was replaced': ['newSecret', { label: 't', overlap: false }],
  'the API user was disabled': ['editUser', { status: 'disabled', mark: 'm' }],
  'the API user was deleted': ['deleteUser'],
  'the role was removed': ['editUser', { holds: false, mark: 'm' }],
  'the role was narrowed': ['editRole', { width: 'narrow', user: undefined }],
  'the role was deleted': ['deleteRole', { user: undefined }],
  'the token was revoked': ['revokeToken', token()],
};

describe('the checker', () => {
  for (const [what, [operation, details]] of Object.entries(endings)) {
    for (const use of ['use', 'introspect']) {
      it(`finds a token accepted by ${use} after ${what}`, () => {
        assert.ok(!isValid(call(100, 110, operation, details), call(111, 120, use, token())));
      });
    }
    it(`accepts either response while ${what}`, () => {
      const ending = call(100, 120, operation, details);
      assert.ok(isValid(ending, call(110, 130, 'use', token())));
      assert.ok(isValid(ending, refused(90, 101, 'use', token())));
      assert.ok(isValid(ending, refused(121, 130, 'use', token())));
    });
    it(`finds a token rejected before ${what}, and one accepted again after it`, () => {
      const ending = call(100, 120, operation, details);
      assert.ok(!isValid(ending, refused(90, 99, 'use', token())));
      assert.ok(!isValid(ending, refused(101, 105, 'use', token()), call(106, 110, 'use', token())));
    });
    it(`accepts either response if it is unknown whether ${what}, but no return to the previous state`, () => {
      const ending = unknown(100, 120, operation, details);
      assert.ok(isValid(ending, call(130, 140, 'use', token())));
      assert.ok(isValid(ending, refused(130, 140, 'use', token())));
      assert.ok(isValid(ending, call(130, 140, 'use', token()), refused(150, 160, 'use', token())), 'it may take effect late');
      assert.ok(!isValid(ending, refused(130, 140, 'use', token()), call(150, 160, 'use', token())), 'but not be undone');
    });
    it(`finds a token rejected after a failed call: ${what}`, () => {
      const ending = failed(100, 120, operation, details);
      assert.ok(isValid(ending, call(130, 140, 'use', token())));
      assert.ok(!isValid(ending, refused(130, 140, 'use', token())));
    });
  }

  it('finds an acknowledged secret that is unknown', () => {
    assert.ok(!isValid(refused(60, 70, 'issue', token('s/2'))));
    assert.ok(!isValid(call(60, 70, 'getUser', shown('active', []))));
    assert.ok(isValid(call(60, 70, 'getUser', shown())));
  });

  it('finds a secret that is valid after it was revoked', () => {
    const revoked = call(60, 70, 'revokeSecret', { label: 's' });
    assert.ok(!isValid(revoked, call(80, 90, 'issue', token('s/2'))));
    assert.ok(!isValid(revoked, call(80, 90, 'getUser', shown())));
    assert.ok(isValid(revoked, refused(80, 90, 'issue', token('s/2'))));
  });

  it('finds an acknowledged API user that is missing, and a deleted one that exists', () => {
    assert.ok(!isValid(refused(60, 70, 'getUser')));
    assert.ok(!isValid(call(60, 70, 'listUsers', { result: {} })));
    assert.ok(!isValid(call(60, 70, 'deleteUser'), call(80, 90, 'getUser', shown())));
    assert.ok(!isValid(call(60, 70, 'deleteUser'), call(80, 90, 'createUser')), 'no username comes again');
  });

  it('finds an API user that exists although its creation was rejected or failed', () => {
    for (const outcome of ['failed', 'refused']) {
      assert.ok(checkGroup([call(0, 10, 'createUser', {}, outcome), call(20, 30, 'getUser', shown('active', []))]));
    }
    assert.ok(!checkGroup([unknown(0, 10, 'createUser'), call(20, 30, 'getUser', shown('active', []))]));
    assert.ok(!checkGroup([unknown(0, 10, 'createUser'), refused(20, 30, 'getUser')]));
  });

  it('distinguishes two overlapping secrets', () => {
    const second = [call(60, 70, 'newSecret', { label: 't', overlap: true }), call(71, 72, 'issue', token('t/1'))];
    const revoked = call(80, 90, 'revokeSecret', { label: 's' });
    assert.ok(isValid(...second, call(73, 74, 'use', token())));
    assert.ok(isValid(...second, revoked, call(100, 110, 'use', token('t/1'))));
    assert.ok(!isValid(...second, revoked, refused(100, 110, 'use', token('t/1'))));
    assert.ok(!isValid(...second, revoked, call(100, 110, 'use', token('s/1'))));
  });

  it('finds a token with more rights than its roles', () => {
    const narrowed = call(60, 70, 'editRole', { width: 'narrow', user: undefined });
    const issue = (permissions) => call(80, 90, 'issue', { ...token('s/2'), result: { permissions } });
    assert.ok(!isValid(narrowed, issue(wide)));
    assert.ok(isValid(narrowed, issue(['alpha.read'])));
  });

  it('finds rights of a deleted role, and distinguishes it from a new one with its name', () => {
    const deleted = call(60, 70, 'deleteRole', { user: undefined });
    const created = call(75, 76, 'createRole', { user: undefined, roleId: 7 });
    const issue = (permissions) => call(80, 90, 'issue', { ...token('s/2'), result: { permissions } });
    const assign = (roleId) => call(77, 78, 'editUser', { holds: true, roleId, mark: '' });
    assert.ok(!isValid(deleted, issue(wide)));
    assert.ok(isValid(deleted, issue([])));
    assert.ok(isValid(deleted, call(80, 90, 'getUser', shown('active', ['s'], '', false))));
    assert.ok(!isValid(deleted, call(80, 90, 'getUser', shown())));
    assert.ok(isValid(deleted, created, issue([])), 'no API user has the new role');
    assert.ok(isValid(deleted, created, assign(7), issue(wide)));
    assert.ok(!isValid(deleted, created, assign(0)));
    assert.ok(!isValid(deleted, refused(75, 76, 'createRole', { user: undefined, roleId: 7 })), 'its name is free');
    assert.ok(!isValid(created), 'until then it is taken');
    const find = (role) => call(80, 90, 'findRole', { user: undefined, result: { role } });
    assert.ok(isValid(deleted, find(null)));
    assert.ok(isValid(deleted, created, find({ id: 7, width: 'wide' })));
    assert.ok(!isValid(deleted, created, find({ id: 0, width: 'wide' })));
  });

  it('finds a token that was issued after a role was narrowed, and is not valid', () => {
    for (const [operation, details] of [['editRole', { width: 'narrow' }], ['deleteRole', {}]]) {
      const narrowed = call(60, 70, operation, { user: undefined, ...details });
      const issued = call(80, 90, 'issue', token('s/2'));
      assert.ok(isValid(narrowed, issued, call(100, 110, 'use', token('s/2'))));
      assert.ok(!isValid(narrowed, issued, refused(100, 110, 'use', token('s/2'))));
    }
  });

  it('finds a change that was overwritten by an earlier one', () => {
    const edits = [call(60, 70, 'editUser', { mark: 'first' }), call(80, 90, 'editUser', { mark: 'second' })];
    assert.ok(!isValid(...edits, call(100, 110, 'getUser', shown('active', ['s'], 'first'))));
    assert.ok(isValid(...edits, call(100, 110, 'getUser', shown('active', ['s'], 'second'))));
  });

  it('finds a contradiction between two reads', () => {
    const edit = call(60, 200, 'editUser', { mark: 'm' });
    const older = call(100, 110, 'getUser', shown());
    const newer = call(80, 90, 'getUser', shown('active', ['s'], 'm'));
    assert.ok(!isValid(edit, newer, older));
    assert.ok(isValid(edit, newer, { ...older, began: 85 }));
  });

  it('reports the fault with the calls around it', () => {
    const [text] = checkHistory([...begin, call(100, 110, 'revokeToken', token()), call(111, 120, 'use', token())]);
    assert.match(text, /use\(user u, label s, token s\/1\) → ok/);
    assert.match(text, /accepted, although the token s\/1 is invalid/);
    assert.match(text, /revokeToken/);
  });
});

/** Whether an order of `calls` is possible, found by trying all. */
function fitsSomeOrder(calls, state = emptyGroup()) {
  const answered = calls.filter(({ outcome }) => outcome !== 'unknown' && outcome !== 'failed');
  if (answered.length === 0) return true;
  return calls.some((one) => {
    if (one.outcome === 'failed' || answered.some((other) => other !== one && other.ended < one.began)) return false;
    const next = apply(state, one);
    return typeof next !== 'string' && fitsSomeOrder(calls.filter((other) => other !== one), next);
  });
}

/** Calls of a simulated server by `clients`, each of which has one call at a time. */
function simulate(random, { count, clients, lost = 0 }) {
  const calls = [];
  const free = Array(clients).fill(0);
  const labels = [];
  const tokens = [];
  const roles = [0];
  const role = () => (random.isTrue(0.7) ? roles.at(-1) : random.from(roles));
  const makers = {
    createUser: () => ({ holds: random.isTrue(), roleId: role() }),
    deleteUser: () => ({}),
    editUser: (n) => ({ mark: `m${n}`, ...random.from([{ status: 'disabled' }, { status: 'active' }, { holds: false }, { holds: true, roleId: role() }]) }),
    newSecret: (n) => ({ label: `s${n}`, overlap: random.isTrue() }),
    revokeSecrets: () => ({}),
    revokeSecret: () => ({ label: random.from(labels) }),
    editRole: () => ({ user: undefined, roleId: role(), width: random.from(['wide', 'narrow']) }),
    deleteRole: () => ({ user: undefined, roleId: role() }),
    createRole: (n) => ({ user: undefined, roleId: n }),
    findRole: () => ({ user: undefined }),
    issue: (n) => { const label = random.from(labels); return { label, token: `${label}/${n}` }; },
    use: () => token(random.from(tokens)),
    introspect: () => token(random.from(tokens)),
    revokeToken: () => token(random.from(tokens)),
    getUser: () => ({}),
    listUsers: () => ({ user: undefined }),
  };
  const weights = { createUser: 0.1, deleteUser: 0.02, editUser: 2, newSecret: 3, revokeSecrets: 0.5, revokeSecret: 1,
    editRole: 1, deleteRole: 0.4, createRole: 0.6, findRole: 0.5, issue: 6, use: 8, introspect: 3, revokeToken: 1, getUser: 2, listUsers: 1 };
  for (let n = 0; n < count; n += 1) {
    const operation = n === 0 ? 'createUser' : random.weighted(weights);
    if (['issue', 'revokeSecret'].includes(operation) && labels.length === 0) continue;
    if (['use', 'introspect', 'revokeToken'].includes(operation) && tokens.length === 0) continue;
    const client = random.below(clients);
    const began = free[client] + 1 + random.below(10);
    const happens = began + random.below(30);
    const details = makers[operation](n);
    calls.push({ ...call(began, happens + random.below(30), operation, details), client, happens });
    free[client] = calls.at(-1).ended;
    if (operation === 'newSecret') labels.push(details.label);
    if (operation === 'issue') tokens.push(details.token);
    if (operation === 'createRole') roles.push(details.roleId);
  }
  let state = emptyGroup();
  for (const one of [...calls].sort((a, b) => a.happens - b.happens)) {
    const isLost = one.operation !== 'issue' && random.isTrue(lost); // no client has a token that was lost
    if (isLost && random.isTrue()) { one.outcome = 'unknown'; continue; }
    const { outcome, next, shows } = perform(state, one);
    state = next;
    one.outcome = isLost ? 'unknown' : outcome;
    if (!isLost && shows !== undefined) one.result = shows;
  }
  return calls;
}

/** The same history with one response changed. */
function corrupt(random, calls) {
  const index = random.from([...calls.keys()].filter((n) => ['ok', 'refused'].includes(calls[n].outcome)));
  if (index === undefined) return calls;
  const { result, ...one } = calls[index];
  return splice(calls, index, 1, { ...one, outcome: one.outcome === 'ok' ? 'refused' : 'ok' });
}

describe(`the checker, over random histories (PTKL_HISTORY_SEED=${seed})`, () => {
  it('accepts the histories of a correct server', () => {
    for (let n = 0; n < 60; n += 1) {
      const random = new Random(seed, `right ${n}`);
      const calls = simulate(random, { count: 300, clients: 6, lost: 0.02 });
      const fault = checkGroup(calls);
      assert.equal(fault, undefined, `history ${n}: ${JSON.stringify(fault, null, 1)}`);
    }
  });

  it('finds each wrong response in a sequential history', () => {
    for (let n = 0; n < 300; n += 1) {
      const random = new Random(seed, `wrong ${n}`);
      const calls = corrupt(random, simulate(random, { count: 60, clients: 1 }));
      if (calls.some(({ operation }) => operation === 'revokeSecret')) continue; // where either may be right
      assert.ok(checkGroup(calls), `history ${n}`);
    }
  });

  it('has the same result as trying all orders', () => {
    const agreed = { good: 0, bad: 0 };
    for (let n = 0; n < 3000; n += 1) {
      const random = new Random(seed, `small ${n}`);
      const right = simulate(random, { count: 8, clients: 3, lost: 0.15 });
      const calls = random.isTrue(0.7) ? corrupt(random, right) : right;
      const isRight = fitsSomeOrder(calls);
      agreed[isRight ? 'good' : 'bad'] += 1;
      assert.equal(checkGroup(calls) === undefined, isRight, `history ${n}: ${JSON.stringify(calls)}`);
    }
    assert.ok(agreed.good > 300 && agreed.bad > 300, JSON.stringify(agreed));
  });
});

describe('the comparison with the audit log', () => {
  const change = (number, operation, details = {}, outcome = 'ok') => ({
    ...call(number * 10, number * 10 + 5, operation, details, outcome), role: 'r', requestId: `request ${number}`,
  });
  const event = (number, action, name, after = {}) => ({ request_id: `request ${number}`, action, target: { name }, after });
  const calls = [
    change(1, 'createUser'),
    change(2, 'newSecret', { label: 's' }),
    change(3, 'editUser', { mark: 'm' }),
    change(4, 'editRole', { width: 'narrow', user: undefined }),
    change(5, 'revokeSecrets', { result: { secrets: [] } }),
    change(6, 'deleteUser'),
    change(7, 'deleteRole', { user: undefined }),
  ];
  const events = [
    event(1, 'api_user.created', 'u'),
    event(2, 'secret.created', 'u', { label: 's' }),
    event(3, 'api_user.edited', 'u', { description: 'm' }),
    event(4, 'role.edited', 'r', { permissions: ['alpha.read'] }),
    event(6, 'api_user.deleted', 'u'),
    event(7, 'role.deleted', 'r'),
  ];

  it('accepts changes with one event each', () => {
    assert.deepEqual(checkAuditLog(calls, events), []);
    assert.deepEqual(checkAuditLog(calls, splice(events, 3, 1)), [], 'an edit of a role may have changed nothing');
  });

  it('finds a change without an event or with two events', () => {
    assert.equal(checkAuditLog(calls, splice(events, 1, 1)).length, 1);
    assert.equal(checkAuditLog(calls, splice(events, 2, 0, events[1])).length, 1);
  });

  it('finds an event of a rejected or failed call, or without a call', () => {
    for (const outcome of ['failed', 'refused']) {
      assert.equal(checkAuditLog(splice(calls, 1, 1, { ...calls[1], outcome }), events).length, 1, outcome);
    }
    assert.equal(checkAuditLog(splice(calls, 1, 1, { ...calls[1], outcome: 'failed', requestId: undefined }), events).length, 1);
    assert.equal(checkAuditLog(splice(calls, 1, 1), events).length, 1);
  });

  it('accepts no event or one of a call with unknown outcome, and finds two', () => {
    const lost = splice(calls, 1, 1, { ...calls[1], outcome: 'unknown', requestId: undefined });
    assert.deepEqual(checkAuditLog(lost, events), []);
    assert.deepEqual(checkAuditLog(lost, splice(events, 1, 1)), []);
    assert.equal(checkAuditLog(lost, splice(events, 1, 0, events[1])).length, 1);
  });

  it('finds an order of events that contradicts real time', () => {
    const swapped = [events[0], events[2], events[1], ...events.slice(3)];
    assert.equal(checkAuditLog(calls, swapped).length, 1);
    const overlapping = splice(calls, 2, 1, { ...calls[2], began: 22 });
    assert.deepEqual(checkAuditLog(overlapping, swapped), []);
  });
});
