// One status list of an issuer (draft-ietf-oauth-status-list-16): fetched, verified, and polled while tokens
// refer to it.
import { inflateSync } from 'node:zlib';
import { jwtVerify } from 'jose';

/** The status of the token is unknown, so the token must be rejected. */
export class StatusUnknown extends Error {}

// Bounds in seconds for the `ttl` of the issuer, which may be wrong.
const MIN_TTL = 1;
const MAX_TTL = 3600;
// 2^20 slots of one bit. Anything that inflates to more is not a status list of ptkl.
const MAX_LIST_BYTES = 128 * 1024;
// A signed list is smaller than 250 KiB.
const MAX_RESPONSE_BYTES = 1024 * 1024;
// Polling stops when the list was not used for this long.
const IDLE_MS = 5 * 60 * 1000;

/** The body as text. Fails as soon as the body exceeds the limit, whatever Content-Length says. */
async function readText(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`${response.url} sent more than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Seconds until the next request to the issuer. */
function ttlOf({ ttl }) {
  return Number.isFinite(ttl) ? Math.min(Math.max(ttl, MIN_TTL), MAX_TTL) : MIN_TTL;
}

export class StatusList {
  #uri;
  #options; // { issuer, keys, algorithms, now, elapsed, fetchTimeoutMs }
  #list; // the last valid list: { bits, etag, issuedAt, expiresAt, ttl }
  // Both are times of `elapsed`, so that setting the system clock back does not stop the polling.
  #checkAt = -Infinity; // when the next request to the issuer is due
  #usedAt = -Infinity;
  #checking; // the check in progress, if any
  #timer;
  #isClosed = false;
  #failure; // why the last check failed

  constructor(uri, options) {
    this.#uri = uri;
    this.#options = options;
  }

  /** Whether the token with that index was revoked. Throws StatusUnknown when there is no valid list. */
  async isInvalid(index) {
    const { now, elapsed } = this.#options;
    this.#usedAt = elapsed();
    // The timer has usually done this already, so that requests do not wait for it. The exceptions are the
    // first request and the time after the process was suspended.
    if (elapsed() >= this.#checkAt) await this.#check();
    // While the issuer cannot be reached, the last valid list is used until it expires. Then fail closed.
    if (!this.#list || now() >= this.#list.expiresAt * 1000) {
      throw new StatusUnknown(`no valid status list from ${this.#uri}`, { cause: this.#failure });
    }
    const byte = this.#list.bits[Math.floor(index / 8)];
    if (byte === undefined) throw new StatusUnknown(`the list ${this.#uri} has no index ${index}`);
    return ((byte >> (index % 8)) & 1) === 1; // 0 is VALID, 1 is INVALID; the lowest bit comes first
  }

  /** Stops the polling. */
  close() {
    this.#isClosed = true; // also for a check in progress
    clearTimeout(this.#timer);
  }

  // One check at a time: concurrent callers wait for the same result.
  #check() {
    this.#checking ??= this.#fetch()
      .then((list) => { this.#list = list; this.#failure = undefined; })
      .catch((error) => { this.#failure = error; })
      .finally(() => {
        this.#checking = undefined;
        // Also after a failure, so that requests do not overload a failing issuer.
        const ttl = (this.#list?.ttl ?? MIN_TTL) * 1000;
        this.#checkAt = this.#options.elapsed() + ttl;
        this.#poll(ttl);
      });
    return this.#checking;
  }

  #poll(delay) {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#options.elapsed() > this.#usedAt + IDLE_MS) return;
    this.#timer = setTimeout(() => this.#check(), delay);
    this.#timer.unref(); // does not keep the process running
  }

  /** The current list of the issuer. */
  async #fetch() {
    const known = this.#list;
    const response = await fetch(this.#uri, {
      headers: {
        accept: 'application/statuslist+jwt',
        ...(known?.etag ? { 'if-none-match': known.etag } : {}), // 304 means unchanged
      },
      redirect: 'error', // ptkld does not redirect
      signal: AbortSignal.timeout(this.#options.fetchTimeoutMs),
    });
    if (response.status === 304 && known) return known;
    if (response.status !== 200) throw new Error(`${this.#uri} answered ${response.status}`);
    const list = { ...await this.#verify(await readText(response)), etag: response.headers.get('etag') };
    // A cache that serves old lists must not make revoked tokens valid again.
    if (known && this.#isOlder(list, known)) throw new Error(`${this.#uri} answered with an older list`);
    return list;
  }

  /** Whether `list` is older than `known`. False when `known` has a time in the future, because a clock was wrong. */
  #isOlder(list, known) {
    return list.issuedAt < known.issuedAt && known.issuedAt * 1000 <= this.#options.now();
  }

  async #verify(token) {
    const { issuer, keys, algorithms, now } = this.#options;
    // The same keys sign access tokens and status lists; only `typ` tells them apart.
    const { payload } = await jwtVerify(token, keys, {
      typ: 'statuslist+jwt',
      issuer,
      subject: this.#uri, // the requested list, not another valid list
      algorithms,
      requiredClaims: ['iat', 'exp', 'status_list'],
      currentDate: new Date(now()),
    });
    const { bits, lst } = payload.status_list;
    if (bits !== 1 || typeof lst !== 'string') throw new Error(`${this.#uri} is no list of single bits`);
    return {
      bits: inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: MAX_LIST_BYTES }),
      issuedAt: payload.iat,
      expiresAt: payload.exp,
      ttl: ttlOf(payload),
    };
  }
}
