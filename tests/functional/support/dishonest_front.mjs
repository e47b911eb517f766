// Behaviour that a server must never have, as traits for startFront(), to check that a test detects it.
import { transparent } from './front.mjs';

/** Repeats the response to a caller's token for its next `times` requests, also whether the token is valid. */
export function remembering(times) {
  const kept = new Map();
  return {
    ...transparent,
    recall({ url, headers }) {
      const known = url.endsWith('/whoami') ? kept.get(headers.authorization) : undefined;
      if (!known || known.left === 0) return undefined;
      known.left -= 1;
      return known.answer;
    },
    remember({ url, headers }, answer) {
      if (url.endsWith('/whoami')) kept.set(headers.authorization, { left: times, answer });
    },
  };
}

/** Replaces every `every`-th edit of an API user by a read, and responds as if it had been edited. */
export function forgetting(every) {
  let edits = 0;
  return {
    ...transparent,
    methodOf: ({ method, url }) => (method === 'PATCH' && url.includes('/api-users/') && (edits += 1) % every === 0
      ? 'GET' : method),
  };
}
