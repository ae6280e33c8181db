"""Fills a small disk by imports, training data and sessions, and frees it through the API; `disk.sh` makes the disk.

    Tests/Faults/disk.py --directory DIR --binary BINARY     # a disk of its own, of some 64 MB
    Tests/Faults/disk.py --jobs 1000 --binary BINARY         # bytes of so many small jobs, before and after retention

For each way of filling: the first refusal is 507, everything acknowledged is there, a model in memory goes on
predicting, /readyz says that the disk is full; then deletions work, /readyz is 200 again by itself, and a training
succeeds. At last retention alone frees the disk. Prints a line for each; exit code 1 if anything was otherwise.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from ledger import Client, Ledger  # noqa: E402
from sweep import ROOT, Life  # noqa: E402

TEXT = "the grey hills before any ship could be seen. "
PREDICTION = {"model": "base@1", "prompt": "the grey"}
BYTES = {"Content-Type": "application/octet-stream"}


class Disk:
    def __init__(self, options):
        self.options = options
        self.data = Path(options.directory) / "data"
        self.faults = []
        self.start()

    def start(self, *arguments):
        self.life = Life(self.options, self.data, None, ["--queue-length-max", "10000", *arguments])
        self.client = Client(self.life.port, 0, Ledger(), 1)

    def fault(self, text):
        self.faults.append(text)
        print("FAULT:", text, file=sys.stderr, flush=True)

    def ask(self, method, path, body=None, headers=None):
        """Status and answer; an internal error is a fault."""
        status, content = self.client.ask(method, path, body, headers)
        if status in (0, 500):
            self.fault(f"{method} {path}: {status} {content[:200]!r}")
        try:
            return status, json.loads(content) if content else None
        except ValueError:
            return status, content

    def train(self, body):
        """Trains to the end, which must be a good one."""
        status, job = self.ask("POST", "/train", body)
        while status in (200, 202) and job["status"] not in ("succeeded", "failed", "cancelled"):
            time.sleep(0.02)
            status, job = self.ask("GET", f"/jobs/{job['id']}")
        if status != 200 or job["status"] != "succeeded":
            self.fault(f"a training: {status} {job}")

    def free(self):
        facts = os.statvfs(self.options.directory)
        return facts.f_bavail * facts.f_frsize / 2**20

    def ready(self, wanted, seconds=60):
        """Seconds until /readyz answers so."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.client.ask("GET", "/readyz")[0] == wanted:
                return time.monotonic() - began
            time.sleep(0.02)
        self.fault(f"/readyz is not {wanted} after {seconds} s")
        return seconds

    def fill(self, name, add, verify, remove, then=lambda: None):
        """Adds until the disk is full, removes all of it, and trains."""
        if self.options.only not in name:
            return
        before, made = self.free(), []
        while True:
            status, answer = add(len(made))
            if status not in (200, 201, 202):
                break
            made.append(answer)
        if status != 507:
            self.fault(f"{name}: refused by {status} {answer}")
        at_full = self.free()
        full = self.ready(503)
        if self.ask("POST", "/predict", PREDICTION)[0] != 200:
            self.fault(f"{name}: no prediction on the full disk")
        for one in made:
            if not verify(one):
                self.fault(f"{name}: {str(one)[:200]} was acknowledged, and is not there")
        statuses = {}
        for one in made:
            result = remove(one)
            statuses[result] = statuses.get(result, 0) + 1
        if set(statuses) - {202, 204}:
            self.fault(f"{name}: deletions were answered by {statuses}")
        ready = self.ready(200)
        then()
        self.train(small("after"))
        # Pages of the database go back within a minute.
        deadline = time.monotonic() + 70
        while self.free() < before - 4 and time.monotonic() < deadline:
            time.sleep(0.2)
        print(f"{name:14} {len(made):5} acknowledged, then {status}; free {before:5.1f} -> {at_full:5.2f} MB; "
              f"full said after {full:.2f} s; {len(made)} deleted {statuses}; ready after {ready:.2f} s, "
              f"free {self.free():.1f} MB", flush=True)

    # Ways of filling

    def run(self):
        self.train({
            "model": "base", "text": TEXT * 20, "network": {"hidden": 256}, "training": {"epochs": 1, "seed": 1}})
        self.ask("POST", "/predict", PREDICTION)
        weights = self.client.ask("GET", "/models/base/versions/1/weights")[1]
        print(f"a disk of {self.free():.0f} MB free; weights of {len(weights) / 2**20:.2f} MB")

        def bring(name):
            return self.ask("PUT", f"/models/{name}/versions", weights, BYTES)

        def path(version):
            return f"/models/many/versions/{version['version']}"

        def is_there(version):
            status, content = self.client.ask("GET", path(version) + "/weights")
            return status == 200 and content == weights

        self.fill("imports", lambda _: bring("many"), is_there, lambda one: self.ask("DELETE", path(one))[0])
        # A job that lasts holds the queue.
        head = {"id": "none"}
        if self.options.only in "training data":
            _, head = self.ask("POST", "/train", {
                "model": "long", "text": TEXT * 4000, "network": {"hidden": 256}, "training": {"epochs": 1000}})
        big = TEXT * 20_000

        def queue(number):
            return self.ask("POST", "/train", {
                "model": "queued", "text": f"{number} {big}", "network": {"hidden": 4}, "training": {"epochs": 1}})

        def cancel(job):
            status = self.ask("POST", f"/jobs/{job['id']}/cancel")[0]
            return self.ask("DELETE", f"/jobs/{job['id']}")[0] if status == 202 else status

        def end_head():
            self.ask("POST", f"/jobs/{head['id']}/cancel")
            while self.ask("GET", f"/jobs/{head['id']}")[1]["status"] != "cancelled":
                time.sleep(0.05)

        self.fill(
            "training data", queue, lambda job: self.ask("GET", f"/jobs/{job['id']}")[0] == 200, cancel, end_head)
        status, first = self.ask("POST", "/sessions", {"model": "base@1", "prompt": "the"})
        self.fill(
            "sessions", lambda _: self.ask("POST", f"/sessions/{first['id']}/fork", {"metadata": {"note": "x" * 3000}}),
            lambda one: self.ask("GET", f"/sessions/{one['id']}")[0] == 200,
            lambda one: self.ask("DELETE", f"/sessions/{one['id']}")[0])
        self.ask("DELETE", f"/sessions/{first['id']}")
        self.retention(bring)
        code = self.life.end(signal.SIGTERM)
        if code != 0:
            self.fault(f"the server ended with {code}")

    def retention(self, bring):
        """Deletes what is beyond a number by itself."""
        if self.options.only not in "retention":
            return
        count = 0
        while bring("kept")[0] == 201:
            count += 1
        full = self.free()
        began = time.monotonic()
        self.restart("--versions-kept-max", "3")
        self.ready(200)
        ready, left = time.monotonic() - began, count
        while left > 3 and time.monotonic() - began < 40:
            left = len(self.ask("GET", "/models/kept")[1]["versions"])
            time.sleep(0.1)
        print(f"{'retention':14} {count:5} versions, free {full:.2f} MB; started with versions_kept_max 3: ready after "
              f"{ready:.2f} s, {left} versions after {time.monotonic() - began:.2f} s, free {self.free():.1f} MB",
              flush=True)
        if left > 3:
            self.fault(f"{left} versions are kept")


    def count_bytes(self, count):
        """What so many small jobs leave."""
        for number in range(count):
            self.train(small(f"m{number % 10}"))
        self.restart()
        print(f"{count} jobs, {count} versions of 10 models, in bytes:", json.dumps(self.sizes()), flush=True)
        self.restart("--finished-jobs-max", "100", "--versions-kept-max", "10")
        last, now = None, self.sizes()
        while last != now:
            time.sleep(35)
            last, now = now, self.sizes()
        print("with finished_jobs_max 100 and versions_kept_max 10:", json.dumps(now))
        self.life.end(signal.SIGTERM)

    def sizes(self):
        return self.ask("GET", "/usage")[1]["bytes"]

    def restart(self, *arguments):
        self.life.end(signal.SIGTERM)
        self.start(*arguments)


def small(model):
    return {
        "model": model, "sequences": [[10 + i % 6 + i % 5 / 10 for i in range(48)]], "network": {"hidden": 4},
        "training": {"epochs": 1, "seed": 7}, "forecast": {"horizon": 2, "seasonality": 6}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--only", default="", help="ways with this in their name")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/rondo"))
    parser.add_argument("--directory")
    options = parser.parse_args()
    own = None if options.directory else tempfile.mkdtemp(prefix="rondo-disk-")
    options.directory = options.directory or own
    disk = Disk(options)
    try:
        disk.count_bytes(options.jobs) if options.jobs else disk.run()
    finally:
        disk.life.end()
        if own:
            shutil.rmtree(own, ignore_errors=True)
    return 1 if disk.faults else 0


if __name__ == "__main__":
    sys.exit(main())
