// Each option that names a file, with a directory, a missing file, an unreadable file or a device. Every program
// names the file, exits with a documented code and changes nothing; none ends by a signal.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makeFolder } from './support/folders.mjs';
import { ptkl, ptkld, run } from './support/programs.mjs';
import { startServer } from './support/server.mjs';

// Root can read every file, so root runs the programs as another user, who may have no access to the build folder.
const isRoot = process.getuid() === 0;
const prefix = isRoot ? ['setpriv', '--reuid', '65534', '--regid', 'nogroup', '--clear-groups'] : [];
const folder = makeFolder('files');
const programs = join(folder, 'bin');
const kinds = {
  directory: join(folder, 'directory'),
  missing: join(folder, 'directory', 'missing', 'file'),
  unreadable: join(folder, 'unreadable'),
  device: '/dev/null',
};
let listener;
let server;
let data;

const start = (program, args, env = {}) => run(join(programs, program), args, {
  prefix, cwd: kinds.directory, env: { PTKL_CONFIG_DIR: join(folder, 'none'), HOME: folder, ...env },
});

before(async () => {
  for (const path of [programs, kinds.directory, join(folder, 'own')]) mkdirSync(path);
  for (const path of [folder, programs]) chmodSync(path, 0o755);
  chmodSync(kinds.directory, 0o555);
  chmodSync(join(folder, 'own'), 0o777);
  for (const [name, program] of [['ptkl', ptkl], ['ptkld', ptkld]]) copyFileSync(program, join(programs, name));
  writeFileSync(kinds.unreadable, 'x = 1\n', { mode: 0o000 });
  data = join(folder, 'own', 'data');
  const made = await start('ptkld', ['init', '--data', data, '--project', 'acme', '-q', '-o', join(dirname(data), 'secret')]);
  assert.equal(made.code, 0, made.stderr);
  writeFileSync(join(folder, 'log.jsonl'), '{"number": 1}\n');
  server = await startServer('files-server');
  listener = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1').unref();
  await new Promise((resolve) => { listener.once('listening', resolve); });
});

const login = () => ({ PTKL_HOST: `https://127.0.0.1:${listener.address().port}`, PTKL_PROJECT: 'acme', PTKL_TOKEN: 'not.a.token' });
const serve = (...more) => ['serve', '--data', data, '--listen', '127.0.0.1:0', ...more];
const mail = ['--smtp-host', 'localhost', '--smtp-sender', 'a@example.org', '--smtp-username', 'a'];

/**
 * The program, the option that names the file, the exit code for each kind of file, and the pattern of stderr. A kind
 * that is absent is accepted.
 */
const rows = {
  'ptkl audit verify --file': ['ptkl', (file) => [['audit', 'verify', '--file', file]],
    { directory: 2, missing: 3, unreadable: 5, device: 2 }],
  'ptkl audit verify --key': ['ptkl', (file) => [['audit', 'verify', '--file', join(folder, 'log.jsonl'), '--key', file]],
    { directory: 2, missing: 3, unreadable: 5, device: 2 }],
  'ptkl audit verify --head': ['ptkl', (file) => [['audit', 'verify', '--file', join(folder, 'log.jsonl'), '--head', file]],
    { directory: 2, missing: 3, unreadable: 5, device: 2 }],
  'ptkl --output': ['ptkl', (file) => [['whoami', '-o', file], login()],
    { directory: 1, missing: 1, unreadable: 1, device: 1 }],
  'ptkl api-users new-secret --output': ['ptkl', (file) => [['api-users', 'new-secret', '-u', 'x', '-o', file], login()],
    { directory: 1, missing: 1, unreadable: 6, device: 1 }],
  'PTKL_CA_FILE': ['ptkl', (file) => [['whoami'], { ...login(), PTKL_CA_FILE: file }],
    { directory: 2, missing: 2, unreadable: 2, device: 2 }],
  'profiles.json': ['ptkl', (file, kind) => {
    const profiles = join(folder, `profiles-${kind}`);
    mkdirSync(profiles, { mode: 0o755 });
    if (kind !== 'missing') symlinkSync(file, join(profiles, 'profiles.json'));
    return [['profile', 'list'], { PTKL_CONFIG_DIR: profiles }];
  }, { directory: 1, unreadable: 1, device: 1 }],
  // The login succeeds, so the command stores the profile.
  'PTKL_CONFIG_DIR': ['ptkl', (file) => [['profile', 'new'], { ...server.environmentOf(server.owner), PTKL_CONFIG_DIR: file }],
    { directory: 1, missing: 1, unreadable: 1, device: 1 }, /cannot (create directory|lock) /],
  'ptkld --config': ['ptkld', (file) => [['config', 'check', '--config', file]],
    { directory: 2, missing: 2, unreadable: 2 }],
  'PTKLD_CONFIG': ['ptkld', (file) => [['config', 'check'], { PTKLD_CONFIG: file }],
    { directory: 2, missing: 2, unreadable: 2 }],
  'ptkld serve --data': ['ptkld', (file) => [['serve', '--data', file, '--listen', '127.0.0.1:0']],
    { directory: 3, missing: 3, unreadable: 3, device: 3 }],
  'ptkld init --data': ['ptkld', (file) => [['init', '--data', file, '--project', 'acme']],
    { missing: 1, unreadable: 1, device: 1 }],
  'ptkld serve --master-key-file': ['ptkld', (file) => [serve('--master-key-file', file)],
    { directory: 2, missing: 3, unreadable: 5, device: 2 }],
  'the master key of systemd': ['ptkld', (file, kind) => {
    const credentials = join(folder, `credentials-${kind}`);
    mkdirSync(credentials, { mode: 0o755 });
    symlinkSync(file, join(credentials, 'master.key'));
    return [serve(), { CREDENTIALS_DIRECTORY: credentials }];
  }, { directory: 2, unreadable: 5, device: 2 }],
  'ptkld serve --smtp-password-file': ['ptkld', (file) => [serve(...mail, '--smtp-password-file', file)],
    { directory: 2, missing: 3, unreadable: 5, device: 2 }],
  'ptkld serve --smtp-ca': ['ptkld', (file) => [serve('--smtp-host', 'localhost', '--smtp-sender', 'a@example.org',
    '--smtp-ca', file)], { missing: 2, unreadable: 2 }],
  'ptkld serve --tls-certificate': ['ptkld', (file) => [serve('--tls-certificate', file, '--tls-key', join(data, 'master.key'))],
    { directory: 2, missing: 2, unreadable: 2, device: 2 }],
  'ptkld backup --output': ['ptkld', (file) => [['backup', '--data', data, '-o', file]],
    { directory: 1, missing: 1, unreadable: 6, device: 1 }],
  'ptkld restore': ['ptkld', (file) => [['restore', file, '--data', join(folder, 'own'), '--master-key-file', join(data, 'master.key')]],
    { directory: 2, missing: 3, unreadable: 1, device: 2 }],
  'ptkld copy --from': ['ptkld', (file) => [['copy', '--from', `sqlite:${file}`, '--to', `sqlite:${join(folder, 'own', 'copy.db')}`,
    '--master-key-file', join(data, 'master.key')]], { directory: 3, missing: 3, unreadable: 8, device: 2 }],
  'ptkld copy --to': ['ptkld', (file) => [['copy', '--from', `sqlite:${data}`, '--to', `sqlite:${file}`,
    '--master-key-file', join(data, 'master.key')]], { missing: 8, unreadable: 8, device: 2 }],
  'ptkld init --output': ['ptkld', (file) => [['init', '--data', join(folder, 'own', 'new'), '--project', 'acme', '-o', file]],
    { directory: 1, missing: 1, unreadable: 6, device: 1 }],
  'ptkld project create --output': ['ptkld', (file) => [['project', 'create', 'beta', '--data', data, '-o', file]],
    { directory: 1, missing: 1, unreadable: 6, device: 1 }],
  'TMPDIR of ptkld dev': ['ptkld', (file) => [['dev', '--listen', '127.0.0.1:0'], { TMPDIR: file }],
    { missing: 1, unreadable: 1, device: 1 }, /no usable temporary directory: .*\nhint: set TMPDIR/],
};

for (const [what, [program, commandFor, codes, words = /./]] of Object.entries(rows)) {
  describe(what, () => {
    for (const [kind, code] of Object.entries(codes)) {
      it(`rejects ${{ directory: 'a directory', missing: 'a missing file', unreadable: 'an unreadable file',
        device: 'a device' }[kind]}`, async () => {
        const [args, env] = commandFor(kinds[kind], kind);
        const before = readdirSync(join(folder, 'own')).sort();
        const done = await start(program, args, env);
        assert.deepEqual([done.code, done.signal, done.stdout], [code, null, ''], done.stderr);
        assert.match(done.stderr, new RegExp(`^${program}: `));
        assert.match(done.stderr, words);
        assert.doesNotMatch(done.stderr, /terminate called|internal error|exception/);
        assert.deepEqual(readdirSync(join(folder, 'own')).sort(), before);
        assert.deepEqual(readdirSync(kinds.directory), []);
      });
    }
  });
}

describe('a secret in a folder that cannot be synced', () => {
  const rows = {
    'ptkl api-users new-secret': (file) => start('ptkl', ['api-users', 'new-secret', '-u', 'unsynced', '-q', '-o', file],
      server.environmentOf(server.owner)),
    'ptkld project create': (file) => start('ptkld', ['project', 'create', 'unsynced', '--data', data, '-q', '-o', file]),
    'ptkld init': (file) => start('ptkld', ['init', '--data', join(folder, 'own', 'unsynced'), '--project', 'acme', '-q',
      '-o', file]),
  };
  for (const [what, command] of Object.entries(rows)) {
    it(`${what}: is written, with a warning that the file may not survive a power failure`, async () => {
      if (what.startsWith('ptkl ')) await server.createApiUser('unsynced');
      const unlisted = join(folder, `unlisted-${what.replaceAll(' ', '-')}`);
      mkdirSync(unlisted);
      chmodSync(unlisted, 0o333);
      const file = join(unlisted, 'secret');
      const done = await command(file);
      chmodSync(unlisted, 0o755);
      assert.deepEqual([done.code, done.stdout], [0, ''], done.stderr);
      const warning = `warning: the content is in ${file}, but may not survive a power failure: cannot sync `;
      assert.ok(done.stderr.includes(warning), done.stderr);
      assert.doesNotMatch(done.stderr, /lost/);
      assert.match(readFileSync(file, 'utf8'), /^ptkl_\w+\n$/);
    });
  }
});

it('does not change the unreadable file', () => {
  chmodSync(kinds.unreadable, 0o600);
  assert.equal(readFileSync(kinds.unreadable, 'utf8'), 'x = 1\n');
});
