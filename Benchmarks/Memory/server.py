"""A server whose memory is read, for the scripts beside this one."""

import json
import re
import subprocess
import tempfile
import time
import urllib.request


class Server:
    """`rondo serve` with a data directory of its own; ends with the `with` block."""

    def __init__(self, binary, *arguments):
        self.directory = tempfile.TemporaryDirectory(prefix="rondo-memory-")
        log = self.directory.name + "/log"
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [binary, "serve", "--port", "0", "--data", self.directory.name + "/data", *arguments],
                stderr=file,
                stdout=subprocess.DEVNULL,
            )
        found = None
        while not found and self.process.poll() is None:
            time.sleep(0.05)
            with open(log, errors="replace") as file:
                found = re.search(r"http://[0-9.:]+", file.read())
        if not found:
            raise SystemExit("the server did not start")
        self.url = found.group(0)
        self.idle_bytes = self._status("VmRSS")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()

    def _status(self, field):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(field + r":\s+(\d+) kB", file.read()).group(1)) * 1024

    def peak_bytes(self):
        """The highest resident size so far, less that of the idle server."""
        return self._status("VmHWM") - self.idle_bytes

    def call(self, path, data=None, headers={}):
        request = urllib.request.Request(
            self.url + path, data=data, headers={"Content-Type": "application/json", **headers}
        )
        return json.loads(urllib.request.urlopen(request).read())

    def finish(self, job, every, look=lambda job: None):
        """Looks at a job every so many seconds until it has succeeded; answers what it was then."""
        while job["status"] in ("queued", "running"):
            time.sleep(every)
            job = self.call("/jobs/" + job["id"])
            look(job)
        if job["status"] != "succeeded":
            raise SystemExit(json.dumps(job.get("error")))
        return job
