// SIGHUP: `ptkld serve` reads its TLS certificate and key again and never ends; `ptkld dev` stops.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync, copyFileSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync,
  constants,
} from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { ptkld, run, start } from './support/programs.mjs';
import { Server, exchange } from './support/server.mjs';
import { makeCertificate } from './support/tls_front.mjs';
import { waitFor } from './support/wait.mjs';

const names = ['certificate.pem', 'key.pem'];

/** A folder with certificate.pem and key.pem, whose serial number is random. */
async function makePair(name) {
  const folder = makeFolder(name);
  await makeCertificate(folder);
  return folder;
}

async function serialIn(folder) {
  const { stdout } = await run('openssl', ['x509', '-noout', '-serial', '-in', join(folder, 'certificate.pem')]);
  return /^serial=([0-9A-F]+)$/m.exec(stdout)[1];
}

/** Puts each file in place by a rename, as certbot and Kubernetes do. */
function replacePair(folder, { by }) {
  for (const name of names) {
    rmSync(join(folder, name), { recursive: true, force: true });
    copyFileSync(join(by, name), join(folder, `${name}.new`));
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
}

/** GET over TLS: {status, body, serial, reused}; without an agent, on a connection of its own. */
function get(url, path, agent = false) {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { agent, rejectUnauthorized: false, timeout: 10_000 }, (answer) => {
      const { socket } = answer;
      const { serialNumber: serial } = socket.getPeerCertificate();
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => { body += text; }).on('error', reject)
        .on('end', () => resolve({ status: answer.statusCode, body, serial, reused: sent.reusedSocket }));
    });
    sent.on('error', reject).on('timeout', () => sent.destroy(new Error('no answer within 10 s'))).end();
  });
}

/** The lines of that message in what a ptkld has logged. */
function logged(serve, message) {
  return serve.stderr.split('\n').filter((line) => line.includes(`"message":"${message}"`))
    .map((line) => JSON.parse(line));
}

/** Waits until ptkld has logged `message` more than `count` times; gives the last of the lines. */
function nextLine(serve, message, count) {
  return waitFor(`"${message}"`, () => {
    assert.equal(serve.child.signalCode ?? serve.child.exitCode, null, `ptkld ended: ${serve.stderr}`);
    const lines = logged(serve, message);
    return lines.length > count && lines.at(-1);
  });
}

/** Sends SIGHUP and waits for the line that tells the outcome. */
function hangUp(serve, message) {
  const count = logged(serve, message).length;
  serve.child.kill('SIGHUP');
  return nextLine(serve, message, count);
}

const kReloaded = 'TLS certificate reloaded';
const kFailed = 'TLS certificate reload failed';
const kNothing = 'TLS certificate reload ignored: TLS is off';

const metricIn = (text, name) => {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line && Number(line.slice(name.length + 1));
};
const reloadsOf = (outcome) => `ptkl_tls_certificate_reloads_total{outcome="${outcome}"}`;
const kExpiry = 'ptkl_tls_certificate_expiry_timestamp_seconds';

/** Whether SIGHUP (signal 1) is in that set of the process: ShdPnd (pending), SigBlk or SigIgn. */
function hasHangup({ child }, set) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return (BigInt(`0x${new RegExp(`^${set}:\\s*(\\w+)`, 'm').exec(status)[1]}`) & 1n) === 1n;
}

/** Opens the pipe for writing as soon as it has a reader; returns the file descriptor. */
function openForReader(pipe) {
  return waitFor('a reader of the pipe', () => {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      assert.equal(error.code, 'ENXIO');
      return false;
    }
  });
}

function makePipe(path) {
  execFileSync('mkfifo', ['-m', '600', path]);
  return path;
}

describe('serve with TLS', () => {
  let server;
  let live;
  let [first, second] = [];
  let serials;
  const tls = () => ['--tls-certificate', join(live, 'certificate.pem'), '--tls-key', join(live, 'key.pem')];
  const metrics = async () => (await get(server.url, '/metrics')).body;
  const presented = async () => (await get(server.url, '/healthz')).serial;

  before(async () => {
    [first, second, live] = await Promise.all(['first', 'second', 'live'].map(makePair));
    serials = { first: await serialIn(first), second: await serialIn(second) };
    replacePair(live, { by: first });
    server = await new Server(makeFolder('reload')).init();
    await server.serve(...tls());
  });

  const bad = {
    'no certificate': [0, () => rmSync(join(live, names[0]))],
    'no key': [1, () => rmSync(join(live, names[1]))],
    'a directory in place of the certificate': [0, () => {
      rmSync(join(live, names[0]));
      mkdirSync(join(live, names[0]));
    }],
    'an empty certificate': [0, () => writeFileSync(join(live, names[0]), '')],
    'a certificate that was written half': [0, () => {
      const whole = readFileSync(join(live, names[0]), 'utf8');
      writeFileSync(join(live, names[0]), whole.slice(0, whole.length / 2));
    }],
    'the key of another certificate': [1, () => copyFileSync(join(first, names[1]), join(live, names[1]))],
    'an encrypted key': [1, async () => {
      const done = await run('openssl', ['pkey', '-aes256', '-passout', 'pass:passphrase',
        '-in', join(second, names[1]), '-out', join(live, names[1])]);
      assert.equal(done.code, 0, done.stderr);
    }],
    'a key that is a pipe': [1, () => {
      rmSync(join(live, names[1]));
      makePipe(join(live, names[1]));
    }],
  };
  for (const [what, [index, corrupt]] of Object.entries(bad)) {
    it(`keeps the previous certificate when there is ${what}`, async () => {
      const before = await metrics();
      replacePair(live, { by: second });
      await corrupt();
      const line = await hangUp(server.process, kFailed);
      assert.equal(line.level, 'error');
      assert.equal(line.file, join(live, names[index]));
      assert.ok(line.reason);
      const answer = await get(server.url, '/metrics');
      assert.equal(answer.serial, serials.first);
      assert.equal(metricIn(answer.body, reloadsOf('failed')), metricIn(before, reloadsOf('failed')) + 1);
      assert.equal(metricIn(answer.body, reloadsOf('succeeded')), metricIn(before, reloadsOf('succeeded')));
      assert.equal(metricIn(answer.body, kExpiry), metricIn(before, kExpiry));
    });
  }

  it('presents the new certificate to new connections, and keeps open ones', async () => {
    const before = await metrics();
    replacePair(live, { by: first });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      assert.equal((await get(server.url, '/healthz', agent)).serial, serials.first);
      replacePair(live, { by: second });
      assert.equal(await presented(), serials.first);
      const line = await hangUp(server.process, kReloaded);
      assert.deepEqual([line.level, line.serial, line.subject], ['info', serials.second, 'CN=127.0.0.1']);
      assert.equal(await presented(), serials.second);
      const kept = await get(server.url, '/healthz', agent);
      assert.deepEqual([kept.status, kept.reused], [200, true]);
      const after = await metrics();
      assert.equal(metricIn(after, reloadsOf('succeeded')), metricIn(before, reloadsOf('succeeded')) + 1);
      assert.equal(metricIn(after, kExpiry), Date.parse(line.not_after) / 1000);
    } finally {
      agent.destroy();
    }
  });

  it('responds to every request during many reloads', async () => {
    let stopped = false;
    let answered = 0;
    const clients = Promise.all(Array.from({ length: 4 }, async () => {
      while (!stopped) {
        const { status, serial } = await get(server.url, '/healthz');
        assert.equal(status, 200);
        assert.ok(Object.values(serials).includes(serial), serial);
        answered += 1;
      }
    }));
    clients.catch(() => {});
    try {
      for (let n = 0; n < 10; n += 1) {
        replacePair(live, { by: n % 2 ? second : first });
        await hangUp(server.process, kReloaded);
        const before = answered;
        await Promise.race([clients, waitFor('requests', () => answered > before)]);
      }
    } finally {
      stopped = true;
    }
    await clients;
  });

  it('accepts two signals in quick succession', async () => {
    const count = logged(server.process, kReloaded).length;
    server.process.child.kill('SIGHUP');
    server.process.child.kill('SIGHUP');
    await nextLine(server.process, kReloaded, count);
    assert.equal((await get(server.url, '/healthz')).status, 200);
  });

  it('reloads while it drains, and completes accepted requests', async () => {
    const own = await new Server(makeFolder('reload-drain')).init();
    await own.serve(...tls());
    const body = 'grant_type=client_credentials&client_id=owner&client_secret=';
    const answer = new Promise((resolve, reject) => {
      const sent = request(`${own.url}/projects/acme/oauth2/token`, {
        method: 'POST', agent: false, rejectUnauthorized: false,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
      }, resolve).on('error', reject);
      sent.flushHeaders();
      sent.on('socket', (socket) => socket.once('secureConnect', async () => {
        sent.write(body.slice(0, 10));
        // The server has accepted the request once it has responded to a later one on another connection.
        await get(own.url, '/healthz');
        own.process.child.kill('SIGTERM');
        await waitFor('the end of accepting', () => get(own.url, '/healthz').then(() => false, () => true));
        await hangUp(own.process, kReloaded).then(() => sent.end(body.slice(10)), reject);
      }));
    });
    const response = await answer;
    response.resume();
    assert.deepEqual([response.statusCode, response.headers.connection], [401, 'close']);
    const { code, signal, stderr } = await own.process.finished;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
  });

  it('does not ask for the passphrase of a key on its terminal', async () => {
    const own = await new Server(makeFolder('reload-encrypted')).init();
    const pair = await makePair('encrypted');
    const key = join(pair, 'encrypted.pem');
    await run('openssl', ['pkey', '-aes256', '-passout', 'pass:passphrase', '-in', join(pair, names[1]), '-out', key]);
    // script(1) gives it a terminal without input.
    const command = [ptkld, 'serve', '--data', own.data, '--listen', '127.0.0.1:0', '--tls-certificate',
      join(pair, names[0]), '--tls-key', key].join(' ');
    const done = await run('script', ['--quiet', '--return', '--command', command, '/dev/null'],
      { env: own.environment });
    assert.equal(done.code, 2, done.stdout);
    assert.match(done.stdout, /encrypted\.pem.* encrypted/);
    assert.doesNotMatch(done.stdout, /pass phrase/);
  });

  it('stops normally at the end', () => server.stop());
});

describe('serve without TLS', () => {
  it('keeps running and counts nothing', async () => {
    const server = await new Server(makeFolder('reload-plain')).init();
    await server.serve();
    await hangUp(server.process, kNothing);
    await hangUp(server.process, kNothing);
    const { body } = await exchange(`${server.url}/metrics`, 'GET');
    for (const outcome of ['succeeded', 'failed']) assert.equal(metricIn(body, reloadsOf(outcome)), 0);
    assert.equal(metricIn(body, kExpiry), undefined);
    await server.stop();
  });

  it('keeps running if the signal arrives during the start', async () => {
    const server = await new Server(makeFolder('reload-early')).init();
    const config = makePipe(join(server.folder, 'ptkld.toml'));
    // The start waits until the configuration, which it reads first, is written.
    const served = server.serve('--config', config);
    served.catch(() => {});
    const pipe = await openForReader(config);
    server.process.child.kill('SIGHUP');
    await waitFor('the signal to wait', () => hasHangup(server.process, 'ShdPnd'));
    writeSync(pipe, 'log_level = "info"\n');
    closeSync(pipe);
    await served;
    await nextLine(server.process, kNothing, 0);
    assert.equal((await exchange(`${server.url}/healthz`, 'GET')).status, 200);
    await server.stop();
  });

  it('receives the signal under nohup, too', async () => {
    const server = await new Server(makeFolder('reload-nohup')).init();
    const serve = start('nohup', ['setpriv', '--pdeathsig', 'KILL', ptkld, 'serve', '--data', server.data,
      '--listen', '127.0.0.1:0'], { env: server.environment });
    await waitFor('ptkld to listen', () => /^listening on/m.test(serve.stdout));
    await hangUp(serve, kNothing);
    serve.child.kill('SIGTERM');
    assert.equal((await serve.finished).code, 0, serve.stderr);
  });
});

describe('dev', () => {
  function startDev(name, args = [], prefix = []) {
    const folder = makeFolder(name);
    const env = { HOME: folder, TMPDIR: join(folder, 'tmp'), PTKL_CONFIG_DIR: join(folder, 'profiles') };
    mkdirSync(env.TMPDIR);
    const dev = start(ptkld, ['dev', '--listen', '127.0.0.1:0', ...args],
      { env, prefix: [...prefix, 'setpriv', '--pdeathsig', 'KILL'] });
    return { dev, temporary: () => readdirSync(env.TMPDIR) };
  }
  const listens = (dev) => waitFor('ptkld dev', () => /listening on/.test(dev.stdout));

  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT']) {
    it(`leaves no files if ${signal} arrives during its start`, async () => {
      const folder = makeFolder('dev-early');
      const pipe = makePipe(join(folder, 'smtp.password'));
      const { dev, temporary } = startDev('dev-early-hup', ['--smtp-host', '127.0.0.1', '--smtp-security', 'none',
        '--smtp-username', 'dev', '--smtp-sender', 'dev@example.org', '--smtp-password-file', pipe]);
      const writer = await openForReader(pipe);
      assert.equal(temporary().length, 1);
      dev.child.kill(signal);
      writeSync(writer, 'password\n');
      closeSync(writer);
      const ended = await dev.finished;
      assert.deepEqual([ended.code, ended.signal], [0, null], ended.stderr);
      assert.deepEqual(temporary(), []);
    });
  }

  it('stops when its terminal is closed, and removes its temporary folder', async () => {
    const { dev, temporary } = startDev('dev-hup');
    await listens(dev);
    assert.equal(temporary().length, 1);
    dev.child.kill('SIGHUP');
    const ended = await dev.finished;
    assert.deepEqual([ended.code, ended.signal], [0, null], ended.stderr);
    assert.deepEqual(temporary(), []);
  });

  it('keeps running under nohup', async () => {
    const { dev, temporary } = startDev('dev-nohup', [], ['nohup']);
    await listens(dev);
    // The kernel drops an ignored signal, unless it is blocked.
    assert.deepEqual(['SigIgn', 'SigBlk'].map((set) => hasHangup(dev, set)), [true, false]);
    dev.child.kill('SIGHUP');
    const url = /listening on (\S+)/.exec(dev.stdout)[1];
    assert.equal((await exchange(`${url}/healthz`, 'GET')).status, 200);
    dev.child.kill('SIGTERM');
    assert.equal((await dev.finished).code, 0);
    assert.deepEqual(temporary(), []);
  });
});
