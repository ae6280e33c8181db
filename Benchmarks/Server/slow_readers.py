"""Slow readers of live streams: how much is kept for each, and does a stream's computation end with its reader?

    python3 Benchmarks/Server/slow_readers.py [READERS=200] [SECONDS=25] [BYTES_PER_SECOND=16] [RECEIVE_BUFFER=4096]

Measured until all streams wait for their readers (`filled`), for at most SECONDS: before that the sizes say nothing.

Kept are our bytes (growth of the process's memory) and the kernel's (what `ss` says of the server's sockets). The
readers' own buffers are small, so that it is the server which has to keep what they do not read. After
`write_stall_seconds` without a byte taken by a reader's system, which asks for more when half of its buffer is free,
the stream ends; before, it waits.
"""

import socket
import struct
import subprocess
import sys
import time

from common import GoodClient, Server, message, raise_descriptor_limit, report

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 25
rate = int(sys.argv[3]) if len(sys.argv) > 3 else 16
window = int(sys.argv[4]) if len(sys.argv) > 4 else 4096
STEPS = 100_000  # more than all buffers on the way can hold


def kernel_bytes(port):
    """Of each of the server's connections: what its socket has to send."""
    lines = subprocess.run(
        ["ss", "-Htn", "state", "established", f"( sport = :{port} )"], stdout=subprocess.PIPE, text=True
    ).stdout
    return [int(line.split()[1]) for line in lines.splitlines() if line.strip()]


def leave(server, connections):
    """Ends them by RST: seconds until nothing is computed any more, and steps computed after that."""
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    started = time.monotonic()
    while server.metric("rondo_predictions_active") > 0 and time.monotonic() - started < 30:
        time.sleep(0.001)
    gone, steps = time.monotonic() - started, server.metric("rondo_prediction_steps_total")
    time.sleep(1)
    return gone, server.metric("rondo_prediction_steps_total") - steps


raise_descriptor_limit()
with Server() as server:
    server.train_text()
    stream = message("POST", "/predict", {"model": "prose", "prompt": "the", "max_tokens": STEPS, "stream": True})
    alone = GoodClient(server.port, 3).result()
    before = server.resident_bytes()
    readers = []
    for index in range(count):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        reader.connect(("127.0.0.1", server.port))
        reader.sendall(stream)
        reader.setblocking(False)
        readers.append(reader)
    good = GoodClient(server.port, seconds)
    end, peak, kernel, steps = time.monotonic() + seconds, before, [], []
    ended = set()
    while time.monotonic() < end:
        time.sleep(1)
        for reader in readers:
            try:
                if not reader.recv(rate):
                    ended.add(reader)
            except BlockingIOError:
                pass
            except OSError:
                ended.add(reader)
        peak = max(peak, server.resident_bytes())
        kernel = kernel_bytes(server.port) or kernel
        steps.append(server.metric("rondo_prediction_steps_total"))
        filled = len(steps) > 4 and steps[-1] == steps[-4] > count
        if filled:
            break
    report(
        readers=count,
        bytes_per_second=rate,
        seconds=round(time.monotonic() - end + seconds, 1),
        filled=filled,
        ended=len(ended),
        active=server.metric("rondo_predictions_active"),
        process_bytes_each=round((peak - before) / count),
        kernel_bytes_each={"mean": round(sum(kernel) / max(1, len(kernel))), "most": max(kernel, default=0)},
        steps_by_second=[round(after - before) for before, after in zip(steps, steps[1:])][:: max(1, len(steps) // 12)],
        alone=alone,
        beside=good.stop(),
        failures=server.failures(),
    )
    # All leave by RST. Those that wait end at once, those that compute at their next step.
    gone, steps_after = leave(server, readers)
    report(
        seconds_until_none_computes=round(gone, 3), cancelled=server.metric("rondo_predictions_cancelled_total"),
        steps_after_that=steps_after, objects_left=server.metric("rondo_connection_objects") - 1)

    # One that computes at full speed, for a reader that keeps up until it leaves.
    reader = socket.create_connection(("127.0.0.1", server.port), 30)
    reader.sendall(stream)
    for _ in range(20):
        reader.recv(65536)
    gone, steps_after = leave(server, [reader])
    report(fast_stream_seconds_until_ended=round(gone, 3), steps_after_that=steps_after)
