// Runs the real programs, and records of each run what other users of the machine could see.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const binFolder = process.env.PTKL_BIN ?? fileURLToPath(new URL('../../../build/release/bin', import.meta.url));
export const ptkl = join(binFolder, 'ptkl');
export const ptkld = join(binFolder, 'ptkld');

/** All programs that this test file started: {program, args, cmdline, stdout, stderr, shows}. */
export const runs = [];

/** The environment of a new machine: no variables of ptkl, no terminal, no colour. */
export function cleanEnvironment(extra = {}) {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'];
  const base = Object.fromEntries(kept.filter((name) => process.env[name] !== undefined)
    .map((name) => [name, process.env[name]]));
  return { ...base, ...extra };
}

/**
 * Starts `program` and returns its run immediately; `run.finished` resolves to it when it has ended, with code,
 * signal, stdout and stderr. `input` is the complete standard input; default: no input. With `stdio` it is the
 * caller's to write and to end.
 */
export function start(program, args, { env = {}, input, cwd, stdio, prefix = [] } = {}) {
  const [command, ...rest] = [...prefix, program, ...args];
  const child = spawn(command, rest, {
    cwd, env: cleanEnvironment(env), stdio: stdio ?? [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const run = { program, args, child, cmdline: readCmdline(child.pid), stdout: '', stderr: '', shows: [] };
  runs.push(run);
  child.stdout?.setEncoding('utf8').on('data', (text) => { run.stdout += text; });
  child.stderr?.setEncoding('utf8').on('data', (text) => { run.stderr += text; });
  child.stdin?.on('error', () => {}); // a program may end without reading its input
  if (!stdio) child.stdin?.end(input);
  run.finished = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(Object.assign(run, { code, signal })));
  });
  return run;
}

/** Kills every program that this test file started and that has not ended. */
export function killAll() {
  for (const { child } of runs) child.kill('SIGKILL');
}

function readCmdline(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
  } catch {
    return ''; // it has ended already
  }
}

/** Runs `program` until it ends. Kills it after `deadline`, because no command may hang. Units: milliseconds. */
export async function run(program, args, { deadline = 20_000, ...options } = {}) {
  const started = start(program, args, options);
  const timer = setTimeout(() => started.child.kill('SIGKILL'), deadline);
  try {
    return await started.finished;
  } finally {
    clearTimeout(timer);
  }
}
