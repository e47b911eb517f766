// Users: invitations with the command line, accepted with the link.
import assert from 'node:assert/strict';
import { keepSecret, shownBy } from './sensitive.mjs';
import { exchange, json } from './server.mjs';

export const password = keepSecret('correct horse "battery" stäple', "a user's password");

/** Invites a user with the command line, at a server without mail: {user, link, token}. */
export async function invite(server, email, ...roles) {
  const flags = roles.length > 0 ? ['-r', ...roles] : [];
  const done = await server.ptkl(['users', 'invite', '-e', email, ...flags, '-f', 'json']);
  assert.equal(done.code, 0, done.stderr);
  const user = JSON.parse(done.stdout);
  assert.equal(user.delivery, 'link');
  const token = shownBy(done, new URL(user.link).hash.slice(1), `the token of ${email}'s invitation`);
  return { user, link: user.link, token };
}

/** Accepts an invitation; returns the response. */
export function accept(server, token, chosen = password) {
  return exchange(`${server.url}/v1/invitations/accept`, 'POST', {
    headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, password: chosen }),
  });
}

/** Logs in; returns the response. */
export function logIn(server, email, chosen = password, project = server.project) {
  return server.api('POST', '/sessions', { body: { email, password: chosen }, project });
}

/** A token of a user who has accepted the invitation. */
export async function tokenOf(server, email) {
  const answer = await logIn(server, email);
  assert.equal(answer.status, 201, answer.body);
  return keepSecret(json(answer).access_token, `a token of ${email}`);
}

/** Creates a user with a password; returns the user object. */
export async function createUser(server, email, ...roles) {
  const { user, token } = await invite(server, email, ...roles);
  const accepted = await accept(server, token);
  assert.equal(accepted.status, 200, accepted.body);
  return user;
}
