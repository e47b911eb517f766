// Behaviour of every command: exit codes, streams, files, help, suggestions.
import assert from 'node:assert/strict';
import {
  chmodSync, closeSync, copyFileSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { ptkl, run, start } from './support/programs.mjs';
import { unknownSecret } from './support/secrets.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';
import { mountTmpfs, skip } from './support/tmpfs.mjs';

let server;
let reader;
before(async () => {
  server = await startServer('command-line');
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'api-users.read', 'roles.read']);
  reader = await server.createApiUser('reader', ['reader']);
  await server.ptklJson(['api-users', 'create', '-u', 'target']);
});

const unknown = '01978f3e-6c1a-7cc0-8f5e-0123456789ab';

const commands = [
  'api-users list', 'api-users get', 'api-users edit', 'api-users new-secret', 'api-users revoke-secret',
  'api-users get-auth-token', 'api-users create', 'api-users delete', 'api-users enable', 'api-users disable',
  'api-users secrets', 'role create', 'role list', 'role get', 'whoami', 'completion', 'profile', 'profile new', 'profile auth', 'profile list',
  'profile use', 'profile inspect', 'profile delete',
];

describe('help', () => {
  for (const command of commands) {
    it(`of ${command} shows an example, on stdout`, async () => {
      const done = await run(ptkl, [...command.split(' '), '--help']);
      assert.deepEqual([done.code, done.stderr], [0, '']);
      assert.match(done.stdout, /example/i);
      assert.match(done.stdout, new RegExp(`ptkl .*${command.split(' ').at(-1)}`));
    });
  }

  it('has the short form -h, except for profile new, where -h is the host', async () => {
    assert.equal((await run(ptkl, ['api-users', 'list', '-h'])).code, 0);
    assert.equal((await run(ptkl, ['profile', 'new', '-h'])).code, 2);
  });

  it('of an option for a secret explains how to avoid the command line', async () => {
    for (const command of [['api-users', 'get-auth-token'], ['profile', 'new'], ['profile', 'auth']]) {
      const { stdout } = await run(ptkl, [...command, '--help']);
      assert.match(stdout, /PTKL_SECRET|PTKL_TOKEN/, command.join(' '));
      assert.match(stdout, /standard input|stdin|-p -/, command.join(' '));
    }
  });
});

describe('wrong usage exits with code 2 and sends nothing', () => {
  const rows = [
    ['an unknown command', ['api-users', 'frobnicate']],
    ['an unknown noun', ['frobnicate']],
    ['no verb', ['api-users']],
    ['an unknown option', ['api-users', 'list', '--colour']],
    ['a missing option', ['api-users', 'get']],
    ['an option without its value', ['api-users', 'get', '-u']],
    ['a word too much', ['api-users', 'list', 'everything']],
    ['an unknown format', ['api-users', 'list', '-f', 'xml']],
    ['a level that is no number', ['role', 'create', '-n', 'x', '-p', 'a.b', '-l', 'high']],
    ['a level out of range', ['role', 'create', '-n', 'x', '-p', 'a.b', '-l', '101']],
    ['a malformed permission', ['role', 'create', '-n', 'x', '-p', 'A B']],
    ['a malformed workspace', ['role', 'create', '-n', 'x', '-p', 'a.b', '-w', 'a/b']],
    ['an empty role name', ['role', 'create', '-n', '', '-p', 'a.b']],
    ['a username with @', ['api-users', 'create', '-u', 'bot@example.com']],
    ['a username in upper case', ['api-users', 'create', '-u', 'Bot']],
    ['a malformed overlap', ['api-users', 'new-secret', '-u', 'target', '--overlap', 'soon']],
    ['a negative overlap', ['api-users', 'new-secret', '-u', 'target', '--overlap=-1h']],
    ['a malformed expiry', ['api-users', 'new-secret', '-u', 'target', '--expires', '90']],
    ['a malformed secret id', ['api-users', 'revoke-secret', '-u', 'target', '--secret', 'x']],
    ['a host that is no URL', ['api-users', 'list', '--host', 'ftp://127.0.0.1']],
    ['a malformed timeout', ['api-users', 'list', '--timeout', 'never']],
  ];
  for (const [what, args] of rows) {
    it(what, async () => {
      const state = await server.state();
      const done = await server.ptkl(args);
      assert.deepEqual([done.code, done.stdout], [2, ''], done.stderr);
      assert.match(done.stderr, /^ptkl: /);
      assert.equal(await server.state(), state);
    });
  }

  it('empty standard input instead of a secret', async () => {
    const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'target', '-p', '-'], { input: '' });
    assert.equal(done.code, 2);
  });

  it('no secret, and no terminal for a prompt', async () => {
    assert.equal((await server.ptkl(['api-users', 'get-auth-token', '-u', 'target'])).code, 2);
  });
});

describe('a suggestion', () => {
  for (const [args, suggestion] of [[['api-user', 'list'], 'api-users'], [['api-users', 'lst'], 'list'],
    [['api-users', 'new-secert', '-u', 'x'], 'new-secret'], [['api-users', 'list', '--fromat', 'json'], '--format']]) {
    it(`for ${args.join(' ')}`, async () => {
      const done = await server.ptkl(args);
      assert.equal(done.code, 2);
      assert.ok(done.stderr.includes(suggestion), done.stderr);
    });
  }
});

describe('exit codes', () => {
  it('3 if the object does not exist', async () => {
    for (const args of [['api-users', 'get', '-u', unknown], ['api-users', 'edit', '-u', unknown, '-r', 'reader'],
      ['api-users', 'new-secret', '-u', unknown], ['api-users', 'revoke-secret', '-u', unknown],
      ['api-users', 'delete', '-u', unknown], ['api-users', 'enable', '-u', unknown],
      ['api-users', 'disable', '-u', 'no-such-user'], ['api-users', 'secrets', '-u', 'no-such-user'],
      ['api-users', 'edit', '-u', 'target', '-r', 'no-such-role']]) {
      const done = await server.ptkl(args);
      assert.deepEqual([done.code, done.stdout], [3, ''], `${args.join(' ')}: ${done.stderr}`);
    }
  });

  it('4 with an invalid token', async () => {
    const done = await server.ptkl(['whoami', '--token', '-'], { input: 'not.a.token' });
    assert.deepEqual([done.code, done.stdout], [4, '']);
  });

  it('5 without the permission, which the message names', async () => {
    const env = server.environmentOf(reader);
    for (const [args, permission] of [
      [['api-users', 'create', '-u', 'x'], 'api-users.write'],
      [['api-users', 'delete', '-u', 'target'], 'api-users.write'],
      [['api-users', 'new-secret', '-u', 'target'], 'api-users.secrets'],
      [['api-users', 'revoke-secret', '-u', 'target'], 'api-users.secrets'],
      [['role', 'create', '-n', 'x', '-p', 'a.b'], 'roles.write'],
    ]) {
      const done = await server.ptkl(args, { env });
      assert.deepEqual([done.code, done.stdout], [5, ''], args.join(' '));
      assert.ok(done.stderr.includes(permission), done.stderr);
    }
  });

  it('5 if the caller assigns rights that it does not have', async () => {
    await server.ptklJson(['role', 'create', '-n', 'admin', '-p', 'api-users.*', 'roles.*', '-l', '10']);
    const admin = await server.createApiUser('admin', ['admin']);
    const env = server.environmentOf(admin);
    assert.equal((await server.ptkl(['api-users', 'edit', '-u', 'target', '-r', 'owner'], { env })).code, 5);
    assert.equal((await server.ptkl(['role', 'create', '-n', 'too-much', '-p', 'keys.write'], { env })).code, 5);
    assert.equal((await server.ptkl(['role', 'create', '-n', 'too-high', '-p', 'roles.read', '-l', '11'],
      { env })).code, 5);
    assert.equal((await server.ptkl(['api-users', 'new-secret', '-u', 'owner'], { env })).code, 5);
  });

  it('6 on a conflict', async () => {
    assert.equal((await server.ptkl(['role', 'create', '-n', 'reader', '-p', 'a.b'])).code, 6);
    assert.equal((await server.ptkl(['api-users', 'create', '-u', 'target'])).code, 6);
  });

  it('8 if nothing listens, and within the timeout if there is no response', async () => {
    const env = { PTKL_PROJECT: 'acme', PTKL_TOKEN: 'not.a.token' };
    const refused = await server.ptkl(['whoami', '--host', 'http://127.0.0.1:1'], { env });
    assert.deepEqual([refused.code, refused.stdout], [8, '']);
    let asked = 0;
    const silent = createServer(() => { asked += 1; }).listen(0, '127.0.0.1').unref();
    await new Promise((resolve) => { silent.once('listening', resolve); });
    const timedOut = await server.ptkl(['whoami', '--timeout', '1s', '--host',
      `http://127.0.0.1:${silent.address().port}`], { env });
    assert.deepEqual([timedOut.code, timedOut.stdout, asked], [8, '', 1], timedOut.stderr);
    assert.match(timedOut.stderr, /127\.0\.0\.1:\d+: no response within 1s\n/);
    silent.close();
  });

  it('8 after a response that is not HTTP, or not from a ptkld', async () => {
    const env = { PTKL_PROJECT: 'acme', PTKL_TOKEN: 'not.a.token' };
    for (const reply of ['hello\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
      'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n']) {
      const odd = createServer((socket) => { socket.on('error', () => {}).end(reply); }).listen(0, '127.0.0.1').unref();
      await new Promise((resolve) => { odd.once('listening', resolve); });
      const done = await server.ptkl(['whoami', '--host', `http://127.0.0.1:${odd.address().port}`], { env });
      assert.equal(done.code, 8, `${reply}: ${done.stderr}`);
      odd.close();
    }
  });

  for (const status of [200, 302, 401, 403, 404, 407, 500, 502]) {
    it(`8 after the HTML page of a proxy or another host, with status ${status}`, async () => {
      const page = createHttpServer((incoming, outgoing) => outgoing
        .writeHead(status, { 'content-type': 'text/html', location: 'https://login.example.org/' })
        .end('<html>not a ptkld</html>')).listen(0, '127.0.0.1').unref();
      await new Promise((resolve) => { page.once('listening', resolve); });
      const host = `http://127.0.0.1:${page.address().port}`;
      const state = await server.state();
      for (const [args, more] of [
        [['whoami'], { PTKL_TOKEN: 'not.a.token' }], [['api-users', 'list'], { PTKL_TOKEN: 'not.a.token' }],
        [['api-users', 'get', '-u', unknown], { PTKL_TOKEN: 'not.a.token' }],
        [['audit', 'list'], { PTKL_TOKEN: 'not.a.token' }],
        [['role', 'create', '-n', 'x'], { PTKL_TOKEN: 'not.a.token' }],
        [['api-users', 'delete', '-u', unknown], { PTKL_TOKEN: 'not.a.token' }],
        [['api-users', 'get-auth-token', '-u', 'target'], { PTKL_SECRET: unknownSecret }],
        [['profile', 'new', '-n', 'x', '-u', 'target', '-h', host, '-P', 'acme'], { PTKL_SECRET: unknownSecret }],
        [['profile', 'new', '-n', 'x', '-u', 'ada@example.com', '-h', host, '-P', 'acme'], { PTKL_SECRET: 'password' }],
      ]) {
        const done = await server.ptkl(args, { env: { PTKL_HOST: host, PTKL_PROJECT: 'acme', ...more } });
        assert.deepEqual([done.code, done.stdout], [8, ''], `${args.join(' ')}: ${done.stderr}`);
        assert.ok(done.stderr.includes(host), done.stderr);
        assert.match(done.stderr, /\nhint: (check the server's address|the change may have been applied)/);
      }
      page.close();
      assert.equal(await server.state(), state);
    });
  }

  it('130 when interrupted', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1').unref();
    await new Promise((resolve) => { silent.once('listening', resolve); });
    const asking = start(ptkl, ['whoami', '--host', `http://127.0.0.1:${silent.address().port}`],
      { env: { PTKL_PROJECT: 'acme', PTKL_TOKEN: 'not.a.token' } });
    await new Promise((resolve) => { silent.once('connection', resolve); });
    asking.child.kill('SIGINT');
    const { code, signal } = await asking.finished;
    assert.deepEqual({ code, signal }, { code: 130, signal: null });
    silent.close();
  });
});

describe('a role list', () => {
  it('that is empty removes all roles', async () => {
    await server.ptklJson(['api-users', 'edit', '-u', 'target', '-r', 'reader']);
    const stripped = await server.ptkl(['api-users', 'edit', '-u', 'target', '-r', '', '-f', 'json']);
    assert.equal(stripped.code, 0, stripped.stderr);
    assert.deepEqual(JSON.parse(stripped.stdout).roles, []);
  });

  it('that is missing is wrong usage', async () => {
    assert.equal((await server.ptkl(['api-users', 'edit', '-u', 'target', '-r'])).code, 2);
  });
});

describe('-o', () => {
  const createSecret = (file, options) => server.ptkl(['api-users', 'new-secret', '-u', 'target', '-q', '-o', file],
    options);

  it('into a missing folder, below a file, or onto a folder changes nothing', async () => {
    const folder = makeFolder('out');
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    const state = await server.state();
    for (const [file, code] of [['missing/out', 1], ['file/out', 1], ['folder', 1], ['', 2]]) {
      const done = await createSecret(file && join(folder, file));
      assert.equal(done.code, code, `${file}: ${done.stderr}`);
      assert.equal(done.stdout, '');
      assert.match(done.stderr, /^ptkl: /);
    }
    assert.deepEqual(readdirSync(folder).sort(), ['file', 'folder']);
    assert.equal(await server.state(), state);
  });

  it('into a folder without write permission changes nothing', async (t) => {
    if (process.getuid() !== 0) return skip(t, 'needs root, to run as an unprivileged user');
    const folder = makeFolder('read-only');
    const program = join(makeFolder('program'), 'ptkl'); // the build folder may be closed to others
    chmodSync(folder, 0o755);
    chmodSync(dirname(program), 0o755);
    copyFileSync(ptkl, program);
    const token = await server.token(server.owner);
    const state = await server.state();
    const done = await run(program, ['api-users', 'new-secret', '-u', 'target', '-q', '-o', join(folder, 'out')], {
      prefix: ['setpriv', '--reuid', '65534', '--regid', 'nogroup', '--clear-groups'],
      env: { PTKL_HOST: server.url, PTKL_PROJECT: 'acme', PTKL_TOKEN: token, PTKL_CONFIG_DIR: join(folder, 'none') },
    });
    assert.deepEqual([done.code, done.stdout], [1, ''], done.stderr);
    assert.deepEqual(readdirSync(folder), []);
    return assert.equal(await server.state(), state);
  });

  it('onto a full disk leaves no partial file, and keeps the existing one', async (t) => {
    const disk = mountTmpfs(t, '64k');
    if (!disk) return;
    writeFileSync(join(disk, 'out'), 'old\n');
    writeFileSync(join(disk, 'filler'), '');
    try {
      for (;;) writeFileSync(join(disk, 'filler'), 'x'.repeat(4096), { flag: 'a' });
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
    const done = await server.ptkl(['api-users', 'list', '-o', join(disk, 'out')]);
    assert.deepEqual([done.code, done.stdout], [1, '']);
    assert.match(done.stderr, /space/i);
    assert.deepEqual(readdirSync(disk).sort(), ['filler', 'out']);
    assert.equal(readFileSync(join(disk, 'out'), 'utf8'), 'old\n');
  });

  const invite = (file, options) => server.ptkl(['users', 'invite', '-e', 'ada@example.com', '-q', '-o', file], options);
  for (const [what, make] of [['new-secret', createSecret], ['users invite', invite]]) {
    it(`of ${what} replaces no file without --force, and changes nothing on the server`, async () => {
      const folder = makeFolder('kept');
      const file = join(folder, 'out');
      const usersOf = () => server.ptklJson(['users', 'list']);
      writeFileSync(file, 'another secret\n');
      symlinkSync(file, join(folder, 'link'));
      symlinkSync(join(folder, 'missing'), join(folder, 'dangling'));
      const [state, users] = [await server.state(), await usersOf()];
      for (const name of ['out', 'link', 'dangling']) {
        const done = await make(join(folder, name));
        assert.deepEqual([done.code, done.stdout], [6, ''], done.stderr);
        assert.match(done.stderr, /^ptkl: the file .* already exists\nhint: .*--force/);
      }
      const outside = await make(file, { env: { PTKL_HOST: 'http://127.0.0.1:1' } });
      assert.equal(outside.code, 6, 'the server was asked first');
      assert.equal(readFileSync(file, 'utf8'), 'another secret\n');
      assert.deepEqual(readdirSync(folder).sort(), ['dangling', 'link', 'out']);
      assert.deepEqual([await server.state(), await usersOf()], [state, users]);
    });
  }

  it('of new-secret replaces the file with --force', async () => {
    const file = join(makeFolder('forced'), 'out');
    writeFileSync(file, 'x'.repeat(100_000));
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'target', '-q', '--force', '-o', file]);
    assert.deepEqual([done.code, done.stdout], [0, ''], done.stderr);
    keepSecret(readFileSync(file, 'utf8').trimEnd(), 'a secret of target');
    assert.match(readFileSync(file, 'utf8'), /^ptkl_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}\n$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is required for --force', async () => {
    const state = await server.state();
    const done = await server.ptkl(['api-users', 'new-secret', '-u', 'target', '-q', '--force']);
    assert.deepEqual([done.code, done.stdout], [2, '']);
    assert.match(done.stderr, /^ptkl: --force requires --output/);
    assert.equal(await server.state(), state);
  });

  it('of a token replaces the file, because another token can be issued', async () => {
    const file = join(makeFolder('token'), 'out');
    const env = server.environmentOf(reader);
    for (let i = 0; i < 2; ++i) {
      const done = await server.ptkl(['api-users', 'get-auth-token', '-q', '-o', file], { env });
      assert.equal(done.code, 0, done.stderr);
      keepSecret(readFileSync(file, 'utf8').trimEnd(), 'a token of reader');
    }
  });

  it('replaces the whole content of an existing file', async () => {
    const file = join(makeFolder('over'), 'out');
    writeFileSync(file, 'x'.repeat(100_000));
    assert.equal((await server.ptkl(['api-users', 'list', '-f', 'json', '-o', file])).code, 0);
    assert.ok(Array.isArray(JSON.parse(readFileSync(file, 'utf8'))));
  });
});

describe('stdout', () => {
  const listTo = (stdout) => {
    const listing = start(ptkl, ['api-users', 'list', '-f', 'json'],
      { env: { PTKL_CONFIG_DIR: server.config }, stdio: ['ignore', stdout, 'pipe'] });
    listing.child.stdout?.destroy();
    return listing.finished;
  };

  it('that is full causes an error', async () => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await listTo(full);
    closeSync(full);
    assert.equal(code, 1);
    assert.match(stderr, /^ptkl: /);
  });

  it('that is closed by its reader ends the command without an error message', async () => {
    assert.equal((await listTo('pipe')).stderr, '');
  });

  it('contains only data; hints and warnings go to stderr', async () => {
    const done = await server.ptkl(['api-users', 'create', '-u', 'json-only', '-f', 'json']);
    assert.equal(JSON.parse(done.stdout).username, 'json-only');
  });
});

describe('a secret in argv', () => {
  it('is accepted, with a warning that other users can see it', async () => {
    const done = await server.ptkl(['api-users', 'get-auth-token', '-u', 'target', '-p', unknownSecret]);
    assert.equal(done.code, 4);
    assert.match(done.stderr, /PTKL_SECRET|standard input|stdin/);
    assert.ok(!done.stderr.includes(unknownSecret));
  });
});
