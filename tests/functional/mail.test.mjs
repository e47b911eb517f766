// Invitations by mail: a real mail server accepts them, and Python's parser reads them.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { sender, startMailServer } from './support/mail.mjs';
import { accept, tokenOf } from './support/users.mjs';
import { run } from './support/programs.mjs';
import { findLeaks } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';

let server;
before(async () => {
  server = await startServer('mail', '--log-level', 'debug');
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'components.read']);
});

/** Restarts the server with these options. */
async function serveWith(...flags) {
  await server.stop();
  await server.serve('--log-level', 'debug', ...flags);
  await server.login();
}

const invite = (email, ...more) => server.ptkl(['users', 'invite', '-e', email, '-r', 'reader', ...more, '-f', 'json']);

/** The log lines since the last start about mails that were not sent. */
const whyFailed = () => server.process.stderr.split('\n').filter((line) => line.includes('mail server')).join('\n');

for (const [security, login] of [['starttls', 'mailer'], ['tls', 'mailer'], ['none', undefined]]) {
  describe(`with ${security}`, () => {
    let mailServer;
    let mail;
    const email = `ada-${security}@example.com`;
    before(async () => {
      mailServer = await startMailServer(security, { login });
      await serveWith(...mailServer.flags);
    });

    it('sends the invitation, and shows the link only in the mail', async () => {
      const done = await invite(email);
      assert.equal(done.code, 0, done.stderr);
      mail = await mailServer.next();
      const user = JSON.parse(done.stdout);
      assert.deepEqual([user.delivery, user.link], ['email', undefined]);
      assert.match(done.stderr, new RegExp(`sent to ${email}`));
      assert.equal(mail.link, `${server.url}/invitations/accept#${mail.token}`);
      assert.deepEqual([mail.encrypted, mail.login], [security !== 'none', login ?? null]);
    });

    it('writes a mail that parsers accept', () => {
      assert.deepEqual(mail.envelope, { from: 'no-reply@id.example.org', to: [email] });
      assert.deepEqual(mail.defects, []);
      assert.deepEqual([mail.ascii, mail.bare, mail.longest <= 998], [true, 0, true]);
      assert.deepEqual([mail.type, mail.order], ['multipart/alternative', ['text/plain', 'text/html']]);
      assert.deepEqual(mail.from, [['ACME Lögins', 'no-reply@id.example.org']]);
      assert.ok(sender.includes('Lögins'));
      assert.equal(new Set(mail.names).size, mail.names.length, 'a header stands twice');
      assert.deepEqual(mail.names.map((name) => name.toLowerCase()).sort(), ['auto-submitted', 'content-type', 'date',
        'from', 'message-id', 'mime-version', 'subject', 'to']);
      assert.match(mail.headers['Message-ID'], /^<[0-9a-f-]{36}@id\.example\.org>$/);
      assert.equal(mail.headers['Auto-Submitted'], 'auto-generated');
      assert.ok(Math.abs(Date.parse(mail.date) - Date.now()) < 10 * 60_000, mail.date);
    });

    it('names the inviter, the project and the expiry, in both parts', () => {
      for (const body of [mail.text, mail.html]) {
        for (const word of ['owner', 'acme', server.url, email, mail.link, 'UTC']) assert.ok(body.includes(word), word);
      }
      assert.ok(mail.html.includes(`href="${mail.link}"`));
    });

    it('contains a link that can be used once', async () => {
      assert.equal((await accept(server, mail.token)).status, 200);
      assert.equal((await accept(server, mail.token)).status, 404);
      await tokenOf(server, email);
    });
  });
}

describe('an invitation that is sent again', () => {
  let mailServer;
  before(async () => {
    mailServer = await startMailServer('none');
    await serveWith(...mailServer.flags);
  });

  it('has a new link, and the previous one is invalid', async () => {
    await invite('again@example.com');
    const first = await mailServer.next();
    await invite('again@example.com');
    const second = await mailServer.next();
    assert.notEqual(second.token, first.token);
    assert.equal((await accept(server, first.token)).status, 404);
    assert.equal((await accept(server, second.token)).status, 200);
  });

  it('after it was withdrawn has a new link, which alone is valid', async () => {
    await invite('back@example.com');
    const first = await mailServer.next();
    assert.equal((await server.ptkl(['users', 'delete', '-u', 'back@example.com'])).code, 0);
    assert.equal((await accept(server, first.token)).status, 404);
    await invite('back@example.com');
    assert.equal((await accept(server, (await mailServer.next()).token)).status, 200);
  });
});

describe('a mail that cannot be sent', () => {
  let tls;
  let clear;
  before(async () => {
    tls = await startMailServer('starttls', { login: 'mailer' });
    clear = await startMailServer('none');
  });

  /** Invites a user. The invitation must exist, and both ptkl and the log must report the failed mail. */
  async function expectFailure(email, why) {
    const done = await invite(email);
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual([JSON.parse(done.stdout).delivery, JSON.parse(done.stdout).link], ['failed', undefined]);
    assert.match(done.stderr, /could not be sent\nhint: .*run the same command again/);
    assert.match(whyFailed(), why);
    assert.equal((await server.ptklJson(['users', 'get', '-u', email])).status, 'invited');
    return done;
  }

  it('because the certificate is not trusted', async () => {
    const flags = tls.flags.filter((flag) => flag !== '--smtp-ca' && flag !== tls.certificate);
    await serveWith(...flags);
    await expectFailure('untrusted@example.com', /certificate is not trusted .*\/etc\/ssl\/certs/);
  });

  it('because the certificate is for another name', async () => {
    await serveWith(...tls.flags.map((flag) => (flag === '127.0.0.1' ? 'localhost' : flag)));
    await expectFailure('misnamed@example.com', /certificate is not trusted/);
  });

  it('because the login at the mail server is wrong', async () => {
    await serveWith(...tls.flags.map((flag) => (flag === 'mailer' ? 'unknown' : flag)));
    await expectFailure('login@example.com', /refuses the login of unknown/);
  });

  it('because STARTTLS is not offered, and is not sent unencrypted', async () => {
    await serveWith(...clear.flags.map((flag) => (flag === 'none' ? 'starttls' : flag)));
    await expectFailure('clear@example.com', /offers no STARTTLS/);
    assert.deepEqual(clear.mails, []);
  });

  it('because the recipient is rejected', async () => {
    await serveWith(...clear.flags);
    await expectFailure('refused@example.com', /refuses the mail with 550/);
    assert.ok(!whyFailed().includes('no such mailbox'), 'the server\'s words are of any kind');
  });

  it('because the mail server is down, and can be sent again later', async () => {
    await serveWith(...tls.flags);
    await tls.stop();
    const { stdout } = await expectFailure('later@example.com', /connection refused/);
    await tls.start();
    const again = await invite('later@example.com');
    assert.equal(JSON.parse(again.stdout).delivery, 'email');
    assert.equal(JSON.parse(again.stdout).uuid, JSON.parse(stdout).uuid);
    assert.equal((await accept(server, (await tls.next()).token)).status, 200);
  });

  it('because the mail server does not respond, which delays no other request', async () => {
    const sockets = [];
    const silent = createServer((socket) => { sockets.push(socket); socket.on('error', () => {}); });
    await new Promise((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
    after(() => { sockets.forEach((socket) => socket.destroy()); silent.close(); });
    const flags = [...clear.flags];
    flags[flags.indexOf('--smtp-port') + 1] = String(silent.address().port);
    await serveWith(...flags, '--workers', '2');
    const slow = [invite('silent-1@example.com'), invite('silent-2@example.com'), invite('silent-3@example.com')];
    let open = slow.length;
    slow.forEach((one) => one.finally(() => { open -= 1; }));
    let answeredMeanwhile = 0;
    while (open > 0) {
      assert.equal((await server.ptkl(['role', 'list'])).code, 0);
      if (open > 0) answeredMeanwhile += 1;
    }
    assert.ok(answeredMeanwhile > 0);
    for (const done of await Promise.all(slow)) assert.equal(JSON.parse(done.stdout).delivery, 'failed', done.stderr);
    assert.match(whyFailed(), /within 10s/);
  });
});

describe('the CA certificates for the mail server', () => {
  it('may be in a directory', async () => {
    const mailServer = await startMailServer('starttls', { login: 'mailer' });
    const folder = makeFolder('authorities');
    copyFileSync(mailServer.certificate, join(folder, 'mail.pem'));
    const hashed = await run('openssl', ['rehash', folder]);
    assert.equal(hashed.code, 0, hashed.stderr);
    await serveWith(...mailServer.flags.map((flag) => (flag === mailServer.certificate ? folder : flag)));
    await invite('folder@example.com');
    assert.equal((await mailServer.next()).encrypted, true);
  });
});

describe('the password for the mail server', () => {
  it('is required, and can come from the environment or systemd', async () => {
    const mailServer = await startMailServer('tls', { login: 'mailer' });
    const file = mailServer.flags.indexOf('--smtp-password-file');
    const flags = mailServer.flags.filter((_, i) => i !== file && i !== file + 1);
    await server.stop();
    await assert.rejects(server.serve(...flags), /requires a password/);
    const { environment } = server;
    server.environment = { ...environment, PTKLD_SMTP_PASSWORD: mailServer.password };
    await server.serve(...flags);
    await server.login();
    await invite('environment@example.com');
    assert.equal((await mailServer.next()).login, 'mailer');
    server.environment = environment;
  });

  it('is in no log, and neither is any link', () => {
    assert.deepEqual(findLeaks([server.folder], (path) => server.allowedIn(path)), []);
  });
});
