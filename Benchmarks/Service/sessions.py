"""Sessions that step one observation at a time, beside what a user would build in their place.

    python3 Benchmarks/Service/sessions.py [--binary .build/release/rondo] [--peers onnx,torch] [--seconds 2]
                                           [--rounds 3] [--sessions 1,16,64,256,1000] [--models 1x128,2x256]

For each model and number of sessions, alternating: Rondo (durable), Rondo without syncs, and for each peer that the
interpreter `--python` has the modules of, `session_peer.py`. Each session has a client of its own, which sends one
symbol and waits for the most probable next one. Prints steps a second, p50 and p99 of the medians over the rounds, the
memory that 1,000 sessions take, and the ratios.

    python3 Benchmarks/Service/sessions.py --cpu [--binary NEW,OLD] [--engine .build/release/engine-bench]

With `--cpu` there are no peers, and a binary or two take turns: processor time that a durable step takes of the server
alone, by its threads (`loop`: HTTP and JSON; `predict`: the engine and its streams; `sessions`: SQLite and its syncs;
`tasks`: Swift's own), how often they wait for each other, and what the engine takes for the same rows alone.
Processor time hardly depends on what else runs.
"""
import argparse, collections, glob, json, os, re, shutil, signal, statistics, subprocess, sys, tempfile, time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--python", default=sys.executable, help="with the modules of the peers")
parser.add_argument("--peers", default="onnx,torch")
parser.add_argument("--seconds", type=float, default=2)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--sessions", default="1,16,64,256,1000")
parser.add_argument("--models", default="1x128,2x256")
parser.add_argument("--cpu", action="store_true", help="processor time of the server in place of speed")
parser.add_argument("--engine", help="engine-bench, for the time of the engine alone")
options = parser.parse_args()
counts = [int(count) for count in options.sessions.split(",")]
work = tempfile.mkdtemp()
load = os.path.join(work, "load")
subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", os.path.join(HERE, "load.c"), "-o", load], check=True)


def ask(url, body=None, raw=False):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if data else {})
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
    return content if raw else json.loads(content)


class Server:
    def __init__(self, name, command, port=None):
        self.name, self.log = name, os.path.join(work, name + ".log")
        self.process = subprocess.Popen(command, stderr=open(self.log, "w"), stdout=subprocess.DEVNULL)
        self.url = None if port is None else f"http://127.0.0.1:{port}"
        for _ in range(600):
            if self.url is None:
                found = re.search(r"http://127\.0\.0\.1:\d+", open(self.log).read())
                self.url = found.group(0) if found else None
            if self.url is not None:
                try:
                    urllib.request.urlopen(self.url + "/openapi.json").read()
                    break
                except OSError:
                    pass
            time.sleep(0.05)
        self.port = self.url.rsplit(":", 1)[1]

    def memory(self):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024

    def used(self):
        """Processor time so far: microseconds by kind of thread, user and system, and waits."""
        used = collections.Counter()
        for task in glob.glob(f"/proc/{self.process.pid}/task/*"):
            try:
                name = re.sub(r"^rondo\.|[-.]?\d+$", "", open(task + "/comm").read().strip()) or "tasks"
                is_of_swift = name == "rondo" or name.endswith(("default-qos", "overcommit"))
                used["tasks" if is_of_swift else name] += int(open(task + "/schedstat").read().split()[0]) / 1e3
                status = open(task + "/status").read()
                used["waits"] += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M).group(1))
            except OSError:
                pass  # it has ended
        ticks = open(f"/proc/{self.process.pid}/stat").read().rsplit(") ", 1)[1].split()
        used["user"], used["system"] = (int(ticks[i]) * 1e6 / os.sysconf("SC_CLK_TCK") for i in (11, 12))
        return used

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def rondo(name, *arguments, binary=options.binary):
    return Server(name, [binary, "serve", "--port", "0", "--data", os.path.join(work, name), *arguments])


def train(server, layers, hidden):
    text = "the grey hills before any ship could be seen. " * 60
    network = {"layers": layers, "hidden": hidden}
    body = {"model": "words", "text": text, "network": network, "training": {"epochs": 1}}
    job = ask(server.url + "/train", body)
    ask(f"{server.url}/jobs/{job['id']}/events", raw=True)
    job = ask(f"{server.url}/jobs/{job['id']}")
    assert job["status"] == "succeeded", job


def measure(server, paths, body, count):
    with open(os.path.join(work, "paths"), "w") as file:
        file.write("\n".join(paths[:count]) + "\n")
    with open(os.path.join(work, "body"), "w") as file:
        file.write(json.dumps(body))
    command = [load, server.port, "@" + os.path.join(work, "paths"), os.path.join(work, "body"), str(count)]
    found = subprocess.run(command + [str(options.seconds), server.name], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(f"{server.name}: {found.stderr}")
    return json.loads(found.stdout)


def steps(server, count):
    """As many sessions, as the paths of their steps."""
    return [f"/sessions/{ask(server.url + '/sessions', {'model': 'words'})['id']}/step" for _ in range(count)]


def engine(layers, hidden, rows):
    """Microseconds of a row of the engine alone, of as many rows at once."""
    if options.engine is None:
        return None
    name = {(1, 128, 1): "I1a", (2, 256, 1): "I1b", (1, 128, 64): "I5", (2, 256, 64): "I4"}.get((layers, hidden, rows))
    if name is None:
        return None
    command = [options.engine, "--only", name, "--threads", "1", "--budget", "1"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    return 1e6 / found["value"] if found["unit"] == "steps/s" else found["value"]


def print_costs(model):
    """Processor time of a durable step."""
    layers, hidden = (int(part) for part in model.split("x"))
    binaries = options.binary.split(",")
    servers = [rondo(f"rondo-{model}-{index}", binary=binary) for index, binary in enumerate(binaries)]
    paths = {}
    for server in servers:
        train(server, layers, hidden)
        paths[server] = steps(server, max(counts))
    for count in counts:
        costs = {server: [] for server in servers}
        for _ in range(options.rounds):
            for server in servers:
                before = server.used()
                found = measure(server, paths[server], ASKED, count)
                after = server.used()
                costs[server].append({key: (after[key] - before[key]) / found["reps"] for key in after})
                costs[server][-1]["rate"] = found["value"]
        alone = engine(layers, hidden, 64 if count >= 64 else count)
        for server, binary in zip(servers, binaries):
            def median(key):
                return statistics.median(cost.get(key, 0) for cost in costs[server])

            threads = sorted(set().union(*costs[server]) - {"user", "system", "waits", "rate"}, key=median)[::-1]
            total = sum(median(key) for key in threads)
            parts = ", ".join(f"{key} {median(key):.1f}" for key in threads if median(key) >= 0.05)
            own = "" if alone is None else f"; {total - alone:.1f} beside the engine's {alone:.1f}"
            print(f"{model} {count:5} sessions  {total:.1f} us a step{own}  ({parts}; system "
                  f"{median('system') / (median('user') + median('system')):.0%}, {median('waits'):.2f} waits)  "
                  f"{median('rate'):.0f} steps/s  {binary}")
    for server in servers:
        server.stop()


ASKED = {"prompt": "e", "max_tokens": 1, "temperature": 0}
print(next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).strip(), os.cpu_count(), "cores")
if options.cpu:
    for model in options.models.split(","):
        print_costs(model)
    shutil.rmtree(work)
    raise SystemExit
port = 18700
for model in options.models.split(","):
    layers, hidden = (int(part) for part in model.split("x"))
    servers = [rondo("rondo-" + model), rondo("unsynced-" + model, "--session-durable", "false")]
    for server in servers:
        train(server, layers, hidden)
    base = servers[0].url + "/models/words/versions/1"
    files = {"onnx": (base + "/onnx", "model.onnx"), "torch": (base + "/weights", "model.safetensors")}
    description = os.path.join(work, "model.json")
    open(description, "wb").write(ask(base, raw=True))
    for peer in filter(None, options.peers.split(",")):
        url, name = files[peer]
        path = os.path.join(work, name)
        open(path, "wb").write(ask(url, raw=True))
        port += 1
        script = os.path.join(HERE, "session_peer.py")
        command = [options.python, script, peer, path, description, str(port)]
        servers.append(Server(peer + "-" + model, command, port))
    asked = {True: ASKED, False: {"prompt": "e"}}
    paths, bytes_each = {}, {}
    for server in servers:
        before = server.memory()
        created = paths[server.name] = steps(server, max(counts))
        measure(server, created, asked[server in servers[:2]], max(counts))
        bytes_each[server.name] = (server.memory() - before) / max(counts)
    for count in counts:
        rounds = {server.name: [] for server in servers}
        for _ in range(options.rounds):
            for server in servers:
                rounds[server.name].append(measure(server, paths[server.name], asked[server in servers[:2]], count))
        first = None
        for server in servers:
            found = rounds[server.name]
            rate, p50, p99 = (statistics.median(r[key] for r in found) for key in ("value", "p50_ms", "p99_ms"))
            first = first or (rate, p99)
            ratio = "" if server is servers[0] else f"  {first[0] / rate:.1f} times, p99 1/{p99 / first[1]:.1f}"
            print(f"{server.name:18} {count:5} sessions {rate:9.0f} steps/s  p50 {p50:.3f}  p99 {p99:.3f} ms{ratio}")
    for server in servers:
        print(f"{server.name:18} {bytes_each[server.name]:.0f} bytes of memory a session")
        server.stop()
shutil.rmtree(work)
