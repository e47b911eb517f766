// A reverse proxy that terminates TLS in front of a server with plain HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { run } from './programs.mjs';

/** Creates key.pem and certificate.pem for 127.0.0.1 in `folder`. */
export async function makeCertificate(folder) {
  const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]);
  assert.equal(made.code, 0, made.stderr);
}

/** Listens on a free port of loopback until the test file ends: {url, certificate}. */
export async function startTlsFront(folder, target) {
  await makeCertificate(folder);
  const certificate = join(folder, 'certificate.pem');
  const front = createServer({ key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(certificate) },
    (client) => {
      const server = connect(Number(new URL(target).port), '127.0.0.1');
      client.on('error', () => server.destroy()).pipe(server);
      server.on('error', () => client.destroy()).pipe(client);
    });
  await new Promise((resolve) => { front.listen(0, '127.0.0.1', resolve); });
  front.unref(); // it need not be closed for the test file to end
  return { url: `https://127.0.0.1:${front.address().port}`, certificate };
}
