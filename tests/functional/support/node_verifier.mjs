// A copy of examples/node-verifier, with the layout that its users have: a folder with its packages beside it.
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folders.mjs';

export const example = join(makeFolder('verifier'), 'node-verifier');
cpSync(fileURLToPath(new URL('../../../examples/node-verifier', import.meta.url)), example,
  { recursive: true, filter: (file) => !file.includes('node_modules') });
symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(example, 'node_modules'));
export const { makeVerifier, StatusUnknown, TokenRefused } = await import(join(example, 'verifier.mjs'));
