"""Predictions beside a running training job: their latency with and without one, and what the job learns meanwhile.

    python3 Benchmarks/Service/beside.py [--binary .build/release/rondo] [--niceness 10,0] [--clients 1]
                                         [--seconds 4] [--rounds 3]

A text model of 1 x 128 units answers prompts of 31 symbols with one token, while nothing or a training of 1 x 256 units
runs; alternating, with a server for each `training_niceness`. Prints p50 and p99 of the medians over the rounds, and
the targets that the job learned a second, with requests and without.
"""
import argparse, json, re, statistics, time

from server import Server, processor

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--niceness", default="10")
parser.add_argument("--clients", type=int, default=1)
parser.add_argument("--seconds", type=float, default=4)
parser.add_argument("--rounds", type=int, default=3)
options = parser.parse_args()
TEXT = "the grey hills before any ship could be seen. "


class Trained(Server):
    """A server with the model that answers."""

    def __init__(self, niceness):
        super().__init__(options.binary, "--training-niceness", niceness)
        self.train({"model": "words", "text": TEXT * 60, "network": {"hidden": 128}, "training": {"epochs": 1}})

    def learned(self):
        found = re.search(r"^rondo_training_tokens_total (\S+)", self.ask("GET", "/metrics").decode(), re.M)
        return float(found.group(1))

    def measure(self):
        before, begun = self.learned(), time.perf_counter()
        asked = {"model": "words", "prompt": (TEXT * 2)[:31], "max_tokens": 1}
        found = self.predictions(asked, options.clients, options.seconds)
        return found | {"learned": (self.learned() - before) / (time.perf_counter() - begun)}

    def beside(self):
        """The same with a job, and what that learns with nothing beside it."""
        body = {
            "model": "other", "text": TEXT * 4000, "network": {"hidden": 256}, "training": {"epochs": 1000}}
        job = json.loads(self.ask("POST", "/train", body))["id"]
        while json.loads(self.ask("GET", f"/jobs/{job}"))["status"] != "running" or self.learned() == 0:
            time.sleep(0.05)
        time.sleep(1)
        found = self.measure()
        before, begun = self.learned(), time.perf_counter()
        time.sleep(options.seconds)
        found["alone"] = (self.learned() - before) / (time.perf_counter() - begun)
        self.ask("POST", f"/jobs/{job}/cancel")
        while json.loads(self.ask("GET", f"/jobs/{job}"))["status"] == "running":
            time.sleep(0.05)
        return found


print(processor())
values = options.niceness.split(",")
servers = {value: Trained(value) for value in values}
idle, busy = {value: [] for value in values}, {value: [] for value in values}
for _ in range(options.rounds):
    for value, server in servers.items():
        idle[value].append(server.measure())
        busy[value].append(server.beside())
for value, server in servers.items():
    quiet, job = ({key: statistics.median(r[key] for r in rounds) for key in rounds[0] if key in (
        "value", "p50_ms", "p99_ms", "learned", "alone")} for rounds in (idle[value], busy[value]))
    for name, found in (("alone", quiet), ("beside a job", job)):
        print(f"niceness {value:3} {name:12} {found['value']:.0f} requests/s, "
              f"p50 {found['p50_ms']:.3f}, p99 {found['p99_ms']:.3f} ms")
    print(f"             p99 {job['p99_ms'] / quiet['p99_ms']:.2f} times; the job learned {job['learned']:.0f} "
          f"targets/s, without requests {job['alone']:.0f}")
    server.stop()
