// Several servers over one PostgreSQL.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './folders.mjs';
import { Server } from './server.mjs';

/** `count` more servers over the database of `first`, each with its own folder and the same master key. */
export async function addNodes(first, count, ...flags) {
  const nodes = Array.from({ length: count }, () => {
    const node = new Server(makeFolder('node'), { environment: first.environment });
    mkdirSync(node.data, { mode: 0o700 });
    cpSync(join(first.data, 'master.key'), join(node.data, 'master.key'));
    node.owner = first.owner;
    return node;
  });
  await Promise.all(nodes.map((node) => node.serve(...flags)));
  return nodes;
}

/** `count` servers over the empty PostgreSQL database at `url`. */
export async function startNodes(name, url, count, ...flags) {
  const first = await new Server(makeFolder(name), { environment: { PTKLD_DATABASE: url } }).init();
  await first.serve(...flags);
  return [first, ...await addNodes(first, count - 1, ...flags)];
}
