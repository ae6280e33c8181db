#!/usr/bin/env python3
"""Cost of a token, and memory, over the size of the data: texts of 1 MB, 10 MB, 100 MB and 1 GB, a tiny network.

  swift build -c release --product rondo && Benchmarks/Memory/data_size.py [--binary PATH] [--megabytes 1,10,100] [--seconds 20]

Each text is trained on in a server of its own, for `seconds` at most and then stopped by `max_seconds`. Printed are the seconds from
the request's last byte to the first step, the tokens a second of the steps, and the highest resident size (VmHWM) less the idle
server's, by byte of text. The limits of body and memory are raised by arguments; without them the service takes 64 MiB."""
import argparse, json, os, random, re, signal, subprocess, sys, tempfile, time, urllib.request

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../.build/release/rondo"))
parser.add_argument("--megabytes", default="1,10,100")
parser.add_argument("--seconds", type=float, default=20)
options = parser.parse_args()

SENTENCE = random.Random(1)
PAGE = "".join(SENTENCE.choice("etaoinshrdlu etaoin cmfwyp. ") for _ in range(1_000_000))
TRAINING = {"epochs": 1, "batch_size": 32, "window": 64, "max_seconds": options.seconds}


def status(pid, field):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(field + r":\s+(\d+) kB", file.read()).group(1)) * 1024


def body(megabytes):
    """The request in pieces, so that this program stays small beside the server."""
    head = {"model": "size", "network": {"layers": 1, "hidden": 32}, "training": TRAINING}
    yield (json.dumps(head)[:-1] + ', "text": "').encode()
    for _ in range(megabytes):
        yield PAGE.encode()
    yield b'"}'


def run(megabytes):
    with tempfile.TemporaryDirectory() as work:
        log = open(work + "/log", "wb")
        limits = ["--train-body-bytes-max", str(2 << 30), "--training-memory-bytes-max", str(1 << 40)]
        process = subprocess.Popen(
            [options.binary, "serve", "--port", "0", "--data", work + "/data", *limits], stderr=log, stdout=subprocess.DEVNULL)
        try:
            url = None
            while not url:
                time.sleep(0.05)
                found = re.search(r"http://[0-9.:]+", open(work + "/log", errors="replace").read())
                url = found and found.group(0)
            idle = status(process.pid, "VmRSS")

            def call(path, data=None, headers={}):
                request = urllib.request.Request(url + path, data=data, headers={"Content-Type": "application/json", **headers})
                return json.loads(urllib.request.urlopen(request).read())

            length = sum(len(piece) for piece in body(megabytes))
            sent = time.monotonic()
            job = call("/train", body(megabytes), {"Content-Length": str(length)})
            accepted = time.monotonic() - sent
            first = None
            while job["status"] in ("queued", "running"):
                time.sleep(0.05)
                job = call("/jobs/" + job["id"])
                if first is None and (job.get("progress") or {}).get("tokens_per_second"):
                    first = time.monotonic() - sent
            if job["status"] != "succeeded":
                sys.exit(json.dumps(job.get("error")))
            progress, peak = job["progress"], status(process.pid, "VmHWM") - idle
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    rate = progress["tokens_per_second"]
    print(f"{megabytes:8} MB {accepted:9.1f} {first or 0:9.1f} {rate:12.0f} {peak / 1e6:10.1f} {peak / (megabytes * 1e6):8.1f}", flush=True)


print(f"{'text':>11} {'taken s':>9} {'step s':>9} {'tokens/s':>12} {'memory MB':>10} {'per byte':>8}")
for size in options.megabytes.split(","):
    run(int(size))
