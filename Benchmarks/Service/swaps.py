"""Versions that go live under load: requests that failed, and the 99th percentile of latency beside that without swaps.

    python3 Benchmarks/Service/swaps.py [--binary .build/release/rondo] [--swaps 100] [--clients 8] [--seconds 10]

A text model of 2 x 256 units answers prompts of 8 clients; in every second round `--swaps` versions are imported
meanwhile, each of which takes the label `stable`, so that the next request is another version's. Alternating,
three rounds.
"""
import argparse, json, os, re, shutil, signal, statistics, subprocess, tempfile, threading, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--swaps", type=int, default=100)
parser.add_argument("--clients", type=int, default=8)
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
options = parser.parse_args()
work = tempfile.mkdtemp()
load = os.path.join(work, "load")
subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-pthread", os.path.join(HERE, "load.c"), "-o", load], check=True)
log = os.path.join(work, "log")
command = [options.binary, "serve", "--port", "0", "--data", os.path.join(work, "data")]
process = subprocess.Popen(command + ["--versions-per-model-max", "10000"], stderr=open(log, "w"))
url = None
while url is None:
    found = re.search(r"http://127\.0\.0\.1:\d+", open(log).read())
    url = found.group(0) if found else None
    time.sleep(0.02)


def ask(method, path, body=None, kind="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(url + path, data, {"Content-Type": kind} if data else {}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


text = "the grey hills before any ship could be seen. " * 60
body = {"model": "words", "text": text, "network": {"layers": 2, "hidden": 256}, "training": {"epochs": 1}}
job = json.loads(ask("POST", "/train", body))
ask("GET", f"/jobs/{job['id']}/events")
weights = ask("GET", "/models/words/versions/1/weights")
open(os.path.join(work, "body"), "w").write(json.dumps({"model": "words", "prompt": "the grey hills", "max_tokens": 8}))


def measure(swaps):
    """Requests while so many versions go live."""
    def swap():
        for _ in range(swaps):
            ask("PUT", "/models/words/versions", weights, "application/octet-stream")
            time.sleep(options.seconds / max(1, swaps) / 3)

    thread = threading.Thread(target=swap)
    thread.start()
    words = [load, url.rsplit(":", 1)[1], "/predict", os.path.join(work, "body"), str(options.clients)]
    found = subprocess.run(words + [str(options.seconds), "swaps"], capture_output=True, text=True)
    thread.join()
    if found.returncode != 0:
        raise SystemExit("a request failed: " + found.stderr)
    return json.loads(found.stdout)


found = {0: [], options.swaps: []}
for _ in range(options.rounds):
    for swaps in found:
        found[swaps].append(measure(swaps))
versions = len(json.loads(ask("GET", "/models/words"))["versions"])
print(next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).strip(), os.cpu_count(), "cores")
for swaps, rounds in found.items():
    rate, p50, p99, worst = (statistics.median(r[k] for r in rounds) for k in ("value", "p50_ms", "p99_ms", "max_ms"))
    print(f"{swaps:4} swaps  {rate:.0f} requests/s  p50 {p50:.3f}  p99 {p99:.3f}  longest {worst:.1f} ms, none failed")
print(versions, "versions in the end")
process.send_signal(signal.SIGTERM)
process.wait()
shutil.rmtree(work)
