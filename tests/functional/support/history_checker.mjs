// Was every answer right? A checker for histories of calls that overlap in time, as support/history.mjs records
// them, against what support/history_model.mjs says of calls that come one after the other.
//
// What is checked is linearizability (Herlihy and Wing 1990), group by group, which is enough because groups
// share nothing. A history is correct if its calls can be put into one order such that
//   1. real time is respected: a call that had returned before another one began comes before it. Calls that
//      overlap may come in either order;
//   2. every answer is what the model gives at that place of the order: accepted or refused, and what it shows;
//   3. `failed` calls are not in the order at all: a change that was reported as failed never happened;
//   4. an `unknown` call is at one place after its beginning, however late (a commit can outlive the node that
//      asked for it), or nowhere. So once seen as done it is never undone, and the other way round.
//
// Hence: nothing is accepted that began after a revocation had returned (of a secret or a token, a deletion, a
// disabled user, a role taken off or narrowed); nothing good is refused; no secret and no API user that was
// acknowledged is lost; no role or status goes back.
//
// The search is Lowe's just-in-time linearization ("Testing for linearizability", 2017): it walks along the
// beginnings and returns, keeps every state that the objects can be in, and only when a call returns tries all
// orders of open calls that end with it. What is left when none fits is the explanation.
//
// checkAuditLog() compares the history with the audit log: each acknowledged change has its event exactly once,
// what failed or was refused has none, and what is left was asked for by calls of unknown outcome, each once at
// most; and the log's order of events does not contradict real time.
import { apply, canonical, changesNothing, emptyGroup } from './history_model.mjs';

// A token that its client never got cannot be used either.
const withoutTrace = new Set(['mint', 'use', 'introspect', 'getUser', 'listUsers']);

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
  // Beginnings first: what happens at the same moment overlaps.
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.rank - b.rank));
}

function withoutToken(state, name, token) {
  const user = state.users[name];
  if (typeof user !== 'object' || !user.tokens.includes(token)) return state;
  const tokens = user.tokens.filter((other) => other !== token);
  return { ...state, users: { ...state.users, [name]: { ...user, tokens } } };
}

/** All that the objects can be like at one moment, and which open calls have happened already. */
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

  /** Undefined, or why it cannot be what it was answered. */
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

  /** Every continuation in which `call`, whose bit that is, has happened. */
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

  #branch({ state, done }, wanted, stack, reasons) {
    for (const [call, bit] of this.open) {
      if (done & bit) continue;
      const next = apply(state, call);
      if (typeof next === 'string') {
        if (call === wanted) reasons.add(next);
      } else if (next !== state || call.outcome !== 'unknown') {
        stack.push(this.#settle({ state: next, done: done | bit }));
      }
    }
  }

  /** What changes nothing and fits may as well happen now: to wait with it opens no further way. */
  #settle({ state, done }) {
    let more = done;
    for (const [call, bit] of this.open) {
      if (!(more & bit) && changesNothing(call) && apply(state, call) === state) more |= bit;
    }
    return { state, done: more };
  }

  /** Without those from which no more ways lead on than from another one: it has used up fewer unknown calls. */
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
 * Checks the calls of one group. Gives undefined, or {call, reasons, states, earlier}: the first call whose
 * answer nothing explains, why not in each state that was possible, and the calls before it that spoke of
 * the same user. Throws when it cannot decide within `limit` steps.
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

/** Checks every group; gives the faults as texts. */
export function checkHistory(calls, options) {
  return [...groupsOf(calls)].flatMap(([group, ofGroup]) => {
    const fault = checkGroup(ofGroup, options);
    return fault ? [explain(group, fault)] : [];
  });
}

const milliseconds = (time) => (Number(time) / 1e6).toFixed(2);

/** One line about one call. */
export function describeCall(call) {
  const details = ['user', 'label', 'token', 'overlap', 'status', 'holds', 'mark', 'width']
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
};

/** What has to leave an event: 1, what cannot: 0, and undefined for what may have found nothing to change. */
function expectedEvents(call) {
  if (call.outcome === 'failed' || call.outcome === 'refused') return 0;
  if (call.operation === 'editRole' || call.operation === 'revokeSecret') return undefined;
  if (call.operation === 'revokeSecrets') return call.result.secrets.length > 0 ? 1 : 0;
  return 1;
}

/** What tells an event from others of its kind as far as a caller can know it: by the words that it sent. */
function signature(action, target, detail) {
  return `${action} of ${target}${detail === undefined ? '' : ` (${detail})`}`;
}

function signatureOfCall(call) {
  const detail = { editUser: call.mark, newSecret: call.label, editRole: call.width }[call.operation];
  return signature(actionOf[call.operation], call.operation === 'editRole' ? call.role : call.user, detail);
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

/** Events in their order must not say that a call which had returned came after one that began later. */
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
 * Checks the changes among `calls`, which hold the request id of each answer, against `events`: all of the
 * audit log that tell of changes to objects of the history, in their order. Gives the faults as texts.
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
