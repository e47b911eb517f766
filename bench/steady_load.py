"""Streams of requests at constant rates, from ptkl_steady_load."""

import json
import subprocess
import time

from building import BIN


class Load:
    """A stream of requests from ptkl_steady_load; rate 0 means as many as possible."""

    def __init__(self, file, port, connections, rate):
        self.process = subprocess.Popen(
            [BIN / "ptkl_steady_load", str(port), str(connections), str(rate), file],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Streams:
    """All streams of one measurement. `seen()` ends a period and returns {name: figures}."""

    def __init__(self, folder, port, rates, connections):
        self.loads = {name: Load(folder / f"{name}.requests", port, connections[name], rate)
                      for name, rate in rates.items()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for load in self.loads.values():
            load.stop()

    def seen(self):
        for load in self.loads.values():
            load.ask()
        return {name: load.answer() for name, load in self.loads.items()}

    def seen_after(self, seconds):
        time.sleep(seconds)
        return self.seen()


def http_text(method, path, authorization="", body="", kind="application/json"):
    return (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
            + (f"Authorization: {authorization}\r\n" if authorization else "")
            + (f"Content-Type: {kind}\r\n" if body else "")
            + f"Content-Length: {len(body)}\r\n\r\n{body}")
