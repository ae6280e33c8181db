#!/usr/bin/env python3
"""Changes one bit at every 64th byte of every kind of file, and looks for answers that change without a word.

    Tests/Faults/flips.py                     # every 64th byte of all files: hours
    Tests/Faults/flips.py --each 40           # at most 40 places of each kind of file, spread over it
    Tests/Faults/flips.py --only checkpoint   # one kind
    Tests/Faults/flips.py --part 1/8          # every eighth place (eight runs beside each other)

A directory is made with models (one that continues another), labels, finished jobs with events, sessions, a sealed
state, keys, and a paused job with a checkpoint and a copy of its parent; a second one with a write-ahead log, of a
server that was killed. For each case one bit is changed in a copy, a server started on it, everything read, predicted
and stepped, and the job resumed to its end. Each answer must be the one that the unchanged directory gives, or a
problem; or the log must have said, as warning or worse, what was found. A job that succeeds must have the weights of
an undisturbed one. Exit code 1 when an answer changed without a word, or a server ended by a signal.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from ledger import SERIES  # noqa: E402
from sweep import ROOT, Life  # noqa: E402

TEXT = "the grey hills before any ship could be seen. " * 20
# Answers of problems: what a client is told is a word.
PROBLEMS = (401, 404, 409, 422, 503, 507)
KINDS = {
    r"models/.*/model\.safetensors": "model weights", r"models/.*/model\.json": "model description",
    r"models/.*": "model digests", r"checkpoints/.*/checkpoint": "checkpoint",
    r"checkpoints/.*/parent\.safetensors": "parent weights", r"checkpoints/.*": "parent description and digests",
    r"data/": "training data", r"rondo\.sqlite$": "database", r"rondo\.sqlite-wal": "log", r"keys\.json": "keys",
    r"state-keys\.json": "state keys"}


class Server(Life):
    def __init__(self, options, data, key):
        self.key = key
        super().__init__(options, data, None)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": "Bearer " + self.key, **(headers or {})}
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error).encode()
        finally:
            connection.close()

    def must(self, method, path, body=None):
        status, content = self.ask(method, path, body)
        assert status < 300, (method, path, status, content)
        return json.loads(content)

    def wait(self, job, wanted=("succeeded", "failed", "cancelled"), seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status, content = self.ask("GET", f"/jobs/{job}")
            if status != 200 or json.loads(content)["status"] in wanted:
                return status, content
            time.sleep(0.01)
        return 0, b"it did not end"


def training(model, **more):
    return {
        "model": model, "sequences": [SERIES], "network": {"hidden": 8, "dropout": 0.1},
        "forecast": {"horizon": 2, "seasonality": 6}, "training": {"epochs": 60, "seed": 3}, **more}


class Original:
    """What is changed, and what it answers unchanged."""

    def __init__(self, options, place):
        self.data, self.logged = place / "data", place / "logged"
        made = subprocess.run(
            [options.binary, "keys", "add", "me", "--role", "admin", "--owner", "ops", "--data", str(self.data)],
            capture_output=True, text=True, check=True)
        self.key = re.search(r"\S{40,}", made.stdout).group(0)
        server = Server(options, self.data, self.key)
        for body in (
                training("m"), {"model": "words", "text": TEXT, "network": {"hidden": 8}, "training": {"epochs": 1}},
                self.continued()):
            self.finish(server, body)
        self.digest = server.must("GET", "/models/m")["versions"][-1]["weights_sha256"]
        server.must("POST", "/models/m/labels", {"beta": 1})
        session = server.must("POST", "/sessions", {"model": "words@1", "prompt": "the grey"})["id"]
        server.must("POST", f"/sessions/{session}/step", {"prompt": " h"})
        self.state = server.must("GET", f"/sessions/{session}/state")["state"]
        self.session = session
        # Stopped while it runs: it has a checkpoint.
        job = server.must("POST", "/train", self.continued())["id"]
        server.wait(job, ("running",))
        server.ask("POST", f"/jobs/{job}/pause")
        state = json.loads(server.wait(job, ("paused", "succeeded"))[1])["status"]
        assert state == "paused", state
        self.job = job
        server.end(signal.SIGTERM)
        # The same, and a log that was not folded into the database.
        shutil.copytree(self.data, self.logged)
        server = Server(options, self.logged, self.key)
        server.must("POST", f"/sessions/{session}/step", {"prompt": "i"})
        server.must("POST", "/models/m/labels", {"gamma": 2})
        server.end()

    @staticmethod
    def continued():
        body = training("m")
        del body["network"]
        del body["forecast"]
        body["training"]["epochs"] = 100
        body["training"]["early_stopping"] = {"patience": 100}
        return body | {"from": "m@1"}

    @staticmethod
    def finish(server, body):
        status, content = server.wait(server.must("POST", "/train", body)["id"])
        assert json.loads(content)["status"] == "succeeded", content


class Flips:
    def __init__(self, options):
        self.options = options
        self.place = Path(tempfile.mkdtemp(prefix="rondo-flips-", dir=options.directory))
        self.faults = []
        self.counts = {}

    def look(self, server, original):
        """All answers, by what was asked."""
        answers = {}

        def ask(method, path, body=None, keep=lambda content: json.loads(content)):
            status, content = server.ask(method, path, body)
            answers[f"{method} {path} {json.dumps(body) if body else ''}"] = (
                status, keep(content) if 200 <= status < 300 else None)
            return status, content

        def predicted(content):
            return json.loads(content)["predictions"]

        ask("GET", "/models")
        for version in ("m/versions/1", "m/versions/2", "words/versions/1"):
            ask("GET", "/models/" + version)
            ask("GET", f"/models/{version}/weights", keep=lambda content: hashlib.sha256(content).hexdigest())
        ask("GET", "/models/m")
        for model in ("m@beta", "m@2", "m"):
            ask("POST", "/predict", {"model": model, "sequence": SERIES[:20]}, predicted)
        ask("POST", "/predict", {"model": "words@1", "prompt": "the grey", "max_tokens": 8}, predicted)
        status, content = ask("GET", "/jobs")
        for job in json.loads(content)["jobs"] if status == 200 else []:
            if isinstance(job, dict):
                ask("GET", f"/jobs/{job['id']}")
                ask("GET", f"/jobs/{job['id']}/events?follow=false", keep=lambda content: content.decode())
        ask("GET", f"/sessions/{original.session}")
        ask("POST", f"/sessions/{original.session}/step", {"max_tokens": 6}, predicted)
        sealed = {"model": "words@1", "state": original.state, "prompt": "i", "max_tokens": 6}
        ask("POST", "/predict", sealed, predicted)
        status, content = server.ask("POST", f"/jobs/{original.job}/resume")
        if status == 202:
            status, content = server.wait(original.job)
        job = json.loads(content) if status == 200 else {}
        answers["the job's end"] = (status, [job.get("status"), (job.get("result") or {}).get("weights_sha256")])
        return answers

    def case(self, original, source, name, offset, expected, kind):
        data = self.place / "case"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(source, data)
        with open(data / name, "rb+") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1 << offset // 64 % 8]))
        server = Server(self.options, data, original.key)
        if server.port is None:
            code = server.end()
            self.count(kind, f"not started ({code})")
            if code not in (69, 78):
                self.fault(f"{name} byte {offset}: ended with {code}", server)
            return
        found = self.look(server, original)
        is_alive = server.is_alive
        code = server.end()
        told = [line for line in Path(server.log.name).read_text().splitlines() if re.search(
            r"Z (warning|error|critical) (?!the server before)", line)]
        changed = [what for what, answer in expected.items() if found.get(what) != answer]
        silent = [what for what in changed if found.get(what, (0, 0))[0] not in PROBLEMS]
        if not is_alive and code != 70:
            self.fault(f"{name} byte {offset}: the server ended with {code}", server)
        elif any(found[what][0] == 500 for what in found):
            self.fault(f"{name} byte {offset}: answered 500: {[w for w in found if found[w][0] == 500][:3]}", server)
        elif found["the job's end"][1][0] == "succeeded" and found["the job's end"] != expected["the job's end"]:
            self.fault(f"{name} byte {offset}: the job has other weights", server)
        elif silent and not told:
            what = silent[0]
            self.fault(
                f"{name} byte {offset}: {len(silent)} answers changed without a word, {what}: "
                f"{str(expected[what])[:150]} -> {str(found.get(what))[:150]}", server)
        self.count(kind, "told, answers changed" if changed and told else "refused" if changed
                   else "told, answers the same" if told else "nothing changed")

    def count(self, kind, outcome):
        outcomes = self.counts.setdefault(kind, {})
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    def fault(self, text, server):
        self.faults.append(text)
        print("FAULT:", text, file=sys.stderr, flush=True)
        shutil.copy(server.log.name, self.place / f"fault-{len(self.faults)}.log")

    def baseline(self, original, source):
        """Of an unchanged copy; twice, to leave out what differs anyway."""
        found = []
        for _ in range(2):
            data = self.place / "case"
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(source, data)
            server = Server(self.options, data, original.key)
            found.append(self.look(server, original))
            server.end()
        for one in found:
            assert one["the job's end"] == (200, ["succeeded", original.digest]), one["the job's end"]
        differing = [what for what, answer in found[0].items() if found[1].get(what) != answer]
        print(f"{len(found[0])} answers, not compared: {differing}", flush=True)
        return {what: answer for what, answer in found[0].items() if what not in differing}

    def run(self):
        original = Original(self.options, self.place)
        choice = random.Random(self.options.seed)
        began, possible = time.monotonic(), {}
        for source, wants_log in ((original.data, False), (original.logged, True)):
            expected = self.baseline(original, source)
            places = {}
            for path in sorted(source.rglob("*")):
                name = str(path.relative_to(source))
                kind = next((kind for pattern, kind in KINDS.items() if re.match(pattern, name)), None)
                if path.is_file() and kind and (kind == "log") == wants_log:
                    places.setdefault(kind, []).extend((name, offset) for offset in range(0, path.stat().st_size, 64))
            for kind, cases in places.items():
                possible[kind] = len(cases)
                if self.options.only and self.options.only not in kind:
                    continue
                if self.options.each and len(cases) > self.options.each:
                    cases = sorted(choice.sample(cases, self.options.each))
                number, count = map(int, self.options.part.split("/"))
                cases = cases[number - 1 :: count]
                for name, offset in cases:
                    if time.monotonic() - began < self.options.seconds:
                        self.case(original, source, name, offset, expected, kind)
                print(json.dumps({"kind": kind, "places": possible[kind], **self.counts.get(kind, {})}), flush=True)
        print(json.dumps({"faults": len(self.faults), "seconds": round(time.monotonic() - began)}))
        if not self.faults:
            shutil.rmtree(self.place)
        return 1 if self.faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=0, help="places of each kind; 0: all")
    parser.add_argument("--part", default="1/1", help="k/n: every n-th place, from the k-th")
    parser.add_argument("--only", help="kinds with this in their name")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new case after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/rondo"))
    parser.add_argument("--directory", help="where the data is; with faults it stays there")
    options = parser.parse_args()
    if options.directory:
        os.makedirs(options.directory, exist_ok=True)
    return Flips(options).run()


if __name__ == "__main__":
    sys.exit(main())
