// Debian's Apache with mod_auth_openidc, with a configuration and a folder for the test.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folders.mjs';
import { start } from './programs.mjs';
import { startTlsFront } from './tls_front.mjs';
import { waitFor } from './wait.mjs';

const configuration = fileURLToPath(new URL('./apache.conf', import.meta.url));

const running = [];
after(async () => {
  for (const apache of running) {
    apache.child.kill('SIGTERM');
    await apache.finished;
  }
});

/** Ports that were free when this was called. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((one) => new Promise((resolve) => { one.listen(0, '127.0.0.1', resolve); })));
  const ports = servers.map((one) => one.address().port);
  await Promise.all(servers.map((one) => new Promise((resolve) => { one.close(resolve); })));
  return ports;
}

/** Starts Apache and waits until it listens; nothing if another process took the port. */
async function tryToStart(folder, environment) {
  const [jwksPort, introspectionPort] = await freePorts(2);
  const apache = start('apache2', ['-f', configuration, '-D', 'FOREGROUND'], {
    env: {
      ...environment,
      PATH: `${process.env.PATH}:/usr/sbin`,
      FOLDER: folder,
      MODULES: '/usr/lib/apache2/modules',
      JWKS_PORT: String(jwksPort),
      INTROSPECTION_PORT: String(introspectionPort),
    },
    prefix: ['setpriv', '--pdeathsig', 'TERM'],
  });
  running.push(apache);
  const log = () => readFileSync(join(folder, 'error.log'), { encoding: 'utf8', flag: 'a+' });
  const byJwks = `http://127.0.0.1:${jwksPort}/index.html`;
  const ended = apache.finished.then(({ stderr }) => {
    if (stderr.includes('Address already in use')) return false;
    throw new Error(`apache2 ended: ${stderr}${log()}`);
  });
  ended.catch(() => {});
  const listens = waitFor('Apache to listen', () => fetch(byJwks).then(() => true, () => false), 30_000);
  listens.catch(() => {});
  if (!await Promise.race([ended, listens])) return undefined;
  return { byJwks, byIntrospection: `http://127.0.0.1:${introspectionPort}/index.html`, log };
}

/**
 * Apache with one page, `Hello`: {byJwks, byIntrospection} are its URLs, log() returns its log.
 * `client` introspects.
 */
export async function startApache(server, client) {
  const folder = makeFolder('apache');
  // If root starts Apache, it runs as www-data.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'www'));
  writeFileSync(join(folder, 'www', 'index.html'), 'Hello\n');
  const front = await startTlsFront(folder, server.url);
  const environment = {
    ISSUER: server.issuer, PTKL: front.url, CERTIFICATE: front.certificate, CLIENT_SECRET: client.secret,
  };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const apache = await tryToStart(folder, environment);
    if (apache) return apache;
  }
  throw new Error('no free ports for Apache');
}
