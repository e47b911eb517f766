// Clients that create, use and revoke API users, secrets and tokens at random, through random servers, and record
// all calls. Each client knows the calls of the others as soon as these have returned, so others try what one has
// revoked.
import assert from 'node:assert/strict';
import { firstRole, permissionsOf } from './history_model.mjs';
import { keepSecret } from './sensitive.mjs';
import { json } from './server.mjs';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const usersOfGroup = 2;
const callsOfGroup = 240;
const keptTokens = 6;
const liveStatuses = ['current', 'overlapping'];

/** The weight of each operation among the possible ones. */
const weights = {
  use: 34, introspect: 22, issue: 24, newSecret: 4, revokeSecrets: 1, revokeSecret: 2, editUser: 4, editRole: 2,
  deleteRole: 0.5, createRole: 0.1, findRole: 0.2, revokeToken: 2, getUser: 5, listUsers: 0.5, deleteUser: 0.4,
};
/** After these, another client immediately checks at another node whether they are effective. */
const takesAway = new Set(['newSecret', 'revokeSecrets', 'revokeSecret', 'editUser', 'editRole', 'deleteRole', 'revokeToken', 'deleteUser']);

/** Operations that concern no API user. */
const ofGroup = new Set(['editRole', 'deleteRole', 'createRole', 'findRole', 'listUsers']);

const needs = {
  use: 'token', introspect: 'token', revokeToken: 'token', issue: 'secret', revokeSecret: 'secret',
};

const look = (user) => ({
  status: user.status,
  mark: user.description,
  holds: user.roles.length > 0,
  secrets: user.secrets.filter(({ status }) => liveStatuses.includes(status)).map(({ label }) => label).sort(),
});

const widthOf = ({ permissions }) => (permissions.length > 1 ? 'wide' : 'narrow');

/** A role names its own id, so that clients that do not know the outcome of its creation can find it. */
const newRole = (name, id) => ({ name, permissions: permissionsOf.wide, workspaces: [`role-${id}`] });
const idOf = ({ workspaces: [name] }) => Number(name.slice('role-'.length));

/** The exchange of each operation: the request, and the result in its response. */
const exchanges = {
  createUser: ({ user, holds }, { group, role }) => [
    group.api('POST', '/api-users', { username: user, roles: holds ? [role.uuid] : [] })],
  deleteUser: (_, { group, path }) => [group.api('DELETE', path)],
  editUser: ({ status, holds, mark }, { group, role, path }) => [group.api('PATCH', path, {
    description: mark,
    ...(status === undefined ? {} : { status }),
    ...(holds === undefined ? {} : { roles: holds ? [role.uuid] : [] }),
  })],
  newSecret: ({ label, overlap }, { group, path }) => [
    group.api('POST', `${path}/secrets`, { label, ...(overlap ? { overlap_seconds: 3600 } : {}) })],
  revokeSecrets: (_, { group, path }) => [group.api('DELETE', `${path}/secrets`),
    ({ revoked }) => ({ secrets: revoked.map(({ label }) => label).sort() })],
  revokeSecret: (_, { group, path, secret }) => [group.api('DELETE', `${path}/secrets/${secret.id}`)],
  editRole: ({ width }, { group, role }) => [
    group.api('PATCH', `/roles/${role.uuid}`, { permissions: permissionsOf[width] })],
  deleteRole: (_, { group, role }) => [group.api('DELETE', `/roles/${role.uuid}`)],
  createRole: ({ roleId }, { group }) => [group.api('POST', '/roles', newRole(group.name, roleId))],
  findRole: (_, { group }) => [group.api('GET', `/roles?name=${group.name}`),
    ({ items: [role] }) => ({ role: role ? { id: idOf(role), width: widthOf(role) } : null })],
  issue: ({ user }, { group, secret }) => [
    group.oauth2('token', { grant_type: 'client_credentials', client_id: user, client_secret: secret.text }),
    ({ scope }) => ({ permissions: (scope ?? '').split(' ').filter(Boolean).sort() })],
  use: (_, { group, token }) => [group.api('GET', '/whoami', undefined, token.text),
    ({ username, permissions }) => ({ username, permissions: [...permissions].sort() })],
  introspect: (_, { group, token }) => [group.oauth2('introspect', { token: token.text }, group.owner.basic),
    ({ username, client_id: client }) => ({ username: username ?? client })],
  revokeToken: (_, { group, token }) => [group.oauth2('revoke', { token: token.text })],
  getUser: (_, { group, path }) => [group.api('GET', path), look],
  listUsers: (_, { group }) => [group.api('GET', '/api-users?limit=1000'),
    ({ items }) => Object.fromEntries(items.filter(({ username }) => username.startsWith(`${group.name}-`))
      .map((user) => [user.username, look(user)]))],
};

/** The secrets and tokens of `users` that such a call ends; used only for choosing among them. */
function endedBy(operation, call, users) {
  const secrets = users.flatMap((user) => user.secrets);
  const tokens = users.flatMap((user) => user.tokens);
  const isOf = (label) => ({ name }) => name.startsWith(`${label}/`);
  switch (operation) {
    case 'deleteUser':
    case 'revokeSecrets': return [...secrets, ...tokens];
    case 'newSecret': return call.overlap ? [] : [...secrets.filter(({ label }) => label !== call.label), ...tokens];
    case 'revokeSecret': return [...secrets.filter(({ label }) => label === call.label), ...tokens.filter(isOf(call.label))];
    case 'editUser': return call.status === 'disabled' || call.holds === false ? tokens : [];
    case 'editRole': return call.width === 'narrow' ? tokens : [];
    case 'deleteRole': return tokens;
    case 'revokeToken': return tokens.filter(({ name }) => name === call.token);
    default: return [];
  }
}

/** One role, the API users that have it, and what the clients know about them. */
class Group {
  constructor(name, owner) {
    Object.assign(this, { name, owner, users: [], called: 0, made: 0 });
    this.roles = [{ id: firstRole, width: 'wide' }]; // all that are known, the newest last
  }

  /** The role, unless the clients know of none. */
  get role() { return this.roles.at(-1).hasEnded ? undefined : this.roles.at(-1); }

  api(method, path, body, token = this.owner.token) {
    return {
      method,
      path: `/v1/projects/${this.owner.project}${path}`,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    };
  }

  oauth2(endpoint, parameters, headers = {}) {
    return {
      method: 'POST',
      path: `/projects/${this.owner.project}/oauth2/${endpoint}`,
      headers: { ...form, ...headers },
      body: new URLSearchParams(parameters).toString(),
    };
  }
}

/** The owner of a project: {project, token, basic}. */
export async function ownerOf(server, { username, secret }, project) {
  return {
    project,
    token: await server.token({ username, secret }, project),
    basic: { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` },
  };
}

export class Load {
  /**
   * `nodes` are {index, url}, and any of them may be down; `owners` are from ownerOf(), one for each project;
   * `random` decides everything except durations. The names of roles and API users begin with `prefix`.
   */
  constructor(history, nodes, owners, random, { clients = 8, groups = 4, prefix = 'g' } = {}) {
    Object.assign(this, { history, nodes, owners, random, clients, groupsAtOnce: groups, prefix });
    this.groups = [];
    this.making = 0;
    this.made = 0;
    this.answered = 0;
    this.kept = 0;
    this.retired = [];
    // What the answers say about holders that the background steps had yet to reach.
    this.mostPending = 0;
    this.deferredDeletions = 0;
  }

  /** Runs until `enough()`. The result is the history. */
  async run(enough) {
    await Promise.all(Array.from({ length: this.clients }, (_, client) => this.#work(client, enough)));
  }

  async #work(client, enough) {
    let next;
    while (!enough()) {
      const group = await this.#pickGroup();
      if (!group) continue;
      const chosen = next ?? this.#choose(group);
      next = undefined;
      const call = await this.#perform(client, chosen);
      if (call.outcome === 'failed') await new Promise((resolve) => { setTimeout(resolve, 10); });
      else next = this.#followUp(chosen, call);
    }
  }

  /** A group with calls left; creates one if there are too few. */
  async #pickGroup() {
    const ended = this.groups.filter(({ called }) => called >= callsOfGroup);
    this.retired.push(...ended);
    this.groups = this.groups.filter((group) => !ended.includes(group));
    if (this.groups.length + this.making < this.groupsAtOnce) {
      this.making += 1;
      await this.#makeGroup().finally(() => { this.making -= 1; });
    }
    return this.groups.length > 0 ? this.random.from(this.groups) : new Promise((resolve) => { setTimeout(resolve, 5); });
  }

  async #makeGroup() {
    const name = `${this.prefix}${this.made += 1}`;
    const owner = this.random.from(this.owners);
    const group = new Group(name, owner);
    const { path, ...exchange } = group.api('POST', '/roles', newRole(name, firstRole));
    try {
      const answer = await fetch(this.random.from(this.nodes).url + path, exchange);
      if (answer.status !== 201) return;
      group.roles[0].uuid = (await answer.json()).uuid;
    } catch {
      return; // that node is down; the role may exist, without holders
    }
    this.groups.push(group);
  }

  /** Chooses a call in that group: {group, call, user, secret, token}. */
  #choose(group) {
    if (group.users.filter(({ deleted }) => !deleted).length < usersOfGroup) return this.#newUser(group);
    const user = this.#pickUser(group);
    if (user?.uuid === undefined) return this.#fill({ group }, 'listUsers');
    const secret = this.#recent(user.secrets);
    const token = this.#recent(user.tokens);
    const possible = Object.fromEntries(Object.entries(weights)
      .filter(([operation]) => !needs[operation] || { secret, token }[needs[operation]]));
    if (user.secrets.length === 0) possible.newSecret = 40;
    if (!group.role) Object.assign(possible, { createRole: 10, findRole: 5 });
    return this.#fill({ group, user, secret, token }, this.random.weighted(possible));
  }

  #pickUser(group) {
    const there = group.users.filter(({ deleted }) => !deleted);
    return this.random.isTrue(0.95) ? this.random.from(there) : this.random.from(group.users);
  }

  /** Mostly one that should be valid, and the newest of these. */
  #recent(list) {
    const valid = list.filter(({ hasEnded }) => !hasEnded);
    const from = valid.length > 0 && this.random.isTrue(0.75) ? valid : list;
    return this.random.isTrue(0.6) ? from.at(-1) : this.random.from(from);
  }

  #newUser(group) {
    const user = { name: `${group.name}-u${group.users.length}`, secrets: [], tokens: [], status: 'active' };
    group.users.push(user);
    return this.#fill({ group, user }, 'createUser');
  }

  #fill(chosen, operation) {
    const { group, user, secret, token } = chosen;
    const call = { operation };
    if (!ofGroup.has(operation)) call.user = user.name;
    if (needs[operation] === 'secret') call.label = secret.label;
    if (needs[operation] === 'token') call.token = token.name;
    const number = group.made += 1;
    if (operation === 'issue') call.token = `${secret.label}/${number}`;
    if (operation === 'newSecret') Object.assign(call, { label: `${user.name}-s${number}`, overlap: this.random.isTrue(0.4) });
    if (operation === 'editUser') Object.assign(call, { mark: `${group.name}-m${number}` }, this.#edit(user));
    const role = this.random.isTrue(0.95) ? group.roles.at(-1) : this.random.from(group.roles);
    if (operation === 'createUser') call.holds = group.role !== undefined;
    if (operation === 'editRole') call.width = this.#width(role);
    if (ofGroup.has(operation)) call.role = group.name;
    if (operation === 'createRole') call.roleId = number;
    else if (call.holds || ['editRole', 'deleteRole'].includes(operation)) call.roleId = role.id;
    return { ...chosen, role, call };
  }

  /** Rights are returned with a higher weight than removed; otherwise few could be removed. */
  #edit(user) {
    if (user.status === 'disabled' && this.random.isTrue(0.7)) return { status: 'active' };
    if (user.holds === false && this.random.isTrue(0.6)) return { holds: true };
    return this.random.from([{ status: 'disabled' }, { holds: false }, { status: 'active' }, {}]);
  }

  #width(role) {
    return role.width === 'narrow' && this.random.isTrue(0.8) ? 'wide' : this.random.from(['wide', 'narrow']);
  }

  async #perform(client, { group, user, secret, token, role, call, node = this.random.from(this.nodes) }) {
    group.called += 1;
    const path = `/api-users/${user?.uuid}`;
    const [exchange, read] = exchanges[call.operation](call, { group, secret, token, role, path });
    const done = await this.history.record({ ...call, client, group: group.name, project: group.owner.project }, node, exchange, read);
    if (['ok', 'refused'].includes(done.outcome)) this.answered += 1;
    if (done.outcome === 'failed') group.called -= 1; // nothing for the checker: an outage uses no group up
    if (done.outcome === 'ok') this.#learn(group, user, done);
    if (done.outcome === 'refused' && call.operation === 'createUser') user.deleted = true; // and never existed
    delete done.answer;
    return done;
  }

  /** Updates what all clients know. */
  #learn(group, user, { operation, answer, ...call }) {
    if (operation === 'createUser') user.uuid = answer.uuid;
    if (operation === 'newSecret') {
      user.secrets.push({ label: call.label, id: answer.secret_id, text: this.#keep(answer.secret, user) });
      user.secrets = user.secrets.slice(-4);
    }
    if (operation === 'issue') {
      user.tokens.push({ name: call.token, text: this.#keep(answer.access_token, user) });
      user.tokens = user.tokens.slice(-keptTokens);
    }
    if (operation === 'editUser') Object.assign(user, { status: call.status ?? user.status, holds: call.holds ?? user.holds });
    if (operation === 'editRole') this.#learnEdit(group, call, answer);
    if (operation === 'deleteRole') this.#learnDeletion(group, call, answer);
    if (operation === 'createRole') group.roles.push({ id: call.roleId, uuid: answer.uuid, width: 'wide' });
    if (operation === 'findRole') this.#learnRole(group, answer.items[0]);
    if (operation === 'createUser') user.holds = call.holds;
    if (operation === 'deleteUser') user.deleted = true;
    if (operation === 'listUsers') this.#learnUsers(group, answer.items);
    endedBy(operation, call, user ? [user] : group.users).forEach((one) => { one.hasEnded = true; });
  }

  #learnEdit(group, { roleId, width }, { pending_status_updates: pending }) {
    Object.assign(group.roles.find(({ id }) => id === roleId), { width });
    this.mostPending = Math.max(this.mostPending, pending);
  }

  #learnDeletion(group, { roleId }, { pending_status_updates: pending }) {
    group.roles.find(({ id }) => id === roleId).hasEnded = true;
    group.users.forEach((user) => { user.holds = false; });
    if (pending > 0) this.deferredDeletions += 1;
  }

  /** A role whose creation was not acknowledged. */
  #learnRole(group, role) {
    if (!role) group.roles.at(-1).hasEnded = true;
    else if (group.roles.every(({ id }) => id !== idOf(role))) group.roles.push({ id: idOf(role), uuid: role.uuid, width: widthOf(role) });
  }

  /** A sample, because reading all of them would take longer than creating them. */
  #keep(text, user) {
    if ((this.kept += 1) <= 100) keepSecret(text, `a secret or token of ${user.name}`);
    return text;
  }

  /** The names of API users whose creation was not acknowledged. */
  #learnUsers(group, items) {
    for (const user of group.users) user.uuid ??= items.find(({ username }) => username === user.name)?.uuid;
  }

  #followUp(chosen, done) {
    const { group, user, call } = chosen;
    if (call.operation === 'editRole' && done.outcome === 'ok' && this.random.isTrue(0.4)) return this.#turn(chosen);
    if (!takesAway.has(call.operation) || done.outcome !== 'ok' || !this.random.isTrue(0.7)) return undefined;
    const other = user ?? this.random.from(group.users);
    const token = this.#recent(other.tokens);
    const secret = this.#recent(other.secrets);
    if (!token && !secret) return undefined;
    const elsewhere = this.nodes.filter(({ index }) => index !== done.node);
    const node = elsewhere.length > 0 ? this.random.from(elsewhere) : undefined;
    const operation = token ? this.random.from(['use', 'use', 'introspect']) : 'issue';
    return { ...this.#fill({ group, user: other, token, secret }, operation), ...(node ? { node } : {}) };
  }

  /** The opposite edit of the role, so that it is narrowed twice in a short time. */
  #turn({ group, role, call }) {
    const turned = this.#fill({ group }, 'editRole');
    Object.assign(turned.call, { width: call.width === 'wide' ? 'narrow' : 'wide', roleId: role.id });
    return { ...turned, role };
  }

  /** Reads every API user at the end: acknowledged ones must exist. Requires: all servers are running. */
  async lookAtAll() {
    for (const group of [...this.retired, ...this.groups]) {
      const call = await this.#perform(0, this.#fill({ group }, 'listUsers'));
      assert.equal(call.outcome, 'ok', 'a node that is up does not answer');
      for (const user of group.users) {
        if (user.uuid) await this.#perform(0, this.#fill({ group, user }, 'getUser'));
        for (const token of user.tokens.slice(-2)) await this.#perform(0, this.#fill({ group, user, token }, 'use'));
        for (const secret of user.secrets.slice(-2)) await this.#perform(0, this.#fill({ group, user, secret }, 'issue'));
      }
    }
  }

  /** The names of the objects of the history, as targets of audit events. */
  targets() {
    return new Set([...this.retired, ...this.groups].flatMap(({ name, users }) => [name, ...users.map((user) => user.name)]));
  }
}

/** The audit log of a project, in order. */
export async function auditEvents(server, owner) {
  const events = [];
  for (let cursor = ''; cursor !== null;) {
    const query = `?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const answer = await server.api('GET', `/audit-events${query}`, { token: owner.token, project: owner.project });
    assert.equal(answer.status, 200, answer.body);
    events.push(...json(answer).items);
    cursor = json(answer).next_cursor;
  }
  return events.sort((a, b) => a.number - b.number);
}
