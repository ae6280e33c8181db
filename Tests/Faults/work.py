"""One round of everything that a server does with files, in a fixed order, for `callsites.py`."""

import hashlib
import json
import time

from ledger import Client

BASE = "base"
# Seconds for a job; one that cannot go on is left.
WAIT = 1
# A model of which retention keeps so many versions.
SPARE, SPARE_MAX = "spare", 20
TEXT = "the grey hills before any ship could be seen. " * 20
LONG = {"epochs": 100_000, "seed": 7, "checkpoint_seconds": 0.05, "early_stopping": {"patience": 100_000}}
# What a server may say while its disk fails.
EXPECTED = (0, 200, 201, 202, 204, 409, 503, 507)


class Work(Client):
    """Does things with a model of its own, in turn; what does not work is left out, and so is what needs it."""

    def __init__(self, port, ledger):
        super().__init__(port, 0, ledger, 1)

    def change(self, method, path, body=None, headers=None):
        status, answer = super().change(method, path, body, headers)
        if status == 500:
            self.faults[-1] += " (answered 500)"
        elif status not in EXPECTED:
            self.faults.append(f"{method} {path}: {status} {json.dumps(answer)[:300]}")
        return status, answer

    # Before any fault

    def prepare(self):
        assert self.trains_to_the_end(1), "no training succeeds without a fault"
        self.ledger.weights = self.ask("GET", "/models/m0/versions/1/weights")[1]
        status, answer = self.ask("POST", "/train", {
            "model": BASE, "text": TEXT, "network": {"hidden": 8}, "training": {"epochs": 1, "seed": 7}})
        assert status == 202 and self.wait(json.loads(answer)["id"], 30) == "succeeded"
        self.ledger.failed = None

    def begin_to_fail(self):
        """A job with a checkpoint, running."""
        id = self.submit_long()
        assert self.pause(id, 20)
        self.change("POST", f"/jobs/{id}/resume")
        self.wait(id, 20, ("running",))
        self.ledger.failed = id

    def keep_failed(self):
        assert self.wait(self.ledger.failed, 20) == "failed" and not self.verify()
        self.predicts()
        for _ in range(SPARE_MAX + 1):
            self.add_spare()

    # One round

    def round(self):
        for step in (
                self.read_weights, self.bring, self.label, self.train_all, self.pause_and_cancel, self.retry_failed,
                self.use_sessions, self.look, self.backup, self.add_spare, self.clean):
            if self.is_gone:
                return
            step()
            if not self.is_gone and not self.predicts() and not self.is_gone:
                self.faults.append(f"no prediction of a model in memory after {step.__name__}")

    def predicts(self):
        """Of a model that is in memory."""
        return self.ask("POST", "/predict", {"model": f"{BASE}@1", "prompt": "the grey"})[0] == 200

    def read_weights(self):
        status, content = self.ask("GET", "/models/m0/versions/1/weights")
        if status == 200 and hashlib.sha256(content).hexdigest() != self.ledger.versions["m0", 1][0]:
            self.faults.append("other weights are sent")
        elif status not in EXPECTED:
            self.faults.append(f"GET weights: {status} (answered {status})")

    def bring(self):
        status, answer = self.change(
            "PUT", "/models/m0/versions", self.ledger.weights, {"Content-Type": "application/octet-stream"})
        if status == 201:
            self.ledger.versions["m0", answer["version"]] = [answer["weights_sha256"], "kept"]
        self.ledger.labels["m0", "stable"] = {"any"}

    def train_all(self):
        """A training, and one that goes on from what there is."""
        for more in ({}, {"from": "m0@1"}):
            training, body = self.training(1)
            if more:
                training += " from"
                body = {key: body[key] for key in ("model", "sequences", "training")}
            status, answer = self.change("POST", "/train", body | more)
            if status == 202:
                self.ledger.jobs[answer["id"]] = (training, "kept", self.name)
                self.wait(answer["id"], WAIT)

    def submit_long(self):
        training, body = self.training(1)
        status, answer = self.change("POST", "/train", body | {"training": LONG})
        if status != 202:
            return None
        self.ledger.jobs[answer["id"]] = ("long", "kept", self.name)
        return answer["id"] if self.wait(answer["id"], 3, ("running",)) == "running" else None

    def pause(self, id, seconds):
        self.change("POST", f"/jobs/{id}/pause")
        return self.wait(id, seconds, ("paused",)) == "paused"

    def pause_and_cancel(self):
        id = self.submit_long()
        if id is None:
            return
        time.sleep(0.12)
        self.pause(id, WAIT)
        self.change("POST", f"/jobs/{id}/resume")
        self.wait(id, WAIT, ("running",))
        self.change("POST", f"/jobs/{id}/cancel")
        self.wait(id, WAIT)

    def retry_failed(self):
        if self.ledger.failed is None:
            return
        status, answer = self.change("POST", f"/jobs/{self.ledger.failed}/retry")
        if status == 202:
            self.ledger.jobs[answer["id"]] = ("long", "kept", self.name)
            self.change("POST", f"/jobs/{answer['id']}/cancel")
            self.wait(answer["id"], WAIT)

    def use_sessions(self):
        status, answer = self.change("POST", "/sessions", {"model": f"{BASE}@1", "prompt": "the grey"})
        if status != 201:
            return
        id, steps = answer["id"], answer["steps"]
        for letter in "hi":
            status, answer = self.change(
                "POST", f"/sessions/{id}/step", {"prompt": letter, "max_tokens": 1}, {"Idempotency-Key": letter})
            steps = answer["steps"] if status == 200 else steps
        status, answer = self.ask("GET", f"/sessions/{id}")
        if status == 200 and json.loads(answer)["steps"] < steps:
            self.faults.append(f"session {id} has read {json.loads(answer)['steps']} steps, {steps} were acknowledged")
        status, state = self.change("GET", f"/sessions/{id}/state")
        if status == 200:
            self.change("POST", "/predict", {"model": f"{BASE}@1", "state": state["state"], "prompt": "l"})
        status, fork = self.change("POST", f"/sessions/{id}/fork", {})
        for one in [id] + ([fork["id"]] if status == 201 else []):
            self.change("DELETE", f"/sessions/{one}")

    def look(self):
        for path in ("/jobs", "/models", "/models/m0", "/usage", "/sessions", "/models/m0/versions/1"):
            self.change("GET", path)
        self.ask("GET", "/models/m0/versions/1/onnx")
        for id in self.own_jobs()[:1]:
            self.ask("GET", f"/jobs/{id}/events?follow=false")

    def backup(self):
        """Whole, or refused, or cut short; a cut one is not an answer of the server's."""
        gone = self.is_gone
        status, _ = self.ask("POST", "/backup")
        if status == 0 and self.ask("GET", "/healthz")[0] == 200:
            self.is_gone = gone
        elif status not in EXPECTED:
            self.faults.append(f"POST /backup: {status} (answered {status})")

    def add_spare(self):
        """A version for retention to delete."""
        self.change(
            "PUT", f"/models/{SPARE}/versions", self.ledger.weights, {"Content-Type": "application/octet-stream"})

    def forget(self, key):
        fact = self.ledger.versions.setdefault(key, [None, "either"])
        fact[1] = "either"
        self.ledger.labels["m0", "beta"] = {"any"}
        status, _ = self.change("DELETE", f"/models/{key[0]}/versions/{key[1]}")
        if status == 204:
            fact[1] = "deleted"

    def clean(self):
        """Ends and deletes its jobs, and all versions but the first two."""
        self.faults += [] if self.is_gone else self.verify()
        # Also those whose acceptance was not answered.
        status, content = self.ask("GET", "/jobs?limit=1000")
        for job in json.loads(content)["jobs"] if status == 200 else []:
            if self.is_gone or job["id"] == self.ledger.failed:
                continue
            if job["status"] in ("queued", "running", "paused"):
                self.change("POST", f"/jobs/{job['id']}/cancel")
                self.wait(job["id"], WAIT)
            self.delete(job["id"])
        # Also those that nobody was told of: retention would take others for them.
        status, content = self.ask("GET", "/models/m0")
        for version in json.loads(content)["versions"] if status == 200 else []:
            if version["version"] > 2 and not self.is_gone:
                self.forget(("m0", version["version"]))

    def delete(self, id):
        training = self.ledger.jobs.get(id, ("unknown",))[0]
        self.ledger.jobs[id] = (training, "either", self.name)
        status, _ = self.change("DELETE", f"/jobs/{id}")
        if status in (204, 409):
            self.ledger.jobs[id] = (training, "kept" if status == 409 else "deleted", self.name)

    def leave_running(self):
        """A job and a session, for the stop."""
        self.submit_long()
        self.change("POST", "/sessions", {"model": f"{BASE}@1", "prompt": "the"})
        time.sleep(0.1)

    def wait(self, id, seconds, wanted=("succeeded", "failed", "cancelled")):
        """The status of a job, when it is one of these or the time is over; None without an answer."""
        deadline = time.monotonic() + seconds
        while True:
            status, content = self.ask("GET", f"/jobs/{id}")
            now = json.loads(content)["status"] if status == 200 else None
            if now in wanted or self.is_gone or time.monotonic() > deadline:
                return now
            time.sleep(0.02)

    # Behind it

    def verify_files(self):
        """Every version that is listed has its weights."""
        faults = []
        status, content = self.ask("GET", "/models/m0")
        if status != 200:
            return [f"GET /models/m0: {status}"]
        for version in json.loads(content)["versions"]:
            status, content = self.ask("GET", f"/models/m0/versions/{version['version']}/weights")
            if status != 200 or hashlib.sha256(content).hexdigest() != version["weights_sha256"]:
                faults.append(f"m0@{version['version']} is listed and has not its weights: {status}")
        return faults
