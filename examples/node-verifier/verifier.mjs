// Verifies access tokens of one ptkl project (RFC 9068), their status included.
import { webcrypto } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { StatusList, StatusUnknown } from './status_list.mjs';

export { StatusUnknown };

// Node 18 has Web Crypto, but not under the name that jose looks for.
globalThis.crypto ??= webcrypto;

/** The token is not good, and will not become so. */
export class TokenRefused extends Error {}

// Never the token's own choice: `none` and HMAC are not among them.
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256'];
// jose takes ten minutes unless told, and never looks at Cache-Control: after a key has leaked, its tokens
// would be good for so much longer than the issuer's longest max-age.
const MAX_KEY_AGE_MS = 5 * 60 * 1000;

/** False when the keys could not be fetched. */
function isFaultOfToken(error) {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
    && error.code !== 'ERR_JOSE_GENERIC';
}

/**
 * A verifier of the tokens that `issuer` gives for `audience`, which is the issuer itself unless clients ask
 * for another `resource`. Make it once: it keeps the keys and the status lists that it has seen. Of the two
 * clocks, in milliseconds, `now` tells the time of day, and `elapsed` never goes back.
 */
export function makeVerifier({
  issuer, audience = issuer, now = Date.now, elapsed = () => performance.now(), fetchTimeoutMs = 3000,
}) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`),
    { cacheMaxAge: MAX_KEY_AGE_MS, timeoutDuration: fetchTimeoutMs });
  const lists = new Map(); // by URI; an issuer has one per half a million secrets

  function listAt(uri) {
    if (!lists.has(uri)) {
      lists.set(uri, new StatusList(uri, { issuer, keys, algorithms: ALGORITHMS, now, elapsed, fetchTimeoutMs }));
    }
    return lists.get(uri);
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
    /** The claims of a token that is good now. Throws TokenRefused, or StatusUnknown when nobody can tell. */
    async verify(token) {
      // The status comes last: only what the issuer has signed may name an address to fetch.
      const claims = await verifyClaims(token);
      const { idx, uri } = claims.status?.status_list ?? {};
      const isOurs = typeof uri === 'string' && uri.startsWith(`${issuer}/oauth2/status-lists/`);
      if (!isOurs || !Number.isSafeInteger(idx) || idx < 0) {
        throw new TokenRefused('the token names no status list of its issuer');
      }
      if (await listAt(uri).isInvalid(idx)) throw new TokenRefused('the token was ended by its issuer');
      return claims;
    },

    /** Ends the polling of status lists. */
    close() {
      lists.forEach((list) => list.close());
    },
  };
}
