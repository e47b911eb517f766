// A checker of histories of concurrent calls, as support/history.mjs records them: whether every response was
// right, by the sequential model of support/history_model.mjs.
//
// It checks linearizability (Herlihy and Wing 1990), group by group, which is sufficient because groups share
// nothing. A history is correct if its calls can be put into one order such that
//   1. real time is respected: a call that returned before another one began precedes it. Overlapping calls may
//      be in either order;
//   2. every response is that of the model at that place of the order: accepted or rejected, and its content;
//   3. `failed` calls are not in the order at all: a change that was reported as failed never happened;
//   4. an `unknown` call is at one place after its beginning, however late (a commit can outlive the server that
//      requested it), or nowhere. So its effect is never undone once it was seen, nor seen after it was excluded.
//
// Therefore no token is accepted by a call that began after a revocation had returned (of a secret or a token, by
// a deleted or disabled user, by a removed or narrowed role); no valid token is rejected; no acknowledged secret
// or API user is lost; no role or status returns to a previous state.
//
// The search is Lowe's just-in-time linearization ("Testing for linearizability", 2017): it processes beginnings
// and returns in order of time, keeps every possible state of the objects, and only when a call returns tries all
// orders of open calls that end with it. If none is possible, the remaining states are the explanation.
//
// checkAuditLog() compares the history with the audit log: each acknowledged change has exactly one event, failed
// and rejected calls have none, and the other events belong to calls of unknown outcome, at most one to each; and
// the order of events in the log does not contradict real time.
import { apply, canonical, changesNothing, emptyGroup } from './history_model.mjs';

// A client cannot use a token that it never got.
const withoutTrace = new Set(['issue', 'use', 'introspect', 'getUser', 'listUsers', 'findRole']);

/** Calls without an effect on others: failed calls, and unobserved calls that leave no trace. */
const explainsNothing = (call) => call.outcome === 'failed'
  || (call.outcome === 'unknown' && withoutTrace.has(call.operation));

/** The last answered call that names each token: afterwards its status is not needed. */
function lastMentions(calls) {
  const last = new Map();
  for (const call of calls) {
    const better = call.outcome !== 'unknown' && !(last.get(call.token)?.ended > call.ended);
    if (call.token !== undefined && better) last.set(call.token, call);
  }
  return last;
}

function eventsOf(calls) {
  const events = calls.map((call) => ({ at: call.began, rank: 0, call }));
  calls.filter(({ outcome }) => outcome !== 'unknown')
    .forEach((call) => events.push({ at: call.ended, rank: 1, call }));
  // Beginnings first, because calls that touch at one moment overlap.
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.rank - b.rank));
}

function withoutToken(state, name, token) {
  const user = state.users[name];
  if (typeof user !== 'object' || !user.tokens.includes(token)) return state;
  const tokens = user.tokens.filter((other) => other !== token);
  return { ...state, users: { ...state.users, [name]: { ...user, tokens } } };
}

/** The possible states of the objects at one moment, each with the open calls that have taken effect. */
class Search {
  constructor(calls, limit) {
    this.last = lastMentions(calls);
    this.limit = limit;
    this.steps = 0;
    this.open = new Map(); // call -> its bit
    this.bits = 0n;
    this.certain = 0n; // the bits of open calls that will return
    this.possible = [{ state: emptyGroup(), done: 0n }];
    this.keys = new WeakMap();
  }

  keyOf(state) {
    if (!this.keys.has(state)) this.keys.set(state, canonical(state));
    return this.keys.get(state);
  }

  begin(call) {
    let bit = 1n;
    while (this.bits & bit) bit <<= 1n;
    this.bits |= bit;
    if (call.outcome !== 'unknown') this.certain |= bit;
    this.open.set(call, bit);
  }

  /** Undefined, or the reasons why the response is impossible. */
  end(call) {
    const bit = this.open.get(call);
    const { found, reasons } = this.#place(call, bit);
    if (found.length === 0) return reasons;
    this.open.delete(call);
    this.bits &= ~bit;
    this.certain &= ~bit;
    const forget = this.last.get(call.token) === call;
    this.possible = this.#unlikeOnes(found.map(({ state, done }) => ({
      state: forget ? withoutToken(state, call.user, call.token) : state, done: done & ~bit,
    })));
    return undefined;
  }

  /** Every continuation in which `call`, which has this bit, has taken effect. */
  #place(call, bit) {
    const found = [];
    const reasons = new Set();
    const seen = new Set();
    const stack = this.possible.map((one) => this.#settle(one));
    while (stack.length > 0) {
      const one = stack.pop();
      const key = `${one.done} ${this.keyOf(one.state)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if ((this.steps += 1) > this.limit) throw new Error(`undecided after ${this.limit} steps`);
      if (one.done & bit) found.push(one);
      else this.#branch(one, call, stack, reasons);
    }
    return { found, reasons: [...reasons] };
  }

  #branch({ state, done }, target, stack, reasons) {
    for (const [call, bit] of this.open) {
      if (done & bit) continue;
      const next = apply(state, call);
      if (typeof next === 'string') {
        if (call === target) reasons.add(next);
      } else if (next !== state || call.outcome !== 'unknown') {
        stack.push(this.#settle({ state: next, done: done | bit }));
      }
    }
  }

  /** Lets possible calls without a change take effect now: taking effect later gives no other continuation. */
  #settle({ state, done }) {
    let more = done;
    for (const [call, bit] of this.open) {
      if (!(more & bit) && changesNothing(call) && apply(state, call) === state) more |= bit;
    }
    return { state, done: more };
  }

  /** Removes states that another one covers, because it has the same state and has used fewer unknown calls. */
  #unlikeOnes(all) {
    const groups = new Map();
    for (const one of all) {
      const key = `${one.done & this.certain} ${this.keyOf(one.state)}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const isLess = (a, b) => a !== b && (a.done & b.done) === a.done && a.done !== b.done;
    return [...groups.values()].flatMap((likes) => {
      const unique = [...new Map(likes.map((one) => [one.done, one])).values()];
      return unique.filter((one) => !unique.some((other) => isLess(other, one)));
    });
  }
}

/**
 * Checks the calls of one group. Returns undefined, or {call, reasons, states, earlier}: the first call with an
 * impossible response, the reason in each possible state, and the earlier calls about the same API user. Throws
 * if it cannot decide within `limit` steps.
 */
export function checkGroup(calls, { limit = 500_000 } = {}) {
  const relevant = calls.filter((call) => !explainsNothing(call));
  const search = new Search(relevant, limit);
  for (const { rank, call } of eventsOf(relevant)) {
    if (rank === 0) {
      search.begin(call);
    } else {
      const before = search.possible.map(({ state }) => state);
      const reasons = search.end(call);
      if (reasons) {
        const states = [...new Set(before.map((state) => canonical(state.users[call.user] ?? state)))];
        return { call, reasons, states, earlier: neighboursOf(call, relevant) };
      }
    }
  }
  return undefined;
}

function neighboursOf(call, calls) {
  return calls.filter((other) => other !== call && other.began <= call.ended
    && (other.user === call.user || other.user === undefined)).slice(-12);
}

export function groupsOf(calls) {
  const groups = new Map();
  for (const call of calls) {
    if (!groups.has(call.group)) groups.set(call.group, []);
    groups.get(call.group).push(call);
  }
  return groups;
}

/** Checks every group; returns the faults as texts. */
export function checkHistory(calls, options) {
  return [...groupsOf(calls)].flatMap(([group, ofGroup]) => {
    const fault = checkGroup(ofGroup, options);
    return fault ? [explain(group, fault)] : [];
  });
}

const milliseconds = (time) => (Number(time) / 1e6).toFixed(2);

/** One line of text about a call. */
export function describeCall(call) {
  const details = ['user', 'label', 'token', 'overlap', 'status', 'holds', 'mark', 'roleId', 'width']
    .filter((key) => call[key] !== undefined).map((key) => `${key} ${call[key]}`).join(', ');
  const until = call.ended === undefined ? '?' : milliseconds(call.ended);
  const shown = call.result === undefined ? '' : ` ${canonical(call.result)}`;
  return `${milliseconds(call.began)}–${until} ms, client ${call.client} at node ${call.node}: `
    + `${call.operation}(${details}) → ${call.outcome}${call.code === undefined ? '' : ` (${call.code})`}${shown}`;
}

function explain(group, { call, reasons, states, earlier }) {
  return [`group ${group}: ${describeCall(call)}`, ...reasons.map((reason) => `  ${reason}`),
    '  possible before it:', ...states.slice(0, 4).map((state) => `    ${state}`),
    '  before it, or at the same time:', ...earlier.map((other) => `    ${describeCall(other)}`)].join('\n');
}

const actionOf = {
  createUser: 'api_user.created',
  deleteUser: 'api_user.deleted',
  editUser: 'api_user.edited',
  newSecret: 'secret.created',
  revokeSecrets: 'secret.revoked',
  revokeSecret: 'secret.revoked',
  editRole: 'role.edited',
  deleteRole: 'role.deleted',
};

const ofRole = new Set(['editRole', 'deleteRole']);

/** The number of events of a call: 1, 0, or undefined if it may have found nothing to change. */
function expectedEvents(call) {
  if (call.outcome === 'failed' || call.outcome === 'refused') return 0;
  if (call.operation === 'editRole' || call.operation === 'revokeSecret') return undefined;
  if (call.operation === 'revokeSecrets') return call.result.secrets.length > 0 ? 1 : 0;
  return 1;
}

/** A text that identifies an event among those of its kind, from the values that the caller sent. */
function signature(action, target, detail) {
  return `${action} of ${target}${detail === undefined ? '' : ` (${detail})`}`;
}

function signatureOfCall(call) {
  const detail = { editUser: call.mark, newSecret: call.label, editRole: call.width }[call.operation];
  return signature(actionOf[call.operation], ofRole.has(call.operation) ? call.role : call.user, detail);
}

const widthOf = (permissions) => (permissions.length > 1 ? 'wide' : 'narrow');

function signatureOfEvent({ action, target, after }) {
  const detail = {
    'api_user.edited': () => after.description,
    'secret.created': () => after.label,
    'role.edited': () => widthOf(after.permissions),
  }[action]?.();
  return signature(action, target.name, detail);
}

/** Faults of the order of events: a call that had returned has its event after one of a call that began later. */
function checkOrder(numbered) {
  const faults = [];
  let latest; // of the calls so far, the one that began last
  for (const call of numbered) {
    if (latest && call.ended < latest.began) {
      faults.push(`the audit log has ${describeCall(call)}\n  after ${describeCall(latest)}`);
    }
    if (!latest || call.began > latest.began) latest = call;
  }
  return faults;
}

/**
 * Checks the changes among `calls`, which have the request id of each response, against `events`: all events of
 * the audit log about changes of objects of the history, in their order. Returns the faults as texts.
 */
export function checkAuditLog(calls, events) {
  const changes = calls.filter(({ operation }) => operation in actionOf);
  const byRequest = new Map(changes.filter(({ requestId }) => requestId).map((call) => [call.requestId, call]));
  const counts = new Map();
  const unclaimed = new Map();
  const numbered = [];
  for (const event of events) {
    const call = byRequest.get(event.request_id);
    if (call && call.outcome !== 'unknown') {
      counts.set(call, (counts.get(call) ?? 0) + 1);
      if (signatureOfCall(call) === signatureOfEvent(event)) numbered.push(call);
      else counts.set(call, NaN);
    } else {
      const name = signatureOfEvent(event);
      unclaimed.set(name, (unclaimed.get(name) ?? 0) + 1);
    }
  }
  const faults = checkOrder(numbered);
  for (const call of changes.filter(({ outcome }) => outcome !== 'unknown')) {
    const count = counts.get(call) ?? 0;
    const expected = expectedEvents(call);
    const good = expected === undefined ? count <= 1 : count === expected;
    if (!good) faults.push(`${count} events of ${describeCall(call)}`);
  }
  for (const call of changes.filter(({ outcome }) => outcome === 'unknown')) {
    const name = signatureOfCall(call);
    if (unclaimed.has(name)) unclaimed.set(name, unclaimed.get(name) - 1);
  }
  for (const [name, count] of unclaimed) {
    if (count > 0) faults.push(`${count} events ${name} without a call, or of calls that were reported as failed`);
  }
  return faults;
}
