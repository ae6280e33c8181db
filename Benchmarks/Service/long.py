"""A long history delays nobody: short predictions, and steps of sessions, while others have long prompts read.

    python3 Benchmarks/Service/long.py [--binary .build/release/rondo] [--symbols 200000] [--long 2] [--clients 8]
                                       [--seconds 4] [--rounds 3]

A text model of 1 x 128 units answers prompts of 31 symbols, then steps of one symbol of a session for each client,
while nobody or `--long` clients send a prompt of so many symbols again and again; alternating. Prints p50 and p99 of
the medians over the rounds, and the symbols that were read for the long ones.
"""
import argparse, json, statistics, threading, time

from server import Server, processor

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--symbols", type=int, default=200_000)
parser.add_argument("--long", type=int, default=2)
parser.add_argument("--clients", type=int, default=8)
parser.add_argument("--seconds", type=float, default=4)
parser.add_argument("--rounds", type=int, default=3)
options = parser.parse_args()
TEXT = "the grey hills before any ship could be seen. "
# Nothing that was read is known again.
server = Server(options.binary, "--prefix-cache-bytes-max", "0")
server.train({"model": "words", "text": TEXT * 60, "network": {"hidden": 128}, "training": {"epochs": 1}})
sessions = [json.loads(server.ask("POST", "/sessions", {"model": "words"}))["id"] for _ in range(options.clients)]


def steps():
    asked = {"prompt": "e", "max_tokens": 1, "temperature": 0}
    paths = [f"/sessions/{session}/step" for session in sessions]
    return server.posts(paths, asked, options.clients, options.seconds)


def predictions():
    asked = {"model": "words", "prompt": (TEXT * 2)[:31], "max_tokens": 1}
    return server.predictions(asked, options.clients, options.seconds)


def beside(measure, clients):
    """What is measured while so many send long prompts."""
    over, read = threading.Event(), []
    prompt = (TEXT * (options.symbols // len(TEXT) + 1))[: options.symbols]

    def ask():
        while not over.is_set():
            server.ask("POST", "/predict", {"model": "words", "prompt": prompt, "max_tokens": 1})
            read.append(len(prompt))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    if clients:
        time.sleep(0.3)
    found = measure()
    over.set()
    for thread in threads:
        thread.join()
    return found | {"read": sum(read) / (time.perf_counter() - begun)}


print(processor())
for measure in (predictions, steps):
    rounds = {0: [], options.long: []}
    for _ in range(options.rounds):
        for clients in rounds:
            rounds[clients].append(beside(measure, clients))
    medians = {
        clients: {key: statistics.median(r[key] for r in found) for key in ("value", "p50_ms", "p99_ms", "read")}
        for clients, found in rounds.items()}
    for clients, found in medians.items():
        print(f"{measure.__name__:11} of {options.clients} clients beside {clients} long prompts: "
              f"{found['value']:.0f}/s, p50 {found['p50_ms']:.3f}, p99 {found['p99_ms']:.3f} ms; "
              f"long ones read {found['read']:.0f} symbols/s")
    print(f"{measure.__name__:11} p99 {medians[options.long]['p99_ms'] / medians[0]['p99_ms']:.2f} times")
server.stop()
