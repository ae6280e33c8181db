#!/usr/bin/env python3
"""`POST /predict` with a prompt of 31 symbols on 1 x 128 units: 1 and 32 tokens, whole and streamed, from 1 and 64
clients, in alternating rounds of the servers. One JSON object a line, the median of the rounds.

    Benchmarks/Service/predict.py [--binary NAME=PATH]... [--python PYTHON] [--seconds 3] [--rounds 3]

Each binary serves twice where it has a cache of prefixes: without it, and (`NAME cached`) with it, where the one prompt
that is sent again and again is read once. With a PYTHON that has fastapi, uvicorn, onnxruntime and numpy, `peer.py`
serves the same network beside them.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
TEXT = "the grey hills before any ship could be seen from the old town wall by night. "
PROMPT = TEXT[:31]
KEY = "prefix_cache_bytes_max"


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return urllib.request.urlopen(request, timeout=600).read()


def wait_for(url):
    for _ in range(600):
        try:
            return urllib.request.urlopen(url, timeout=1).read()
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{url} does not answer")


class Server:
    """A process that listens on a port."""

    def __init__(self, name, words, log, port=None):
        self.name = name
        with open(log, "wb") as file:
            self.process = subprocess.Popen(words, stdout=file, stderr=file)
        while port is None:
            found = re.search(r"http://[0-9.]+:([0-9]+)", log.read_text())
            port = found and int(found[1])
            time.sleep(0.05)
        self.port = port


def knows_key(binary):
    return KEY in subprocess.run([binary, "serve", "--help"], capture_output=True, text=True).stdout.replace("-", "_")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", action="append", default=[])
    parser.add_argument("--python")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    binaries = [word.split("=", 1) for word in arguments.binary or ["rondo=.build/release/rondo"]]
    with tempfile.TemporaryDirectory() as directory:
        run(pathlib.Path(directory), binaries, arguments)


def run(work, binaries, arguments):
    load = work / "load"
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", HERE / "load.c", "-o", load], check=True)
    servers = []
    try:
        onnx = None
        for name, binary in binaries:
            forms = [(name, [])]
            if knows_key(binary):
                forms = [(name, ["--prefix-cache-bytes-max", "0"]), (name + " cached", [])]
            for title, options in forms:
                data = work / title.replace(" ", "-")
                words = [binary, "serve", "--port", "0", "--data", data, *options]
                servers.append(Server(title, words, work / f"{title}.log"))
                url = f"http://127.0.0.1:{servers[-1].port}"
                wait_for(url + "/readyz")
                job = json.loads(
                    post(
                        url + "/train",
                        {"model": "words", "text": TEXT * 60, "network": {"layers": 1, "hidden": 128},
                         "training": {"epochs": 1}},
                    )
                )["id"]
                wait_for(f"{url}/jobs/{job}/events")
                if onnx is None:
                    onnx = work / "words.onnx"
                    onnx.write_bytes(wait_for(f"{url}/models/words/versions/1/onnx"))
        if arguments.python:
            words = [arguments.python, HERE / "peer.py", onnx, "18765"]
            servers.append(Server("fastapi+onnxruntime", words, work / "peer.log", port=18765))
            wait_for("http://127.0.0.1:18765/openapi.json")
        measure(work, servers, load, arguments)
    finally:
        for server in servers:
            server.process.kill()
            server.process.wait()


def measure(work, servers, load, arguments):
    for tokens in (1, 32):
        for stream in (False, True):
            body = work / "body"
            question = {"model": "words", "prompt": PROMPT, "max_tokens": tokens, "temperature": 0}
            body.write_text(json.dumps(question | ({"stream": True} if stream else {})))
            for clients in (1, 64):
                found = {server.name: [] for server in servers}
                for _ in range(arguments.rounds):
                    for server in servers:
                        words = [load, str(server.port), "/predict", body, str(clients), str(arguments.seconds), "x"]
                        output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
                        found[server.name].append(json.loads(output))
                for name, rounds in found.items():
                    line = {"workload": f"prompt 31, {tokens} tokens", "form": "stream" if stream else "whole",
                            "clients": clients, "peer": name}
                    for key in ("value", "p50_ms", "p99_ms"):
                        line["requests_per_second" if key == "value" else key] = statistics.median(
                            each[key] for each in rounds)
                    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
