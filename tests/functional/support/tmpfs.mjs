// A small disk that can be filled.
import { spawnSync } from 'node:child_process';
import { makeFolder } from './folders.mjs';

/** Skips test `t`; where CI is set that is a failure, for there all that a test needs is promised. */
export function skip(t, why) {
  if (process.env.CI) throw new Error(`CI must not skip: ${why}`);
  t.skip(why);
}

/** A folder of that size, or nothing, with test `t` skipped, where this user may not mount one. */
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
