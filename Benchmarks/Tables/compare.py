#!/usr/bin/env python3
"""Rondo's reader of tables beside pandas.read_csv, in turns, on the same file.

    python3 Benchmarks/Tables/compare.py [--binary .build/release/table-bench] [--python python3] [--rounds 5]
                                         [--megabytes 200] [--file FILE]

The Python that is named needs pandas; its engine pyarrow is measured too if it is there. Each round reads the file once
with each, in a process of its own; printed are medians of the rounds: MB/s of the processor's time and of the clock,
and the memory that the process had at most. All of them make times of the dates and doubles of the numbers.

The file that is made: 1000 stores one after the other, a day in each row, with an id and three numbers
(`2000-01-01,store_0000,134.36,8.4743,3818`).
"""
import argparse
import datetime
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

STORES = 1000
ROW_SIZE_BYTES = 40.7


def write(path, megabytes):
    draw = random.Random(1)
    days = max(10, int(megabytes * 1e6 / ROW_SIZE_BYTES / STORES))
    first = datetime.date(2000, 1, 1)
    dates = [(first + datetime.timedelta(days=day)).isoformat() for day in range(days)]
    with open(path, "w") as file:
        file.write("date,store,sales,price,visitors\n")
        for store in range(STORES):
            name = "store_%04d" % store
            numbers = ((draw.random() * 1000, draw.random() * 10, int(draw.random() * 5000)) for _ in dates)
            file.writelines("%s,%s,%.2f,%.4f,%d\n" % (date, name, *row) for date, row in zip(dates, numbers))


def read(engine, path):
    """Reads with pandas, in this process."""
    import pandas

    wall, cpu = time.perf_counter(), time.process_time()
    table = pandas.read_csv(path, engine=engine, parse_dates=["date"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print("cpu %f s, wall %f s, at most %d MB" % (cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000))
    assert len(table) > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/table-bench")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--file")
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.read:
        return read(*said.read)
    with tempfile.TemporaryDirectory() as folder:
        path = said.file or os.path.join(folder, "table.csv")
        if not said.file:
            write(path, said.megabytes)
        megabytes = os.path.getsize(path) / 1e6
        peers = {
            "rondo": [said.binary, path],
            "pandas, C": [said.python, __file__, "--read", "c", path],
            "pandas, pyarrow": [said.python, __file__, "--read", "pyarrow", path],
        }
        found = {}
        for _ in range(said.rounds):
            for peer, command in peers.items():
                run = subprocess.run(command, capture_output=True, text=True)
                figures = re.search(r"cpu ([\d.]+) s, wall ([\d.]+) s, at most (\d+) MB", run.stdout)
                if figures:
                    found.setdefault(peer, []).append([float(figure) for figure in figures.groups()])
        print("%.0f MB" % megabytes)
        for peer, rounds in found.items():
            cpu, wall, memory = (statistics.median(column) for column in zip(*rounds))
            print(
                "%-16s %5.0f MB/s of the processor, %5.0f MB/s of the clock, at most %5.0f MB"
                % (peer, megabytes / cpu, megabytes / wall, memory)
            )


main()
