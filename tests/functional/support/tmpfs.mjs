// A small disk that can be filled.
import { spawnSync } from 'node:child_process';
import { makeFolder } from './folders.mjs';

/** Skips test `t`; with CI set this is a failure, because CI must run all tests. */
export function skip(t, why) {
  if (process.env.CI) throw new Error(`CI must not skip: ${why}`);
  t.skip(why);
}

/** A file system of that size, or undefined with test `t` skipped if this user may not mount one. */
export function mountTmpfs(t, size) {
  const folder = makeFolder('disk');
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  if (status !== 0) {
    skip(t, 'this user may not mount a small disk');
    return undefined;
  }
  process.prependListener('exit', () => spawnSync('umount', ['--lazy', folder]));
  return folder;
}
