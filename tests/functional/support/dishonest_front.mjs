// Traits of servers as they must never be, for startFront(), to see whether a test finds them out.
import { transparent } from './front.mjs';

/** Gives the answer to a caller's token again the next `times` times: whether the token is valid, too. */
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

/** Looks at an API user instead of editing it, every so many times, and answers as if that had been done. */
export function forgetting(every) {
  let edits = 0;
  return {
    ...transparent,
    methodOf: ({ method, url }) => (method === 'PATCH' && url.includes('/api-users/') && (edits += 1) % every === 0
      ? 'GET' : method),
  };
}
