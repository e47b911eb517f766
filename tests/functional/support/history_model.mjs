// What a group of objects does when its calls come one after the other: one role and the API users that hold
// it, with their secrets and tokens. Groups share nothing, so that each can be checked by itself.
//
// A state is never changed. It is {role, users}: `role` is 'wide' or 'narrow'; a user is absent before it is
// created, 'deleted' ever after, and otherwise {status, mark, holds, secrets, tokens}: the description, whether
// it has the role, the labels of its live secrets, the names of its good tokens.
//
// A call is {operation, user, outcome, result, …}. Outcomes: `ok` and `refused` (the server said no, and
// meant it: 4xx) were answered; `failed` means that the caller was told that nothing happened (503, or no
// connection at all), `unknown` that it got no result (a broken connection, 504).

export const permissionsOf = { wide: ['alpha.read', 'beta.read'], narrow: ['alpha.read'] };
export const maxLiveSecrets = 5;

export const emptyGroup = () => ({ role: 'wide', users: {} });

const ok = (next, shows) => ({ outcome: 'ok', next, shows });
const refused = (why) => ({ outcome: 'refused', why });

const isThere = (state, name) => typeof state.users[name] === 'object';
const withUser = (state, name, user) => ({ ...state, users: { ...state.users, [name]: user } });
const withoutTokens = (user) => (user.tokens.length === 0 ? user : { ...user, tokens: [] });
const sorted = (list) => [...list].sort();

/** A rule for what needs a user that is there. */
const ofUser = (rule) => (state, call) => (isThere(state, call.user)
  ? rule(state, call, state.users[call.user])
  : refused(`there is no API user ${call.user}`));

/** All that a look at an API user shows of it. */
const look = ({ status, mark, holds, secrets }) => ({ status, mark, holds, secrets: sorted(secrets) });

const ofGoodToken = (rule) => (state, call) => (isThere(state, call.user)
  && state.users[call.user].tokens.includes(call.token)
  ? rule(state, call, state.users[call.user])
  : refused(`the token ${call.token} is invalid`));

/** What each operation answers and leaves behind: ok(state after it, what it shows) or refused(why). */
const rules = {
  createUser: (state, { user }) => (user in state.users
    ? refused(`the username ${user} is taken`)
    : ok(withUser(state, user, { status: 'active', mark: '', holds: true, secrets: [], tokens: [] }))),

  deleteUser: ofUser((state, { user }) => ok(withUser(state, user, 'deleted'))),

  editUser: ofUser((state, { user, status, holds, mark }, before) => {
    const after = { ...before, mark, status: status ?? before.status, holds: holds ?? before.holds };
    const takes = (before.status === 'active' && after.status === 'disabled') || (before.holds && !after.holds);
    return ok(withUser(state, user, takes ? withoutTokens(after) : after));
  }),

  newSecret: ofUser((state, { user, label, overlap }, before) => {
    if (before.status !== 'active') return refused(`${user} is disabled`);
    if (overlap && before.secrets.length >= maxLiveSecrets) return refused(`${user} has too many secrets`);
    return ok(withUser(state, user, overlap
      ? { ...before, secrets: [...before.secrets, label] }
      : { ...before, secrets: [label], tokens: [] }));
  }),

  revokeSecrets: ofUser((state, { user }, before) => ok(
    before.secrets.length === 0 ? state : withUser(state, user, { ...before, secrets: [], tokens: [] }),
    { secrets: sorted(before.secrets) },
  )),

  // One that has ended already may have been forgotten.
  revokeSecret: ofUser((state, { user, label }, before) => {
    if (!before.secrets.includes(label)) return { outcome: 'either', next: state };
    return ok(withUser(state, user, {
      ...before,
      secrets: before.secrets.filter((other) => other !== label),
      tokens: before.tokens.filter((token) => !token.startsWith(`${label}/`)),
    }));
  }),

  editRole: (state, { width }) => {
    if (width === state.role) return ok(state);
    if (width === 'wide') return ok({ ...state, role: width });
    const users = Object.fromEntries(Object.entries(state.users)
      .map(([name, user]) => [name, user.holds ? withoutTokens(user) : user]));
    return ok({ role: width, users });
  },

  mint: ofUser((state, { user, label, token }, before) => {
    if (before.status !== 'active') return refused(`${user} is disabled`);
    if (!before.secrets.includes(label)) return refused(`the secret ${label} is invalid`);
    return ok(withUser(state, user, { ...before, tokens: sorted([...before.tokens, token]) }),
      { permissions: before.holds ? permissionsOf[state.role] : [] });
  }),

  use: ofGoodToken((state, { user }, { holds }) => ok(state,
    { username: user, permissions: holds ? permissionsOf[state.role] : [] })),

  introspect: ofGoodToken((state, { user }) => ok(state, { username: user })),

  // RFC 7009: no answer tells whether the token was good.
  revokeToken: (state, { user, token }) => {
    if (!isThere(state, user) || !state.users[user].tokens.includes(token)) return ok(state);
    const before = state.users[user];
    return ok(withUser(state, user, { ...before, tokens: before.tokens.filter((other) => other !== token) }));
  },

  getUser: ofUser((state, call, user) => ok(state, look(user))),

  /** Shows the users of this group only. */
  listUsers: (state) => ok(state, Object.fromEntries(Object.entries(state.users)
    .filter(([, user]) => user !== 'deleted').map(([name, user]) => [name, look(user)]))),
};

export const operations = Object.keys(rules);

const reading = new Set(['use', 'introspect', 'getUser', 'listUsers']);

/** Whether `call` leaves every state as it is. What was refused changes nothing. */
export const changesNothing = (call) => call.outcome === 'refused' || reading.has(call.operation);

/** The same text for objects with the same members, in whatever order these were set. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  return `{${Object.keys(value).sort().map((key) => `${key}:${canonical(value[key])}`).join()}}`;
}

/** As the server behaves when nothing else runs: {outcome, next, shows}; for simulated histories. */
export function perform(state, call) {
  const { outcome, next, shows } = rules[call.operation](state, call);
  return outcome === 'refused' ? { outcome, next: state } : { outcome: 'ok', next, shows };
}

/**
 * The state after `call`, which is `state` itself where nothing changed; or a text that says why what the
 * call was answered cannot be true in this state.
 */
export function apply(state, call) {
  const { outcome, next, shows, why } = rules[call.operation](state, call);
  if (call.outcome === 'unknown') return outcome === 'refused' ? state : next;
  if (outcome === 'either') return state;
  if (outcome !== call.outcome) {
    return outcome === 'refused' ? `it was accepted, although ${why}` : 'it was refused, although all was good';
  }
  if (outcome === 'refused') return state;
  if (shows === undefined || call.result === undefined) return next;
  if (canonical(shows) === canonical(call.result)) return next;
  return `it showed ${canonical(call.result)} where ${canonical(shows)} was to be shown`;
}
