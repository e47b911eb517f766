// Status lists of the real server, read as any verifier does.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { run } from './support/programs.mjs';
import { exchange, startServer } from './support/server.mjs';
import { fetchList, inflate, isRevoked } from './support/status_list.mjs';

let server;
before(async () => {
  server = await startServer('status-lists');
  await server.ptklJson(['role', 'create', '-n', 'reader', '-p', 'components.read']);
});

describe('a command that removes rights has changed the list when it returns', () => {
  const ptkl = (...args) => async (name) => {
    const [verb, ...flags] = args;
    const done = await server.ptkl(['api-users', verb, '-u', name, ...flags]);
    assert.equal(done.code, 0, done.stderr);
  };
  const commands = {
    'revoke-secret': ptkl('revoke-secret'),
    'new-secret': (name) => server.createSecret(name),
    disable: ptkl('disable'),
    edit: ptkl('edit', '-r', ''),
    delete: ptkl('delete'),
  };
  for (const [verb, command] of Object.entries(commands)) {
    it(verb, async () => {
      const name = `bot-${verb}`;
      const token = await server.token(await server.createApiUser(name, ['reader']));
      assert.equal(await isRevoked(server, token), false);
      await command(name);
      assert.equal(await isRevoked(server, token), true);
    });
  }

  it('except new-secret with an overlap', async () => {
    const token = await server.token(await server.createApiUser('overlapping'));
    await server.createSecret('overlapping', '--overlap', '1h');
    assert.equal(await isRevoked(server, token), false);
  });
});

it('is the same after a restart of the server', async () => {
  const bits = inflate(await fetchList(server));
  await server.stop();
  await server.serve();
  assert.ok(inflate(await fetchList(server)).equals(bits));
});

it('is valid zlib data for Python and Node', async () => {
  const list = await fetchList(server);
  const python = await run('python3', ['-c',
    'import base64, sys, zlib; sys.stdout.write(zlib.decompress(base64.urlsafe_b64decode(sys.stdin.read() + "==")).hex())'],
  { input: list.status_list.lst });
  assert.equal(python.code, 0, python.stderr);
  assert.equal(python.stdout, inflate(list).toString('hex'));
});

it('is never compressed a second time', async () => {
  const { headers } = await exchange(`${server.issuer}/oauth2/status-lists/0`, 'GET',
    { headers: { 'accept-encoding': 'gzip, deflate, br' } });
  assert.equal(headers.get('content-encoding'), null);
});
