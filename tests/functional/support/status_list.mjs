// Status lists, read as any verifier does.
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { exchange } from './server.mjs';

/** The verified claims of a list. */
export async function fetchList({ issuer }, uri = `${issuer}/oauth2/status-lists/0`) {
  const { status, body } = await exchange(uri, 'GET');
  assert.equal(status, 200);
  const { payload } = await jwtVerify(body, createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`)),
    { typ: 'statuslist+jwt', issuer, subject: uri });
  return payload;
}

export const inflate = ({ status_list: { lst } }) => inflateSync(Buffer.from(lst, 'base64url'));
export const isSet = (bits, index) => ((bits[index >> 3] >> (index & 7)) & 1) === 1;

/** Whether the token is invalid by the status list that it names. */
export async function isRevoked(server, token) {
  const { idx, uri } = decodeJwt(token).status.status_list;
  return isSet(inflate(await fetchList(server, uri)), idx);
}
