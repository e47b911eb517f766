// A small disk that can be filled.
import { spawnSync } from 'node:child_process';
import { makeFolder } from './folders.mjs';

/** A folder of that size, or nothing, with test `t` skipped, where this user may not mount one. */
export function mountTmpfs(t, size) {
  const folder = makeFolder('disk');
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  if (status !== 0) {
    t.skip('this user may not mount a small disk');
    return undefined;
  }
  process.prependListener('exit', () => spawnSync('umount', ['--lazy', folder]));
  return folder;
}
