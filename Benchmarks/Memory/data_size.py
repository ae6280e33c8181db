#!/usr/bin/env python3
"""Cost of a token, and memory, over the size of the data: texts of 1 MB, 10 MB, 100 MB and 1 GB, a tiny network.

  swift build -c release --product rondo && Benchmarks/Memory/data_size.py [--binary PATH] [--megabytes 1,10,100] \
      [--seconds 20]

Each text is trained on in a server of its own, for `seconds` at most and then stopped by `max_seconds`. Printed are the
seconds from the request's last byte to the first step, the tokens a second of the steps, and the highest resident size
(VmHWM) less the idle server's, by byte of text. The limits of body and memory are raised by arguments; without them the
service takes 64 MiB."""
import argparse, json, os, random, time

from server import Server

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../.build/release/rondo"))
parser.add_argument("--megabytes", default="1,10,100")
parser.add_argument("--seconds", type=float, default=20)
options = parser.parse_args()

SENTENCE = random.Random(1)
PAGE = "".join(SENTENCE.choice("etaoinshrdlu etaoin cmfwyp. ") for _ in range(1_000_000))
TRAINING = {"epochs": 1, "batch_size": 32, "window": 64, "max_seconds": options.seconds}


def body(megabytes):
    """The request in pieces, so that this program stays small beside the server."""
    head = {"model": "size", "network": {"layers": 1, "hidden": 32}, "training": TRAINING}
    yield (json.dumps(head)[:-1] + ', "text": "').encode()
    for _ in range(megabytes):
        yield PAGE.encode()
    yield b'"}'


def run(megabytes):
    length = sum(len(piece) for piece in body(megabytes))
    first = None
    with Server(
        options.binary, "--train-body-bytes-max", str(2 << 30), "--training-memory-bytes-max", str(1 << 40)
    ) as server:
        sent = time.monotonic()
        job = server.call("/train", body(megabytes), {"Content-Length": str(length)})
        accepted = time.monotonic() - sent

        def look(job):
            nonlocal first
            if first is None and (job.get("progress") or {}).get("tokens_per_second"):
                first = time.monotonic() - sent

        rate = server.finish(job, 0.05, look)["progress"]["tokens_per_second"]
        peak = server.peak_bytes()
    print(
        f"{megabytes:8} MB {accepted:9.1f} {first or 0:9.1f} {rate:12.0f} "
        f"{peak / 1e6:10.1f} {peak / (megabytes * 1e6):8.1f}",
        flush=True,
    )


print(f"{'text':>11} {'taken s':>9} {'step s':>9} {'tokens/s':>12} {'memory MB':>10} {'per byte':>8}")
for size in options.megabytes.split(","):
    run(int(size))
