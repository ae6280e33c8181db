"""Connections that end by FIN and RST in every phase: descriptors and connection objects must come back to the start value exactly.

    python3 Benchmarks/Server/churn.py [CONNECTIONS=1000000] [WORKERS=2]
"""

import multiprocessing
import socket
import struct
import sys
import time

from common import PREDICT, Server, message, raise_descriptor_limit, report

RESET = struct.pack("ii", 1, 0)
BIND_WITHOUT_PORT = 24  # IP_BIND_ADDRESS_NO_PORT: the port is chosen by the whole pair of addresses


def churn(port, worker, count):
    get, predict = message("GET", "/healthz"), message("POST", "/predict", PREDICT)
    stream = message("POST", "/predict", dict(PREDICT, stream=True, horizon=24))
    for round_ in range(count):
        connection = socket.socket()
        connection.setsockopt(socket.IPPROTO_IP, BIND_WITHOUT_PORT, 1)
        connection.settimeout(30)
        connection.bind((f"127.0.{2 + worker}.{1 + round_ % 250}", 0))
        try:
            connection.connect(("127.0.0.1", port))
            phase = (round_ // 2) % 8
            if phase == 1:
                connection.sendall(get[: 5 + round_ % 20])
            elif phase == 2:
                connection.sendall(predict[:-10])
            elif phase == 3:
                connection.sendall(get)
                connection.recv(4096)
            elif phase == 4:
                connection.sendall(get)
            elif phase == 5:
                connection.sendall(stream)
                connection.recv(10)
            elif phase == 6:
                connection.sendall(predict)
            elif phase == 7:
                connection.sendall(b"\x16\x03\x01")
        except OSError:
            pass
        if round_ % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    raise_descriptor_limit()
    with Server() as server:
        server.train()
        churn(server.port, 9, 2000)  # what is made once is made now
        time.sleep(3)
        values = lambda: (server.metric("rondo_connection_objects"), server.metric("process_open_fds"), server.descriptors())
        before, memory, started = values(), server.resident_bytes(), time.monotonic()
        crowd = [multiprocessing.Process(target=churn, args=(server.port, worker, count // workers)) for worker in range(workers)]
        for process in crowd:
            process.start()
        for process in crowd:
            process.join()
        seconds = time.monotonic() - started
        for _ in range(100):
            after = values()
            if after == before:
                break
            time.sleep(0.2)
        report(
            connections=count, seconds=round(seconds, 1), per_second=round(count / seconds), objects_and_descriptors_before=before, after=after,
            accepted=server.metric("rondo_connections_total"), growth_mb=round((server.resident_bytes() - memory) / 1e6, 1),
            in_flight=server.metric("rondo_requests_in_flight"), predictions_active=server.metric("rondo_predictions_active"))
