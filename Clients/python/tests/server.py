"""A real server on a free port of the loopback interface, with a data directory of its own."""

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import rondo

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

#: Where the server is: RONDO_BINARY, or the release build of this repository.
BINARY = os.environ.get("RONDO_BINARY") or os.path.join(_ROOT, ".build", "release", "rondo")

#: Quick to learn.
QUICK = {"network": {"hidden": 4}, "training": {"epochs": 1, "seed": 7}}

#: A season of eight steps on a slope.
SERIES = [100 + step + [0, 12, 30, 18, 5, -9, -20, -6][step % 8] for step in range(96)]


class Server:
    """The process; ``url`` is where it listens."""

    def __init__(self, *arguments, port=0, directory=None):
        self.directory = directory or tempfile.mkdtemp(prefix="rondo-client-")
        self._log = os.path.join(self.directory, "log")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RONDO_")}
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", str(port), "--data", os.path.join(self.directory, "data"), *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=environment)
        self.url = self._address()

    def _address(self):
        for _ in range(2000):
            found = re.search(r"http://127\.0\.0\.1:\d+", self.log())
            if found:
                return found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"the server did not start: {self.log()}")

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def end(self, is_graceful=True):
        """Ends the process, and keeps its data."""
        if is_graceful:
            self.process.terminate()
        else:
            self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends the process, and removes its data."""
        if self.process.poll() is None:
            self.end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def command(self, *arguments):
        """What a command of the binary writes, asked of this server."""
        return subprocess.run(
            [BINARY, *arguments, "--url", self.url], check=True, capture_output=True, text=True).stdout


def new_key(directory, role):
    """Makes the first access key of a server that is not started yet."""
    return subprocess.run(
        [BINARY, "keys", "add", "me", "--role", role, "--data", os.path.join(directory, "data")], check=True,
        capture_output=True, text=True).stdout.strip()


class ServerCase(unittest.TestCase):
    """Tests that share one server."""

    server: Server
    client: rondo.Client

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.client = rondo.Client(cls.server.url)
