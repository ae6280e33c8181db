"""One greedy client (an address of its own): as many of the largest predictions as it can get, while a good client is
timed.

    python3 Benchmarks/Server/greedy.py [CONNECTIONS=32] [SECONDS=15]
"""

import multiprocessing
import socket
import sys
import threading
import time

from common import PREDICT, GoodClient, Server, message, raise_descriptor_limit, read_answer, report


def devour(port, connections, seconds):
    # Sample paths of a long forecast: much work for few bytes.
    request = message("POST", "/predict", dict(PREDICT, horizon=500, samples=500))
    end = time.monotonic() + seconds

    def eat():
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 120, ("127.0.0.9", 0)) as connection:
                    while time.monotonic() < end:
                        connection.sendall(request)
                        read_answer(connection)
            except (OSError, TypeError):
                time.sleep(0.05)

    crowd = [threading.Thread(target=eat) for _ in range(connections)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 15
    raise_descriptor_limit()
    with Server() as server:
        server.train()
        alone = {path: GoodClient(server.port, 5, path).result() for path in ("/healthz", "/predict")}
        for connections in (1, count):
            greedy = multiprocessing.Process(target=devour, args=(server.port, connections, seconds + 2))
            greedy.start()
            time.sleep(1)
            clients = {path: GoodClient(server.port, seconds, path) for path in ("/healthz", "/predict")}
            beside = {path: client.result() for path, client in clients.items()}
            greedy.join()
            report(greedy_connections=connections, alone=alone, beside=beside, failures=server.failures())
