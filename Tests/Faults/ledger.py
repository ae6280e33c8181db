"""What clients were answered, and clients that do things and remember the answers."""

import hashlib
import http.client
import json
import random
import threading
import time

from session_actions import SessionActions

SERIES = [10 + i % 6 + [0.0, 0.3, -0.2, 0.1, -0.1][i % 5] for i in range(48)]
EPOCHS = (1, 2, 3)
JOBS_MAX = 5  # of one client
VERSIONS_MAX = 12  # of one client; beyond, it deletes


class Ledger:
    """Facts that must be there after every crash. What was asked and not answered may be either way."""

    def __init__(self, allows_failure=False):
        self.allows_failure = allows_failure  # a disk that fails may fail a training
        self.lock = threading.Lock()
        self.jobs = {}  # id -> (training, "kept" | "deleted" | "either", client)
        self.versions = {}  # (model, version) -> [digest, "kept" | "deleted" | "either"]
        self.labels = {}  # (model, label) -> versions it may have
        self.sessions = {}  # id -> SessionFact
        self.digests = {}  # training -> digest of its weights
        self.weights = b""
        self.acknowledged = 0
        self.statuses = {}

    def count(self, status):
        with self.lock:
            key = str(status)
            self.statuses[key] = self.statuses.get(key, 0) + 1
            if 200 <= status < 300:
                self.acknowledged += 1


class Client(SessionActions):
    """Asks one server, on models that are its own: nobody else changes them."""

    def __init__(self, port, number, ledger, seed):
        self.port = port
        self.name = f"m{number}"
        self.ledger = ledger
        self.random = random.Random(seed)
        self.faults = []
        self.is_gone = False

    def ask(self, method, path, body=None, headers=None):
        """Status, bytes; 0 when there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
                headers = {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.is_gone = True
            return 0, b""
        finally:
            connection.close()

    def change(self, method, path, body=None, headers=None):
        """As `ask`, for what is counted. An internal error is never an answer."""
        status, content = self.ask(method, path, body, headers)
        self.ledger.count(status)
        if status == 500:
            self.faults.append(f"{method} {path}: {content[:300]!r}")
        return status, json.loads(content) if content and status not in (0, 204) else {}

    # What clients do

    def run(self, steps):
        actions = [self.train] * 4 + [self.bring] * 3 + [self.label] * 2 + [
            self.predict, self.predict, self.delete_version, self.delete_job, self.cancel, self.retry] + [
            self.use_session] * 3
        for _ in range(steps):
            if self.is_gone:
                return
            if len(self.own("kept")) > VERSIONS_MAX:
                self.delete_version()
            self.random.choice(actions)()

    def own(self, state):
        return [key for key, fact in list(self.ledger.versions.items()) if key[0] == self.name and fact[1] == state]

    def training(self, epochs=None):
        epochs = epochs or self.random.choice(EPOCHS)
        return f"e{epochs}", {
            "model": self.name, "sequences": [SERIES], "network": {"hidden": 4},
            "training": {"epochs": epochs, "seed": 7}, "forecast": {"horizon": 2, "seasonality": 6}}

    def train(self):
        if len(self.own_jobs()) >= JOBS_MAX:
            self.cancel()
            return self.delete_job()
        training, body = self.training()
        status, answer = self.change("POST", "/train", body)
        if status == 202:
            self.ledger.jobs[answer["id"]] = (training, "kept", self.name)

    def bring(self):
        source = self.random.choice(self.own("kept") or [None])
        content = self.ledger.weights
        if source is not None:
            status, content = self.ask("GET", f"/models/{source[0]}/versions/{source[1]}/weights")
            if status != 200:
                return
            if hashlib.sha256(content).hexdigest() != self.ledger.versions[source][0]:
                self.faults.append(f"{source}: other weights are sent")
        status, answer = self.change(
            "PUT", f"/models/{self.name}/versions", content, {"Content-Type": "application/octet-stream"})
        with_label = {None, *self.ledger.labels.get((self.name, "stable"), {None})}
        if status == 201:
            self.ledger.versions[self.name, answer["version"]] = [answer["weights_sha256"], "kept"]
        # Trainings move it, too, and what was not answered may have.
        self.ledger.labels[self.name, "stable"] = with_label | {"any"}

    def label(self):
        versions = self.own("kept")
        if not versions:
            return
        version = self.random.choice(versions)[1]
        key = (self.name, "beta")
        before = self.ledger.labels.get(key, {None})
        self.ledger.labels[key] = before | {version}
        status, _ = self.change("POST", f"/models/{self.name}/labels", {"beta": version})
        if status:
            self.ledger.labels[key] = {version} if status == 200 else before

    def predict(self):
        versions = self.own("kept")
        if versions:
            model, version = self.random.choice(versions)
            status, _ = self.change("POST", "/predict", {"model": f"{model}@{version}", "sequence": SERIES[:20]})
            if status in (404, 422):
                self.faults.append(f"predict {model}@{version}: {status}")

    def delete_version(self):
        versions = self.own("kept")
        if not versions:
            return
        key = self.random.choice(versions)
        fact = self.ledger.versions[key]
        fact[1] = "either"
        label = self.ledger.labels.get((self.name, "beta"), {None})
        self.ledger.labels[self.name, "beta"] = label | {None}
        with_sessions = self.random.random() < 0.5
        if with_sessions:
            self.mark_sessions(key, "either")
        path = f"/models/{key[0]}/versions/{key[1]}" + ("?sessions=delete" if with_sessions else "")
        status, _ = self.change("DELETE", path)
        if status == 404:
            self.faults.append(f"version {key} is gone")
        if status == 409:  # sessions stand on it
            fact[1] = "kept"
            self.ledger.labels[self.name, "beta"] = label
        if status in (204, 404):
            fact[1] = "deleted"
            self.mark_sessions(key, "deleted")
            self.ledger.labels[self.name, "beta"] = {None} if label == {key[1]} else (label - {key[1]}) | {None}

    def some_job(self):
        """One of its own."""
        found = self.own_jobs()
        return self.random.choice(found) if found else None

    def own_jobs(self):
        return [id for id, fact in list(self.ledger.jobs.items()) if fact[1:] == ("kept", self.name)]

    def delete_job(self):
        if (id := self.some_job()) is None:
            return
        training = self.ledger.jobs[id][0]
        self.ledger.jobs[id] = (training, "either", self.name)
        status, _ = self.change("DELETE", f"/jobs/{id}")
        if status == 404:
            self.faults.append(f"job {id} is gone")
        if status in (204, 404, 409):
            self.ledger.jobs[id] = (training, "kept" if status == 409 else "deleted", self.name)

    def cancel(self):
        if (id := self.some_job()) is not None:
            self.change("POST", f"/jobs/{id}/cancel")

    def retry(self):
        if (id := self.some_job()) is not None:
            status, answer = self.change("POST", f"/jobs/{id}/retry")
            if status == 202:
                self.ledger.jobs[answer["id"]] = (self.ledger.jobs[id][0], "kept", self.name)

    def trains_to_the_end(self, epochs=None):
        training, body = self.training(epochs)
        status, answer = self.change("POST", "/train", body)
        if status == 202:
            self.ledger.jobs[answer["id"]] = (training, "kept", self.name)
        deadline = time.monotonic() + 60
        while status == 202 and time.monotonic() < deadline:
            code, content = self.ask("GET", f"/jobs/{answer['id']}")
            if code != 200:
                return False
            job = json.loads(content)
            if job["status"] in ("succeeded", "failed", "cancelled"):
                return job["status"] == "succeeded"
            time.sleep(0.05)
        return False

    # What must be there

    def verify(self):
        """What is missing or another, in words."""
        faults = []
        jobs, after = {}, ""
        while True:
            status, content = self.ask("GET", f"/jobs?limit=1000{after}")
            if status != 200:
                return [f"GET /jobs: {status} {content[:200]!r}"]
            page = json.loads(content)
            jobs.update({job["id"]: job for job in page["jobs"]})
            if not page["has_more"]:
                break
            after = f"&after={page['next_after']}"
        for id, (training, state, _) in list(self.ledger.jobs.items()):
            job = jobs.get(id)
            if state == "kept" and job is None:
                faults.append(f"job {id} is gone")
            if state == "deleted" and job is not None:
                faults.append(f"job {id} is back")
            if state != "kept" or job is None:
                del self.ledger.jobs[id]
                continue
            faults += self.verify_result(job, training)
        return faults + self.verify_models() + self.verify_sessions()

    def verify_result(self, job, training):
        if job["status"] == "failed":
            is_explained = self.ledger.allows_failure or " while this job ran" in json.dumps(job["error"])
            return [] if is_explained else [f"job {job['id']} failed: {job['error']}"]
        if job["status"] != "succeeded":
            return []
        digest = job["result"]["weights_sha256"]
        if self.ledger.digests.setdefault(training, digest) != digest:
            return [f"job {job['id']} of {training} has other weights: {digest}"]
        key = (job["model"], job["version"])
        if key not in self.ledger.versions:
            self.ledger.versions[key] = [digest, "kept"]
        return []

    def verify_models(self):
        faults = []
        status, content = self.ask("GET", "/models")
        if status != 200:
            return [f"GET /models: {status} {content[:200]!r}"]
        names = {model["name"] for model in json.loads(content)["models"]}
        found, labels = {}, {}
        for name in names:
            status, content = self.ask("GET", f"/models/{name}")
            if status != 200:
                return [f"GET /models/{name}: {status} {content[:200]!r}"]
            model = json.loads(content)
            labels[name] = model["labels"]
            for version in model["versions"]:
                found[name, version["version"]] = version["weights_sha256"]
                if "damaged" in version:
                    faults.append(f"{name}@{version['version']} is damaged: {version['damaged']}")
        for key, (digest, state) in list(self.ledger.versions.items()):
            if state == "kept" and found.get(key) != digest:
                faults.append(f"version {key} is {found.get(key, 'gone')}, it was {digest}")
            if state == "deleted" and key in found:
                faults.append(f"version {key} is back")
            if state == "either":
                # Of one that nobody was told of the digest is heard of here first.
                self.ledger.versions[key] = [digest or found.get(key), "kept" if key in found else "deleted"]
        for (name, label), versions in list(self.ledger.labels.items()):
            now = labels.get(name, {}).get(label)
            if "any" not in versions and now not in versions:
                faults.append(f"label {label} of {name} is at {now}, it was at {versions}")
            if "any" not in versions:
                self.ledger.labels[name, label] = {now}
        return faults
