#!/usr/bin/env python3
"""The weights of a job whose process was killed 0, 1, 5 and 20 times, for each task, with dropout.

    Tests/Faults/digests.py [--kills 1,5,20] [--only forecast] [--scale 1]

Each job is trained once undisturbed. Then it is started again, and its process is killed with SIGKILL, spread over the
time that it took, as often as asked. Prints the digest and the attempts; exit code 1 where two digests of a task
differ, or a job ended before it was killed so often.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from ledger import Client, Ledger  # noqa: E402
from sweep import ROOT, Life  # noqa: E402

TEXT = "the cat sat on the mat. the dog ran to the cat. " * 40
WORDS = [("ab" * (2 + i % 5) + "cd"[i % 2], i % 2) for i in range(400)]
LETTERS = "abcd"


def word(index):
    return "".join(LETTERS[(index // (1 + place) + place) % 4] for place in range(3 + index % 3))


def numbers(index):
    return [float((index * 7 + place * (5 + index % 3)) % 19) for place in range(3 + index % 2)]


def pairs(task, make, count=400):
    return {"task": task, "sequences": [make(index) for index in range(count)]}


def order(index):
    values = numbers(index)
    return {"input": values, "target": sorted(range(len(values)), key=lambda place: (values[place], place))}


SERIES = [[50 + i % 8 + (i * k) % 5 / 3 for i in range(200)] for k in range(1, 9)]
TASKS = {
    "language model": {"text": TEXT},
    "forecast": {"sequences": SERIES, "forecast": {"horizon": 4, "seasonality": 8}},
    "classification": pairs(
        "classification", lambda i: {"input": WORDS[i][0] + word(i), "target": str(WORDS[i][1])}),
    "tagging": pairs("tagging", lambda i: {"input": list(word(i)), "target": [str("ab".find(c)) for c in word(i)]}),
    "regression": pairs(
        "regression", lambda i: {"input": numbers(i), "target": sum(numbers(i)) / 10 + (i % 3) / 5}),
    "sequence to sequence": pairs("sequence_to_sequence", lambda i: {"input": word(i), "target": word(i)[::-1]}),
    "pointer": pairs("pointer", order),
    "transformer": {"text": TEXT, "network": {"cell": "transformer"}},
}


class Runs:
    def __init__(self, options):
        self.options = options
        self.data = Path(options.directory) / "data"

    def start(self):
        life = Life(self.options, self.data, None, ["--attempts-max", "1000", "--training-niceness", "0"])
        assert life.port, life.text()
        return life, Client(life.port, 0, Ledger(), 1)

    def job(self, client, id):
        return json.loads(client.ask("GET", f"/jobs/{id}")[1])

    def train(self, body, kills, seconds):
        """The job at its end, how often it was killed, and how long it ran."""
        life, client = self.start()
        status, content = client.ask("POST", "/train", body)
        assert status == 202, content
        id, killed, ran = json.loads(content)["id"], 0, 0.0
        while True:
            while (job := self.job(client, id))["status"] == "queued":
                time.sleep(0.005)
            began = time.monotonic()
            until = began + seconds / (kills + 1) if killed < kills else float("inf")
            while job["status"] == "running" and time.monotonic() < until:
                time.sleep(0.005)
                job = self.job(client, id)
            ran += time.monotonic() - began
            if job["status"] == "queued":
                continue  # taken back from the process that was killed
            if job["status"] != "running":
                life.end(signal.SIGTERM)
                return job, killed, ran
            life.end()
            killed += 1
            life, client = self.start()

    def run(self):
        wrong = 0
        for name, task in TASKS.items():
            if self.options.only and self.options.only not in name:
                continue
            body = {"model": "m", "promote": "never", **task}
            body["network"] = {"hidden": 32, "dropout": 0.2, **task.get("network", {})}
            body["training"] = {
                "epochs": int(40 * self.options.scale), "seed": 11, "checkpoint_seconds": 0.02,
                "early_stopping": {"patience": 10_000}}
            first, _, seconds = self.train(body, 0, 0)
            if first["status"] != "succeeded":
                raise SystemExit(f"{name}: {first['error']}")
            digest = first["result"]["weights_sha256"]
            print(f"{name:21} undisturbed {digest[:16]} in {seconds:.1f} s", flush=True)
            for kills in map(int, self.options.kills.split(",")):
                job, killed, ran = self.train(body, kills, seconds * 0.6)
                found = (job["result"] or {}).get("weights_sha256", job["error"])
                is_right = found == digest and killed == kills
                wrong += not is_right
                print(
                    f"{name:21} {killed:2} kills    {found[:16]} attempt {job['attempt']}, ran {ran:.1f} s"
                    + ("" if is_right else "   WRONG"), flush=True)
        return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", default="1,5,20")
    parser.add_argument("--only", help="tasks with this in their name")
    parser.add_argument("--scale", type=float, default=1, help="of the number of epochs")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/rondo"))
    options = parser.parse_args()
    options.directory = tempfile.mkdtemp(prefix="rondo-digests-")
    try:
        return Runs(options).run()
    finally:
        shutil.rmtree(options.directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
