"""A private PostgreSQL for benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path


class Cluster:
    """A private PostgreSQL in a folder, as a user that is not root."""

    FILLING = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0",
               "autovacuum": "off", "max_wal_size": "6GB", "checkpoint_timeout": "1h",
               "shared_buffers": "2GB"}
    MEASURING = {"shared_buffers": "512MB"}

    def __init__(self, folder):
        programs = shutil.which("initdb") or max(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.programs = Path(programs).resolve().parent
        self.data = folder / "cluster"
        self.as_user = ([] if os.getuid() != 0 else
                        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if not self.data.exists():
            self.make()

    def run(self, program, *arguments):
        # Not with captured output: the server would inherit the pipe and keep it open.
        subprocess.run([*self.as_user, self.programs / program, "--pgdata", self.data, *arguments],
                       check=True, cwd="/", stdout=subprocess.DEVNULL)

    def make(self):
        self.data.mkdir()
        if self.as_user:
            shutil.chown(self.data, "postgres", "postgres")
        self.run("initdb", "--username=ptkl", "--auth=trust", "--encoding=UTF8", "--locale=C")

    def start(self, settings):
        settings = {**settings, "port": self.port, "listen_addresses": "127.0.0.1",
                    "unix_socket_directories": self.data}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self.run("pg_ctl", "start", "--wait", "--log", str(self.data / "server.log"), "--options", options)

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "--wait", "--timeout=600", "--mode=fast")

    def restart(self, settings):
        self.stop()
        self.start(settings)

    def url(self, name):
        return f"postgresql://ptkl@127.0.0.1:{self.port}/{name}"

    def query(self, name, text):
        done = subprocess.run([self.programs / "psql", "--no-psqlrc", "-At", "-c", text, self.url(name)],
                              text=True, capture_output=True)
        if done.returncode != 0:
            sys.exit(f"psql failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def cpu_seconds(self):
        postmaster = int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        return cpu_seconds(postmaster) + sum(map(cpu_seconds, children_of(postmaster)))


def children_of(pid):
    return [int(child) for child in
            Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def cpu_seconds(pid):
    """Of that process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
