"""Versions that go live under load: requests that failed, and the 99th percentile of latency beside that without swaps.

    python3 Benchmarks/Service/swaps.py [--binary .build/release/rondo] [--swaps 100] [--clients 8] [--seconds 10]
                                        [--labels]

A text model of 2 x 256 units answers prompts of 8 clients; in every second round `--swaps` versions are imported
meanwhile, each of which takes the label `stable`, so that the next request is another version's. With `--labels` no
version comes: the label moves to and fro between two that are in memory. Alternating, three rounds.
"""
import argparse, json, statistics, threading, time

from server import Server, processor

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--swaps", type=int, default=100)
parser.add_argument("--clients", type=int, default=8)
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--labels", action="store_true")
options = parser.parse_args()
server = Server(options.binary, "--versions-per-model-max", "10000")
text = "the grey hills before any ship could be seen. " * 60
server.train({"model": "words", "text": text, "network": {"layers": 2, "hidden": 256}, "training": {"epochs": 1}})
weights = server.ask("GET", "/models/words/versions/1/weights")
if options.labels:
    server.ask("PUT", "/models/words/versions", weights, "application/octet-stream")


def measure(swaps):
    """Requests while so many versions go live."""
    def swap():
        for swap in range(swaps):
            if options.labels:
                server.ask("POST", "/models/words/labels", {"stable": swap % 2 + 1})
            else:
                server.ask("PUT", "/models/words/versions", weights, "application/octet-stream")
            time.sleep(options.seconds / max(1, swaps) / 3)

    thread = threading.Thread(target=swap)
    thread.start()
    asked = {"model": "words", "prompt": "the grey hills", "max_tokens": 8}
    found = server.predictions(asked, options.clients, options.seconds)
    thread.join()
    return found


found = {0: [], options.swaps: []}
for _ in range(options.rounds):
    for swaps in found:
        found[swaps].append(measure(swaps))
versions = len(json.loads(server.ask("GET", "/models/words"))["versions"])
print(processor())
for swaps, rounds in found.items():
    rate, p50, p99, worst = (statistics.median(r[k] for r in rounds) for k in ("value", "p50_ms", "p99_ms", "max_ms"))
    print(f"{swaps:4} swaps  {rate:.0f} requests/s  p50 {p50:.3f}  p99 {p99:.3f}  longest {worst:.1f} ms, none failed")
print(versions, "versions in the end")
server.stop()
