// An issuer controlled by a test, which decides the content of its responses and when it fails.
import { createServer } from 'node:http';
import { deflateSync } from 'node:zlib';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const SLOTS = 2 ** 20;

/** A status list with these bits set, in the form of `lst`. */
export function encodeList(invalid, slots = SLOTS) {
  const bits = Buffer.alloc(slots / 8);
  for (const index of invalid) bits[index >> 3] |= 1 << (index & 7);
  return deflateSync(bits).toString('base64url');
}

export class Issuer {
  requests = []; // of status lists: their headers
  isDown = false;
  answersAfter = Promise.resolve(); // what its answers wait for
  list = {}; // what the next list differs by: claims, typ, key, etag, lst

  static async start() {
    const issuer = new Issuer();
    issuer.keys = await generateKeyPair('ES256');
    issuer.server = createServer((request, response) => issuer.#answer(request, response));
    await new Promise((resolve) => { issuer.server.listen(0, '127.0.0.1', resolve); });
    issuer.server.unref(); // a failed test does not close it
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}/projects/acme`;
    issuer.listUri = `${issuer.url}/oauth2/status-lists/0`;
    return issuer;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }

  #sign(claims, typ, key = this.keys.privateKey) {
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ, kid: 'k' }).sign(key);
  }

  /** A token with that index and, if given, other claims. */
  token(idx, claims = {}, typ = 'at+jwt') {
    const now = Math.floor(Date.now() / 1000);
    return this.#sign({
      iss: this.url, aud: this.url, sub: 'bot', client_id: 'bot', scope: '', iat: now, exp: now + 36_000,
      status: { status_list: { idx, uri: this.listUri } }, ...claims,
    }, typ);
  }

  async #answer(request, response) {
    if (request.url.endsWith('/jwks')) {
      const jwk = await exportJWK(this.keys.publicKey);
      return response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'k', alg: 'ES256', use: 'sig' }] }));
    }
    this.requests.push(request.headers);
    await this.answersAfter;
    if (this.isDown) return response.writeHead(503).end();
    const { claims, typ = 'statuslist+jwt', key, etag = '"1"', lst = encodeList([]) } = this.list;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    const now = Math.floor(Date.now() / 1000);
    const body = await this.#sign({
      iss: this.url, sub: new URL(request.url, this.url).href, iat: now, exp: now + 300, ttl: 5, status_list: { bits: 1, lst }, ...claims,
    }, typ, key);
    return response.writeHead(200, { 'content-type': 'application/statuslist+jwt', etag }).end(body);
  }
}
