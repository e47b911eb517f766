"""The SQLite and PostgreSQL databases of a benchmark, and copies of them."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


class SqliteDatabase:
    """A data folder with the database in it."""

    kind = "sqlite"

    def __init__(self, folder):
        self.folder = folder
        self.environment = dict(os.environ)

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return SqliteDatabase(folder)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def query(self, text):
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "ptkl.db")) as file, file:
            return [row[0] for row in file.execute(text).fetchall()]

    def prepare_to_fill(self):
        pass

    def cpu_seconds(self):
        return 0.0


class PostgresDatabase:
    """A data folder, and the database of the same name in the cluster."""

    kind = "postgresql"

    def __init__(self, folder, cluster):
        self.folder = folder
        self.cluster = cluster
        self.environment = {**os.environ, "PTKLD_DATABASE": cluster.url(self.name)}

    @property
    def name(self):
        return self.folder.name.replace("-", "_")

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        copied = PostgresDatabase(folder, self.cluster)
        self.cluster.query("postgres", f"DROP DATABASE IF EXISTS {copied.name} WITH (FORCE)")
        self.cluster.query("postgres", f"CREATE DATABASE {copied.name} TEMPLATE {self.name}")
        self.cluster.query(copied.name, "ANALYZE")
        self.cluster.query(copied.name, "CHECKPOINT")
        return copied

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.cluster.query("postgres", f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def query(self, text):
        return self.cluster.query(self.name, text).splitlines()

    def prepare_to_fill(self):
        self.cluster.query("postgres", f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.cluster.query("postgres", f"CREATE DATABASE {self.name}")

    def cpu_seconds(self):
        return self.cluster.cpu_seconds()
