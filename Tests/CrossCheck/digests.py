#!/usr/bin/env python3
"""The same job trained in every way that must not matter: threads, instruction set, pause and resume, kill and resume.
Prints the digest of the weights of each, and ends with an error unless all are equal.

  swift build -c release --product rondo && Tests/CrossCheck/digests.py [--binary PATH] [--scalar]

With --scalar the whole set also runs on the scalar kernels (minutes: each multiply-add is a library call)."""
import argparse, json, os, re, signal, subprocess, sys, tempfile, time, urllib.request

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../.build/release/rondo"))
parser.add_argument("--scalar", action="store_true")
parser.add_argument("--epochs", type=int, default=30)
options = parser.parse_args()


def text(length):
    """Words drawn by a linear congruential generator: the same everywhere."""
    words = "the sea was calm and a light wind came over the long grey hills before any ship could be seen".split()
    state, out = 1, []
    while sum(map(len, out)) + len(out) < length:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(words[(state >> 33) % len(words)])
    return " ".join(out)


JOB = {"model": "digest", "text": text(24_000), "network": {"layers": 2, "hidden": 40, "dropout": 0.1},
       "training": {"epochs": options.epochs, "batch_size": 33, "window": 37, "seed": 5, "checkpoint_seconds": 0.2,
                    "early_stopping": {"patience": 1000}}}


class Server:
    def __init__(self, data, threads, isa=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RONDO_")}
        if isa:
            environment["RONDO_ISA"] = isa
        self.log = open(data + ".log", "wb")
        self.process = subprocess.Popen(
            [options.binary, "serve", "--port", "0", "--data", data, "--training-threads", str(threads)],
            stderr=self.log,
            stdout=subprocess.DEVNULL,
            env=environment,
        )
        for _ in range(600):
            found = re.search(r"http://[0-9.:]+", open(data + ".log", errors="replace").read())
            if found:
                self.url = found.group(0)
                return
            time.sleep(0.05)
        sys.exit("the server did not start:\n" + open(data + ".log", errors="replace").read())

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        return json.loads(urllib.request.urlopen(request).read())

    def job(self, id, *states):
        while True:
            job = self.call("/jobs/" + id)
            if job["status"] in states:
                return job
            if job["status"] in ("failed", "cancelled"):
                sys.exit(json.dumps(job["error"]))
            time.sleep(0.02)

    def checkpoints(self, id):
        with urllib.request.urlopen(f"{self.url}/jobs/{id}/events?follow=false") as answer:
            return sum(json.loads(line).get("type") == "checkpoint" for line in answer if line.strip())

    def wait_for_checkpoints(self, id, count):
        while self.checkpoints(id) < count:
            if self.call("/jobs/" + id)["status"] == "succeeded":
                sys.exit("the job was over before it could be disturbed: raise --epochs")
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        self.log.close()


def digest(job):
    return job["result"]["weights_sha256"]


def plain(directory, threads, isa):
    server = Server(directory, threads, isa)
    job = server.job(server.call("/train", JOB)["id"], "succeeded")
    server.stop()
    return digest(job)


def paused(directory, threads, isa):
    server = Server(directory, threads, isa)
    id = server.call("/train", JOB)["id"]
    for round in (1, 2):
        server.wait_for_checkpoints(id, round)
        server.call(f"/jobs/{id}/pause", {})
        server.job(id, "paused")
        server.call(f"/jobs/{id}/resume", {})
    job = server.job(id, "succeeded")
    server.stop()
    return digest(job)


def killed(directory, threads, isa):
    server = Server(directory, threads, isa)
    id = server.call("/train", JOB)["id"]
    for round in (1, 2):
        server.wait_for_checkpoints(id, round)
        server.stop(signal.SIGKILL)
        server = Server(directory, threads, isa)
    job = server.job(id, "succeeded")
    server.stop()
    return digest(job)


def instruction_sets():
    """Those of this machine: the refusal of an unknown one names them."""
    with tempfile.TemporaryDirectory() as data:
        refused = subprocess.run([options.binary, "serve", "--port", "0", "--data", data + "/d"],
                                 env={**os.environ, "RONDO_ISA": "unknown"}, capture_output=True, text=True)
    found = re.search(r"possible are ([a-z0-9]+(, [a-z0-9]+)*)", refused.stderr)
    if not found:
        sys.exit("RONDO_ISA=unknown was not refused: " + refused.stderr)
    return found.group(1).strip().split(", ")


cases = [(f"{threads} threads", plain, threads, None) for threads in (1, 2, 3, 8)]
cases += [(f"{isa} kernels", plain, 2, isa) for isa in instruction_sets() if isa != "scalar"]
cases += [("paused and resumed twice", paused, 2, None), ("killed and resumed twice", killed, 2, None)]
if options.scalar:
    cases += [("scalar kernels", plain, 2, "scalar")]
found = {}
with tempfile.TemporaryDirectory() as work:
    for index, (name, run, threads, isa) in enumerate(cases):
        found[name] = run(f"{work}/{index}", threads, isa)
        print(f"{name:28} {found[name]}", flush=True)
if len(set(found.values())) != 1:
    sys.exit("the digests differ")
print("all equal")
