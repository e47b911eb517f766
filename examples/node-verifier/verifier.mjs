// Verifies access tokens of one ptkl project (RFC 9068), including their status.
import { webcrypto } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { StatusList, StatusUnknown } from './status_list.mjs';

export { StatusUnknown };

// Node 18 has Web Crypto, but not under the name that jose uses.
globalThis.crypto ??= webcrypto;

/** The token is invalid, and a later attempt will fail too. */
export class TokenRefused extends Error {}

// A fixed list, whatever the token names; `none` and HMAC are not in it.
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256'];
// The longest max-age of the issuer's JWKS. jose ignores Cache-Control and caches keys for ten minutes by
// default, during which tokens signed with a leaked key would be accepted.
const MAX_KEY_AGE_MS = 5 * 60 * 1000;
// The longest lifetime of a token. A status list that no token has named for that long is no longer polled.
const MAX_TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Whether the token is at fault. False when the keys could not be fetched. */
function isFaultOfToken(error) {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
    && error.code !== 'ERR_JOSE_GENERIC';
}

/**
 * A verifier of the tokens that `issuer` issues for `audience`. The audience is the issuer itself, unless
 * clients request another `resource`. Create one verifier per process: it caches keys and status lists. Both
 * clocks return milliseconds: `now` is the time of day, `elapsed` is monotonic.
 */
export function makeVerifier({
  issuer, audience = issuer, now = Date.now, elapsed = () => performance.now(), fetchTimeoutMs = 3000,
}) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`),
    { cacheMaxAge: MAX_KEY_AGE_MS, timeoutDuration: fetchTimeoutMs });
  // By URI. An issuer has one per half a million secrets, and further ones after each change of a role with many holders.
  const lists = new Map();

  function forgetUnusedLists() {
    for (const [uri, { list, usedAt }] of lists) {
      if (elapsed() - usedAt <= MAX_TOKEN_LIFETIME_MS) continue;
      list.close();
      lists.delete(uri);
    }
  }

  function listAt(uri) {
    if (!lists.has(uri)) {
      forgetUnusedLists();
      const list = new StatusList(uri, { issuer, keys, algorithms: ALGORITHMS, now, elapsed, fetchTimeoutMs });
      lists.set(uri, { list });
    }
    const entry = lists.get(uri);
    entry.usedAt = elapsed();
    return entry.list;
  }

  async function verifyClaims(token) {
    try {
      const { payload } = await jwtVerify(token, keys, {
        typ: 'at+jwt', // not an ID token, and not a status list
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub', 'status'],
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      if (!isFaultOfToken(error)) {
        throw new StatusUnknown('the keys of the issuer cannot be fetched', { cause: error });
      }
      throw new TokenRefused('not a valid access token', { cause: error });
    }
  }

  return {
    /** The claims of a valid token. Throws TokenRefused, or StatusUnknown when the status is not known. */
    async verify(token) {
      // The status is checked last: only a URI that the issuer has signed is fetched.
      const claims = await verifyClaims(token);
      const { idx, uri } = claims.status?.status_list ?? {};
      const isOurs = typeof uri === 'string' && uri.startsWith(`${issuer}/oauth2/status-lists/`);
      if (!isOurs || !Number.isSafeInteger(idx) || idx < 0) {
        throw new TokenRefused('the token refers to no status list of its issuer');
      }
      if (await listAt(uri).isInvalid(idx)) throw new TokenRefused('the token was revoked');
      return claims;
    },

    /** Stops the polling of status lists. */
    close() {
      lists.forEach(({ list }) => list.close());
    },
  };
}
