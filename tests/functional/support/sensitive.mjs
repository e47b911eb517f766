// Every secret, token and key that a test file created, and the search for leaks of them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runs } from './programs.mjs';

const known = new Map(); // text -> description

/** Adds `text` to the search, and returns it. */
export function keepSecret(text, what) {
  assert.ok(text.length >= 16, `too short to look for: ${what}`);
  known.set(text, what);
  return text;
}

/** Adds `text` to the search, except in the standard output of this run, and returns it. */
export function shownBy(run, text, what) {
  run.shows.push(text);
  return keepSecret(text, what);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** The text itself, and in the encodings that it could be found in. */
function formsOf(text) {
  const bytes = Buffer.from(text);
  return [bytes, Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
    Buffer.from(bytes.toString('hex')), Buffer.from(encodeURIComponent(text))];
}

function leaksIn(place, content, allowed = []) {
  const bytes = Buffer.from(content);
  return [...known]
    .filter(([text]) => !allowed.includes(text) && formsOf(text).some((form) => bytes.includes(form)))
    .map(([, what]) => `${what} in ${place}`);
}

/**
 * All leaks of sensitive values in the files below `folders` (`allow` returns the values that a file may contain),
 * in `texts` by name, and in the command line and the output of every program that ran.
 */
export function findLeaks(folders, allow = () => [], texts = {}) {
  const inFiles = folders.flatMap(filesBelow)
    .filter((file) => statSync(file).size < 64 * 1024 * 1024)
    .flatMap((file) => leaksIn(file, readFileSync(file), allow(file)));
  const inRuns = runs.flatMap((run) => {
    const name = `${run.program.split('/').pop()} ${run.args.slice(0, 2).join(' ')}`;
    return [...leaksIn(`the command line of ${name}`, `${run.cmdline} ${run.args.join(' ')}`),
      ...leaksIn(`stdout of ${name}`, run.stdout, run.shows),
      ...leaksIn(`stderr of ${name}`, run.stderr)];
  });
  const inTexts = Object.entries(texts).flatMap(([place, text]) => leaksIn(place, text));
  return [...inFiles, ...inTexts, ...inRuns];
}

/** The number of values in the search. Tests check it, because an empty search would always succeed. */
export const countSensitive = () => known.size;
