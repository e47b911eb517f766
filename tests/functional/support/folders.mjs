// Temporary folders that are deleted when the test file ends, for whatever reason.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export function makeFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `ptkl-${name}-`));
  folders.push(folder);
  return folder;
}
