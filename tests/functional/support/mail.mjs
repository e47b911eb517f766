// A real mail server (Debian's python3-aiosmtpd), and the mails that it received.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folders.mjs';
import { start } from './programs.mjs';
import { keepSecret, shownBy } from './sensitive.mjs';
import { makeCertificate } from './tls_front.mjs';
import { waitFor } from './wait.mjs';

const program = fileURLToPath(new URL('./mail_server.py', import.meta.url));
const withParent = ['setpriv', '--pdeathsig', 'KILL', '/usr/bin/python3'];

export const sender = 'ACME Lögins <no-reply@id.example.org>';

const running = [];
after(async () => { for (const server of running) await server.stop(); });

class MailServer {
  constructor(security, folder, login) {
    Object.assign(this, { security, login });
    this.passwordFile = join(folder, 'password');
    this.certificate = join(folder, 'certificate.pem');
    this.args = [security];
    if (security !== 'none') this.args.push('--certificate', this.certificate, '--key', join(folder, 'key.pem'));
    if (login) {
      this.password = keepSecret('p"ss wörd of the mailer', 'the password at the mail server');
      writeFileSync(this.passwordFile, `${this.password}\n`, { mode: 0o600 });
      this.args.push('--username', login, '--password-file', this.passwordFile);
    }
  }

  /** Starts again on the same port after stop(). */
  async start() {
    this.process = start(program, [...this.args, '--port', String(this.port ?? 0)], { prefix: withParent });
    this.taken = 0;
    const ended = this.process.finished.then(({ stderr }) => { throw new Error(`the mail server ended: ${stderr}`); });
    ended.catch(() => {});
    this.port = Number(await Promise.race([ended, waitFor('the mail server to listen',
      () => /^listening (\d+)\n/.exec(this.process.stdout)?.[1], 20_000)]));
    return this;
  }

  async stop() {
    this.process.child.kill('SIGKILL');
    await this.process.finished;
  }

  /** The options of ptkld for this mail server. */
  get flags() {
    return ['--smtp-host', '127.0.0.1', '--smtp-port', String(this.port), '--smtp-security', this.security,
      '--smtp-sender', sender,
      ...(this.security === 'none' ? [] : ['--smtp-ca', this.certificate]),
      ...(this.login ? ['--smtp-username', this.login, '--smtp-password-file', this.passwordFile] : [])];
  }

  get mails() {
    return this.process.stdout.split('\n').slice(1, -1).map((line) => JSON.parse(line));
  }

  /** The next mail as Python's parser reads it, with `link` and its `token`. */
  async next() {
    const mail = await waitFor('a mail', () => this.mails[this.taken]);
    this.taken += 1;
    mail.link = /^https?:\S+#\S+$/m.exec(mail.text)[0];
    mail.token = shownBy(this.process, new URL(mail.link).hash.slice(1), 'the token of an invitation');
    return mail;
  }
}

/** `security` is starttls, tls or none; with `login`, it accepts mail only after that login. */
export async function startMailServer(security, { login } = {}) {
  const folder = makeFolder('mail');
  if (security !== 'none') await makeCertificate(folder);
  const server = await new MailServer(security, folder, login).start();
  running.push(server);
  return server;
}
