// What must not leak: every secret, token and key that a test file made, and the search for them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runs } from './programs.mjs';

const known = new Map(); // text -> description

/** From now on `text` is looked for. Returns it. */
export function keepSecret(text, what) {
  assert.ok(text.length >= 16, `too short to look for: ${what}`);
  known.set(text, what);
  return text;
}

/** This run's standard output was meant to show `text`; no other place is. Returns it. */
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

/** The text as it is, and as the encodings in which it could hide. */
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
 * Every place where something sensitive stands that is not meant to: the files below `folders` (`allow`
 * tells for a file what may stand in it), `texts` by what they are, the command line and the output of every
 * program that ran.
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

/** How much is looked for; a search for nothing would prove nothing. */
export const countSensitive = () => known.size;
