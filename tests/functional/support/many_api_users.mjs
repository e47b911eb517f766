// API users in numbers that would take too long over HTTP, written to the database with one statement per table, and
// a way to delay the background steps that a change of a role with many holders takes.
import assert from 'node:assert/strict';
import { isPostgresql } from './database.mjs';
import { waitFor } from './wait.mjs';

const padded = (number, digits) => (isPostgresql ? `lpad(to_hex(${number}), ${digits}, '0')`
  : `printf('%0${digits}x', ${number})`);

/** The half of a status list that the server allocates before it begins the next one. */
const allocatedPerList = 2 ** 19;
const slotsPerList = 2 ** 20;

/** The first of `count` consecutive free slots of the list. */
function findFreeSlots(database, project, list, count) {
  const taken = database.sql(`SELECT slot FROM status_slots WHERE project_id = '${project}'`).split('\n').map(Number);
  for (let first = list * slotsPerList; first + count <= (list + 1) * slotsPerList; first += 1000) {
    if (!taken.some((slot) => slot >= first && slot < first + count)) return first;
  }
  throw new Error(`list ${list} has no ${count} consecutive free slots`);
}

export const projectId = (database, name = 'acme') => database.sql(`SELECT id FROM projects WHERE name = '${name}'`);

/**
 * Adds `count` API users to the project, each with an unknown secret and a slot of that status list.
 * `holders` of them have `roles`, evenly distributed. Their ids follow the uuid `after`, and precede those that the
 * server makes from the next millisecond on.
 */
export function addApiUsers(database, { project, name, after, count, holders, roles, list = 0 }) {
  const first = findFreeSlots(database, project, list, count + 1);
  const id = `'${after.slice(0, 14)}7fff-bfff-' || ${padded('n', 12)}`;
  const distance = Math.floor(count / holders);
  const numbers = `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;
  const insert = (into, values, where = '') => `${numbers} INSERT INTO ${into} SELECT '${project}', ${values} FROM numbers${where};`;
  database.script([
    'BEGIN;',
    insert('status_slots (project_id, slot, invalid)', `${first} + n, 0`),
    insert('api_users (project_id, id, username, description, status, version, created_at, updated_at)',
      `${id}, '${name}-' || n, '', 'active', 1, 0, 0`),
    insert('client_credentials (project_id, id, api_user_id, number, kind, hash, hint, label, slot, created_at, last_used_from)',
      `'${name}' || ${padded('n', 11 - name.length)}, ${id}, 1, 0, '${'A'.repeat(43)}', '', '', ${first} + n, 0, ''`),
    ...roles.map((role) => insert('api_user_roles (project_id, api_user_id, role_id)', `${id}, '${role}'`,
      ` WHERE n % ${distance} = 0 AND n <= ${distance * holders}`)),
    // A list exists once a slot of it is allocated.
    `UPDATE projects SET claimed_slots = ${list * allocatedPerList} + ${count} WHERE id = '${project}';`,
    'COMMIT;',
    isPostgresql ? 'ANALYZE;' : '',
  ].join('\n'));
}

/** More than the server changes in one transaction. */
export const crowd = 260;

/**
 * Gives each role that is created from now on, and whose name is like one of these patterns, `crowd` API users without
 * secrets, which precede all others. So everything that takes rights from such a role needs background steps. Every
 * second step fails.
 */
export function crowdRoles(database, project, patterns) {
  const id = `'00000000-0000-7000-8000-' || ${padded('n', 12)}`;
  const insert = `INSERT INTO api_user_roles (project_id, api_user_id, role_id) SELECT NEW.project_id`;
  const when = `WHEN (NEW.project_id = '${project}' AND (${patterns.map((pattern) => `NEW.name LIKE '${pattern}'`).join(' OR ')}))`;
  database.script(`WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${crowd})
    INSERT INTO api_users (project_id, id, username, description, status, version, created_at, updated_at)
    SELECT '${project}', ${id}, 'crowd-' || n, '', 'active', 1, 0, 0 FROM numbers;`);
  // Without reading api_users, which would conflict with concurrent transactions.
  database.script(isPostgresql
    ? `CREATE FUNCTION join_role() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         ${insert}, ${id}, NEW.id FROM generate_series(1, ${crowd}) AS n; RETURN NULL; END $$;
       CREATE TRIGGER join_role AFTER INSERT ON roles FOR EACH ROW ${when} EXECUTE FUNCTION join_role();
       CREATE FUNCTION fail_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'failed by the test'; END $$;
       CREATE TRIGGER fail_step BEFORE UPDATE OF remaining ON rights_changes FOR EACH ROW
       WHEN (random() < 0.5) EXECUTE FUNCTION fail_step();`
    : `CREATE TRIGGER join_role AFTER INSERT ON roles ${when}
       BEGIN ${insert}, id, NEW.id FROM api_users WHERE project_id = NEW.project_id AND id < '00000001'; END;
       CREATE TRIGGER fail_step BEFORE UPDATE OF remaining ON rights_changes WHEN random() < 0
       BEGIN SELECT RAISE(ABORT, 'failed by the test'); END;`);
}

const release = isPostgresql ? 'DROP TRIGGER IF EXISTS hold ON rights_changes; DROP FUNCTION IF EXISTS hold();'
  : 'DROP TRIGGER IF EXISTS hold;';

/**
 * Lets background steps fail from now on, when a change would have fewer than `remaining` holders left. A step reaches
 * at most 4,000 holders, the first one of a server 500, and as many again after a failure.
 */
export function holdSteps(database, remaining) {
  database.script(release + (isPostgresql
    ? `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'held by the test'; END $$;
       CREATE TRIGGER hold BEFORE UPDATE OF remaining ON rights_changes FOR EACH ROW
       WHEN (NEW.remaining < ${remaining}) EXECUTE FUNCTION hold();`
    : `CREATE TRIGGER hold BEFORE UPDATE OF remaining ON rights_changes WHEN NEW.remaining < ${remaining}
       BEGIN SELECT RAISE(ABORT, 'held by the test'); END;`));
}

/** Waits until a step of that server has failed because of holdSteps(). Requires: it has carried out a change since. */
export function stepsHeld(server) {
  return waitFor('a step to be held', () => server.process.stderr.includes('held by the test'), 60_000);
}

export const releaseSteps = (database) => database.script(release);

/** The number of bits that are set. */
export function countBits(bits) {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** Asserts that these uuids are in ascending order, with room between them for those of addApiUsers(). */
export function assertApart(uuids) {
  const times = uuids.map((uuid) => uuid.slice(0, 13));
  assert.deepEqual(times, [...new Set(times)].sort(), 'the server made two uuids in one millisecond');
}
