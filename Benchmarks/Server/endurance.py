"""Mixed load for a long time: predictions, streams, jobs, and one hostile connection in a hundred. Memory and
descriptors must be flat.

    python3 Benchmarks/Server/endurance.py [SECONDS=1800] [WORKERS=4]
"""

import json
import multiprocessing
import os
import random
import socket
import sys
import time

from common import PREDICT, ROOT, Server, message, raise_descriptor_limit, read_answer, report


def work(port, seed, end, bad):
    chance = random.Random(seed)
    get, predict, metrics = message("GET", "/healthz"), message("POST", "/predict", PREDICT), message("GET", "/metrics")
    stream = message("POST", "/predict", dict(PREDICT, stream=True, horizon=24))
    with open(os.path.join(ROOT, "Examples/airline.json")) as file:
        plan = message("POST", "/train?validate_only=true", json.load(file))
    while time.time() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 60) as connection:
                hostile = chance.random() < 0.01
                if hostile:
                    # A piece of something, and away, or requests that it spoils (GGET is a method that nobody has:
                    # 501).
                    connection.sendall(
                        chance.choice([get, predict, stream, os.urandom(200)])[: chance.randrange(1, 120)]
                    )
                    if chance.random() < 0.5:
                        continue
                for _ in range(chance.randrange(1, 50)):
                    choice = chance.random()
                    if choice < 0.05:
                        connection.sendall(stream)
                        answer = b""
                        while b"\r\n0\r\n\r\n" not in answer:
                            chunk = connection.recv(65536)
                            if not chunk:
                                break
                            answer += chunk
                        continue
                    connection.sendall(
                        get if choice < 0.4 else predict if choice < 0.97 else plan if choice < 0.99 else metrics
                    )
                    status = read_answer(connection)
                    if status >= 500 and not hostile:
                        bad.value += 1
                    time.sleep(0.002)
        except (OSError, TypeError):
            pass  # the hostile ones


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1800
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    raise_descriptor_limit()
    with Server() as server:
        server.train()
        bad = multiprocessing.Value("i", 0)
        end = time.time() + seconds
        crowd = [multiprocessing.Process(target=work, args=(server.port, seed, end, bad)) for seed in range(workers)]
        for process in crowd:
            process.start()
        samples, step = [], max(1, seconds / 60)
        start = time.monotonic()
        while time.time() < end:
            time.sleep(step)
            samples.append((time.monotonic() - start, server.resident_bytes() / 1e6, server.descriptors()))
        for process in crowd:
            process.join()
        time.sleep(2)
        # The slope of the second half: the first fills caches.
        late = samples[len(samples) // 2 :]
        mean_time, mean_size = (sum(sample[i] for sample in late) / len(late) for i in (0, 1))
        spread = sum((sample[0] - mean_time) ** 2 for sample in late) or 1
        slope = sum((sample[0] - mean_time) * (sample[1] - mean_size) for sample in late) / spread
        requests = sum(
            float(line.split()[-1])
            for line in server.request("GET", "/metrics")[1].decode().splitlines()
            if line.startswith("rondo_requests_total")
        )
        report(
            seconds=seconds,
            requests=round(requests),
            status_5xx=bad.value,
            resident_mb=[round(sample[1], 1) for sample in samples[:: max(1, len(samples) // 12)]],
            slope_mb_per_hour=round(slope * 3600, 2),
            descriptors_least_and_most=[min(s[2] for s in samples), max(s[2] for s in samples)],
            objects_left=server.metric("rondo_connection_objects") - 1,
            descriptors_left=server.descriptors(),
            failures=server.failures(),
        )
