"""Databases with a role that many API users hold."""

import contextlib
import shutil
import sys

from databases import PostgresDatabase, SqliteDatabase, run
from server import Client, Server

PERMISSIONS = 40
# The projects, and how many API users they have; None: as many as the benchmark says.
PROJECTS = {"acme": None, "other": 2_000}


def fill(binaries, database, api_users):
    """Creates and fills both projects. The file `complete` shows that this has succeeded."""
    folder = database.folder
    if (folder / "complete").exists():
        return
    print(f"filling {folder.name}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database.prepare_to_fill()
    options = {"env": database.environment}
    run(binaries / "ptkld", "init", "--data", folder / "data", "--project", "acme", "-f", "json",
        "-o", folder / "acme.owner", **options)
    run(binaries / "ptkld", "project", "create", "other", "--data", folder / "data", "-f", "json",
        "-o", folder / "other.owner", **options)
    for project, count in PROJECTS.items():
        run(binaries / "ptkl_fill", folder / "data", project, str(count or api_users),
            folder / f"{project}.secrets", **options)
    (folder / "complete").touch()


def give_role(binaries, database, api_users, holders):
    """Creates a role and gives it to every n-th API user, before a newer build migrates the database."""
    with Server(binaries, database) as server:
        role = server.client("acme").call("POST", "roles", {
            "name": "crowd", "permissions": permissions(PERMISSIONS), "level": 10})["uuid"]
    project = database.query("SELECT id FROM projects WHERE name = 'acme'")[0]
    database.query(
        f"INSERT INTO api_user_roles (project_id, api_user_id, role_id) SELECT project_id, id, '{role}'"
        " FROM (SELECT project_id, id, row_number() OVER (ORDER BY id) AS number FROM api_users"
        f" WHERE project_id = '{project}' AND username <> 'owner') AS numbered"
        f" WHERE number % {api_users // holders} = 0")
    ids = database.query("SELECT api_user_id FROM api_user_roles"
                         f" WHERE project_id = '{project}' AND role_id = '{role}'")
    if len(ids) != holders:
        sys.exit(f"{len(ids)} holders instead of {holders}")
    (database.folder / "role").write_text(role, encoding="utf-8")
    (database.folder / "holders").write_text("\n".join(ids), encoding="utf-8")


def permissions(count):
    return [f"crowd.{number}" for number in range(count)]


class PreparedDatabase:
    """A database with the role, of which each measurement gets a copy."""

    def __init__(self, folder, database, api_users, holders):
        self.folder = folder
        self.database = database
        self.api_users = api_users
        self.holders = holders

    @contextlib.contextmanager
    def serve(self, binaries):
        copy = self.database.copy(self.folder / "copy")
        try:
            run(binaries / "ptkld", "migrate", "--data", copy.folder / "data", env=copy.environment)
            with Server(binaries, copy) as server:
                yield server
        finally:
            copy.remove()

    @property
    def role(self):
        return (self.database.folder / "role").read_text(encoding="utf-8")

    def secrets(self, project):
        """[uuid, username, secret] of up to 100,000 API users."""
        with open(self.database.folder / f"{project}.secrets", encoding="utf-8") as file:
            return [line.split() for line in file]

    def some_holders(self, port):
        ids = set((self.database.folder / "holders").read_text(encoding="utf-8").split())
        known = [one for one in self.secrets("acme") if one[0] in ids]
        return [Client(port, "acme", username, secret)
                for _, username, secret in known[::max(1, len(known) // 50)][:50]]


def prepare_database(folder, kind, cluster, binaries, api_users, holders):
    """The database of that kind and size, from an earlier run if there is one."""
    def database(name):
        return SqliteDatabase(folder / name) if kind == "sqlite" else PostgresDatabase(folder / name, cluster)

    filled = database(f"{kind}-{api_users}")
    fill(binaries, filled, api_users)
    held = database(f"{kind}-{api_users}-{holders}")
    if not (held.folder / "holders").exists():
        held = filled.copy(held.folder)
        give_role(binaries, held, api_users, holders)
    return PreparedDatabase(folder, held, api_users, holders)
