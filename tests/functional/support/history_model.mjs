// A sequential model of a group of objects: one role and the API users that have it, with their secrets and tokens.
// Groups share nothing, so each can be checked separately.
//
// A state is immutable. It is {role, users}: `role` is {id, width}, or null after its deletion, until a role with the
// same name is created; `width` is 'wide' or 'narrow'; a user is absent before its creation, 'deleted' after its
// deletion, and otherwise {status, mark, holds, secrets, tokens}: status, description, whether it has the role, the
// labels of its active secrets, the names of its valid tokens.
//
// A call is {operation, user, outcome, result, …}. `roleId` is that of the role that it names, by default that of the
// first one. The outcome is `ok`; `refused` if the server rejected it (4xx);
// `failed` if it certainly had no effect (503, or no connection); `unknown` if it had no result (a broken
// connection, 504).

export const permissionsOf = { wide: ['alpha.read', 'beta.read'], narrow: ['alpha.read'] };
export const maxLiveSecrets = 5;

export const firstRole = 0;

export const emptyGroup = () => ({ role: { id: firstRole, width: 'wide' }, users: {} });

const ok = (next, shows) => ({ outcome: 'ok', next, shows });
const refused = (why) => ({ outcome: 'refused', why });

const isThere = (state, name) => typeof state.users[name] === 'object';
const withUser = (state, name, user) => ({ ...state, users: { ...state.users, [name]: user } });
const withoutTokens = (user) => (user.tokens.length === 0 ? user : { ...user, tokens: [] });
const sorted = (list) => [...list].sort();

const isRole = ({ role }, { roleId = firstRole }) => role?.id === roleId;
const noRole = ({ roleId = firstRole }) => refused(`there is no role ${roleId}`);
const rightsOf = ({ role }, { holds }) => (holds ? permissionsOf[role.width] : []);

/** All users that have the role, after `change`. */
const withHolders = ({ users }, change) => Object.fromEntries(Object.entries(users)
  .map(([name, user]) => [name, user.holds ? change(user) : user]));

/** A rule for operations on an existing user. */
const ofUser = (rule) => (state, call) => (isThere(state, call.user)
  ? rule(state, call, state.users[call.user])
  : refused(`there is no API user ${call.user}`));

/** The result of reading an API user. */
const look = ({ status, mark, holds, secrets }) => ({ status, mark, holds, secrets: sorted(secrets) });

const ofValidToken = (rule) => (state, call) => (isThere(state, call.user)
  && state.users[call.user].tokens.includes(call.token)
  ? rule(state, call, state.users[call.user])
  : refused(`the token ${call.token} is invalid`));

/** The effect of each operation: ok(state after it, result) or refused(reason). */
const rules = {
  createUser: (state, call) => {
    const { user, holds = true } = call;
    if (user in state.users) return refused(`the username ${user} is taken`);
    if (holds && !isRole(state, call)) return noRole(call);
    return ok(withUser(state, user, { status: 'active', mark: '', holds, secrets: [], tokens: [] }));
  },

  deleteUser: ofUser((state, { user }) => ok(withUser(state, user, 'deleted'))),

  editUser: ofUser((state, call, before) => {
    const { user, status, holds, mark } = call;
    if (holds && !isRole(state, call)) return noRole(call);
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

  // A revoked or expired one may have been deleted.
  revokeSecret: ofUser((state, { user, label }, before) => {
    if (!before.secrets.includes(label)) return { outcome: 'either', next: state };
    return ok(withUser(state, user, {
      ...before,
      secrets: before.secrets.filter((other) => other !== label),
      tokens: before.tokens.filter((token) => !token.startsWith(`${label}/`)),
    }));
  }),

  editRole: (state, call) => {
    if (!isRole(state, call)) return noRole(call);
    const { width } = call;
    if (width === state.role.width) return ok(state);
    const role = { ...state.role, width };
    return ok({ role, users: width === 'wide' ? state.users : withHolders(state, withoutTokens) });
  },

  deleteRole: (state, call) => {
    if (!isRole(state, call)) return noRole(call);
    return ok({ role: null, users: withHolders(state, (user) => ({ ...withoutTokens(user), holds: false })) });
  },

  createRole: (state, { roleId }) => (state.role
    ? refused(`the name of the role ${state.role.id} is taken`)
    : ok({ ...state, role: { id: roleId, width: 'wide' } })),

  findRole: (state) => ok(state, { role: state.role }),

  issue: ofUser((state, { user, label, token }, before) => {
    if (before.status !== 'active') return refused(`${user} is disabled`);
    if (!before.secrets.includes(label)) return refused(`the secret ${label} is invalid`);
    return ok(withUser(state, user, { ...before, tokens: sorted([...before.tokens, token]) }),
      { permissions: rightsOf(state, before) });
  }),

  use: ofValidToken((state, { user }, owner) => ok(state, { username: user, permissions: rightsOf(state, owner) })),

  introspect: ofValidToken((state, { user }) => ok(state, { username: user })),

  // RFC 7009: the response does not state whether the token was valid.
  revokeToken: (state, { user, token }) => {
    if (!isThere(state, user) || !state.users[user].tokens.includes(token)) return ok(state);
    const before = state.users[user];
    return ok(withUser(state, user, { ...before, tokens: before.tokens.filter((other) => other !== token) }));
  },

  getUser: ofUser((state, call, user) => ok(state, look(user))),

  /** The result has only the users of this group. */
  listUsers: (state) => ok(state, Object.fromEntries(Object.entries(state.users)
    .filter(([, user]) => user !== 'deleted').map(([name, user]) => [name, look(user)]))),
};

export const operations = Object.keys(rules);

const reading = new Set(['use', 'introspect', 'getUser', 'listUsers', 'findRole']);

/** Whether `call` changes no state. A rejected call changes nothing. */
export const changesNothing = (call) => call.outcome === 'refused' || reading.has(call.operation);

/** A text that is equal for objects with equal members, in whatever order these were set. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  return `{${Object.keys(value).sort().map((key) => `${key}:${canonical(value[key])}`).join()}}`;
}

/** The behaviour of a server without concurrent calls: {outcome, next, shows}; for simulated histories. */
export function perform(state, call) {
  const { outcome, next, shows } = rules[call.operation](state, call);
  return outcome === 'refused' ? { outcome, next: state } : { outcome: 'ok', next, shows };
}

/**
 * The state after `call`, which is `state` itself if nothing changed; or a text with the reason why the response
 * is impossible in this state.
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
