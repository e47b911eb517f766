// One status list of an issuer (draft-ietf-oauth-status-list-16): fetched, verified, and kept fresh for as
// long as tokens name it.
import { inflateSync } from 'node:zlib';
import { jwtVerify } from 'jose';

/** Nothing is known about the token's status, so it must be refused: now is no time to guess. */
export class StatusUnknown extends Error {}

// An issuer could by mistake ask to be polled without pause, or hardly ever.
const MIN_TTL = 1;
const MAX_TTL = 3600;
// 2^20 slots of one bit. What inflates to more is not one of our lists.
const MAX_LIST_BYTES = 128 * 1024;
// Such a list is below 250 KiB when it is signed.
const MAX_RESPONSE_BYTES = 1024 * 1024;
// A list that nobody asked about for so long is polled no more.
const IDLE_MS = 5 * 60 * 1000;

/** The body as text; fails as soon as it is too long, whatever its length was said to be. */
async function readText(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`${response.url} answered more than a list can have`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The seconds until the issuer wants to be asked again. */
function ttlOf({ ttl }) {
  return Number.isFinite(ttl) ? Math.min(Math.max(ttl, MIN_TTL), MAX_TTL) : MIN_TTL;
}

export class StatusList {
  #uri;
  #options; // { issuer, keys, algorithms, now, elapsed, fetchTimeoutMs }
  #list; // the last good one: { bits, etag, issuedAt, expiresAt, ttl }
  // Both by `elapsed`: when the time of day is set, the polling must not stop until it is that late again.
  #checkAt = -Infinity; // when the issuer is to be asked again
  #usedAt = -Infinity;
  #checking; // the check under way, if there is one
  #timer;
  #isClosed = false;
  #failure; // why the last check failed

  constructor(uri, options) {
    this.#uri = uri;
    this.#options = options;
  }

  /** Whether the token with that index was ended. Throws StatusUnknown when nobody can tell. */
  async isInvalid(index) {
    const { now, elapsed } = this.#options;
    this.#usedAt = elapsed();
    // The timer has usually done this already, so that no request waits for it. It has not for the first
    // request, nor after the process was stopped for a while: then a list must not be used unasked.
    if (elapsed() >= this.#checkAt) await this.#check();
    // The last good list will do until its own end when the issuer cannot be reached. After that, fail closed.
    if (!this.#list || now() >= this.#list.expiresAt * 1000) {
      throw new StatusUnknown(`no valid status list from ${this.#uri}`, { cause: this.#failure });
    }
    const byte = this.#list.bits[Math.floor(index / 8)];
    if (byte === undefined) throw new StatusUnknown(`the list ${this.#uri} has no index ${index}`);
    return ((byte >> (index % 8)) & 1) === 1; // 0 is VALID, 1 is INVALID; the lowest bit comes first
  }

  /** Ends the polling. */
  close() {
    this.#isClosed = true; // also for a check under way
    clearTimeout(this.#timer);
  }

  // One check at a time: whoever comes meanwhile waits for its outcome.
  #check() {
    this.#checking ??= this.#fetch()
      .then((list) => { this.#list = list; this.#failure = undefined; })
      .catch((error) => { this.#failure = error; })
      .finally(() => {
        this.#checking = undefined;
        // Also after a failure, so that requests do not hammer an issuer that is in trouble.
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

  /** The list as the issuer has it now. */
  async #fetch() {
    const known = this.#list;
    const response = await fetch(this.#uri, {
      headers: {
        accept: 'application/statuslist+jwt',
        ...(known?.etag ? { 'if-none-match': known.etag } : {}), // then 304 says that nothing changed
      },
      redirect: 'error', // our issuer does not redirect; somebody else would
      signal: AbortSignal.timeout(this.#options.fetchTimeoutMs),
    });
    if (response.status === 304 && known) return known;
    if (response.status !== 200) throw new Error(`${this.#uri} answered ${response.status}`);
    const list = { ...await this.#verify(await readText(response)), etag: response.headers.get('etag') };
    // A cache that serves old lists must not make tokens good again that ended since.
    if (known && this.#isOlder(list, known)) throw new Error(`${this.#uri} answered with an older list`);
    return list;
  }

  /** False, too, where nobody can tell: `known` is of the future when a clock was wrong, the issuer's or ours. */
  #isOlder(list, known) {
    return list.issuedAt < known.issuedAt && known.issuedAt * 1000 <= this.#options.now();
  }

  async #verify(token) {
    const { issuer, keys, algorithms, now } = this.#options;
    // The same keys sign access tokens and status lists; only `typ` tells them apart.
    const { payload } = await jwtVerify(token, keys, {
      typ: 'statuslist+jwt',
      issuer,
      subject: this.#uri, // the list that was asked for, and not another good one
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
