"""A server of this project for the length of a benchmark, and the program that loads it."""
import json, os, re, shutil, signal, subprocess, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


def processor():
    """Which one this is, in a line."""
    model = next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).strip()
    return f"{model} {os.cpu_count()} cores"


class Server:
    """`rondo serve` on a free port, with data of its own below a temporary directory."""

    def __init__(self, binary, *arguments):
        self.work = tempfile.mkdtemp()
        log = os.path.join(self.work, "log")
        command = [binary, "serve", "--port", "0", "--data", os.path.join(self.work, "data"), *arguments]
        self.process = subprocess.Popen(command, stderr=open(log, "w"))
        self.url = None
        while self.url is None:
            found = re.search(r"http://127\.0\.0\.1:\d+", open(log).read())
            self.url = found.group(0) if found else None
            time.sleep(0.02)
        self.load = os.path.join(self.work, "load")
        source = os.path.join(HERE, "load.c")
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", source, "-o", self.load], check=True)

    def ask(self, method, path, body=None, kind="application/json"):
        """The bytes of the answer; a dictionary is sent as JSON."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(self.url + path, data, {"Content-Type": kind} if data else {}, method=method)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def train(self, body):
        """Trains to the end."""
        self.ask("GET", f"/jobs/{json.loads(self.ask('POST', '/train', body))['id']}/events")

    def predictions(self, body, clients, seconds):
        """What `load.c` measures of `POST /predict`; none may fail."""
        return self.posts("/predict", body, clients, seconds)

    def posts(self, path, body, clients, seconds):
        """The same of another path; a list has one for each client in turn."""
        if isinstance(path, list):
            paths = os.path.join(self.work, "paths")
            with open(paths, "w") as file:
                file.writelines(one + "\n" for one in path)
            path = "@" + paths
        content = os.path.join(self.work, "body")
        with open(content, "w") as file:
            json.dump(body, file)
        words = [self.load, self.url.rsplit(":", 1)[1], path, content, str(clients), str(seconds), "requests"]
        found = subprocess.run(words, capture_output=True, text=True)
        if found.returncode != 0:
            raise SystemExit("a request failed: " + found.stderr)
        return json.loads(found.stdout)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.work)
