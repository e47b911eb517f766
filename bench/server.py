"""A ptkld that is measured, and its clients."""

import base64
import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

from cluster import cpu_seconds


class Stopped(Exception):
    """A measurement that has no result, and why."""


class Server:
    """A running ptkld over that database."""

    def __init__(self, binaries, database):
        self.database = database
        self.process = subprocess.Popen(
            [binaries / "ptkld", "serve", "--data", database.folder / "data", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=open(database.folder / "log", "w", encoding="utf-8"),
            text=True, env=database.environment)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            sys.exit(f"the server did not start, see {database.folder}/log")
        self.port = int(line.strip().rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        # A change that takes too long ends with its server.
        if kind is None:
            self.process.terminate()
        else:
            self.process.kill()
        self.process.wait()

    def client(self, project):
        owner = json.loads((self.database.folder / f"{project}.owner").read_text(encoding="utf-8"))
        return Client(self.port, project, owner["username"], owner["secret"])

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid) + self.database.cpu_seconds()

    def anonymous_kib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        return 0


class Client:
    """Requests of one API user."""

    def __init__(self, port, project, username, secret):
        self.port = port
        self.project = project
        self.basic = basic(username, secret)
        self.token = self.issue_token()

    def issue_token(self):
        status, text = self.send("POST", f"/projects/{self.project}/oauth2/token", "grant_type=client_credentials",
                                 {"Authorization": self.basic,
                                  "Content-Type": "application/x-www-form-urlencoded"}, 60)
        if status != 200:
            raise Stopped(f"{status} for a token")
        return json.loads(text)["access_token"]

    def send(self, method, path, body, headers, timeout):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except TimeoutError as error:
                raise Stopped(f"> {timeout} s") from error

    def try_call(self, method, path, body=None, timeout=60):
        """The status and the body, as JSON."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        status, text = self.send(method, f"/v1/projects/{self.project}/{path}",
                                 None if body is None else json.dumps(body), headers, timeout)
        return status, json.loads(text or "null")

    def call(self, method, path, body=None, timeout=60):
        start = time.monotonic()
        status, answer = self.try_call(method, path, body, timeout)
        if status >= 300:
            raise Stopped(f"{status} after {time.monotonic() - start:.1f} s")
        return answer

    def accepts(self, token):
        status, _ = self.send("GET", f"/v1/projects/{self.project}/whoami", None,
                              {"Authorization": f"Bearer {token}"}, 60)
        return status == 200


def basic(username, secret):
    return "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(jwt):
    return json.loads(decode(jwt.split(".")[1]))


class StatusLists:
    """The status lists that some tokens name, as they are now."""

    def __init__(self, client, tokens):
        self.slots = [claims(token)["status"]["status_list"] for token in tokens]
        self.lists = {}
        for uri in {slot["uri"] for slot in self.slots}:
            status, text = client.send("GET", "/" + uri.split("/", 3)[3], None, {}, 60)
            if status != 200:
                raise Stopped(f"{status} for a status list")
            self.lists[uri] = zlib.decompress(decode(claims(text.decode())["status_list"]["lst"]))

    def invalid_slots(self):
        return sum(int.from_bytes(bits, "little").bit_count() for bits in self.lists.values())

    def invalid_tokens(self):
        return sum(self.lists[slot["uri"]][slot["idx"] // 8] >> slot["idx"] % 8 & 1 for slot in self.slots)


class MemoryWatch(threading.Thread):
    """Samples the memory of the server until the end of the `with` block."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.before = self.peak = server.anonymous_kib()
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(0.02):
            self.peak = max(self.peak, self.server.anonymous_kib())

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.join()

    @property
    def additional_mib(self):
        return (self.peak - self.before) / 1024
