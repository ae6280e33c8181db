"""A training step of a Transformer beside PyTorch's, in alternating rounds.

    python3 Benchmarks/Engine/transformer.py .build/release/engine-bench --threads 1 --rounds 5

The workload is X1 of engine-bench: two pre-norm blocks of width 256 with 4 heads and a feed-forward part of 1,024, 65
symbols, windows of 128 steps, 32 rows, causal; forward, loss, backward, Adam. PyTorch runs the same shapes by
nn.TransformerEncoderLayer, whose attention is its fused one, with the fused Adam. Prints tokens per second of both,
the ratio of the medians, and the range of the ratios of rounds.
"""
import argparse, importlib.util, json, os, statistics, subprocess, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("bench", help="the engine-bench binary")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--budget", type=float, default=1.0, help="seconds of a measurement")
parser.add_argument("--pytorch", action="store_true", help="measure PyTorch alone, once: what a round runs")
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(options.threads)
os.environ.setdefault("OMP_WAIT_POLICY", "active")
STEPS, BATCH, VOCABULARY, WIDTH = 128, 32, 65, 256


def measure_pytorch():
    import torch
    from torch import nn
    from torch.nn import functional

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(VOCABULARY, WIDTH)
            self.position = nn.Parameter(torch.zeros(1, STEPS, WIDTH))
            layer = nn.TransformerEncoderLayer(
                WIDTH, 4, 4 * WIDTH, dropout=0, activation="gelu", batch_first=True, norm_first=True)
            self.blocks = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False)
            self.head = nn.Linear(WIDTH, VOCABULARY)
            self.mask = nn.Transformer.generate_square_subsequent_mask(STEPS)

        def forward(self, symbols):
            x = self.embedding(symbols) + self.position
            return self.head(self.blocks(x, mask=self.mask, is_causal=True))

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    symbols = torch.randint(VOCABULARY, (BATCH, STEPS))
    targets = torch.randint(VOCABULARY, (BATCH * STEPS,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(model(symbols).view(-1, VOCABULARY), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(2):
        step()
    seconds, start = [], time.perf_counter()
    while len(seconds) < 5 or time.perf_counter() - start < options.budget:
        before = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - before)
    return STEPS * BATCH / statistics.median(seconds)


if options.pytorch:
    print(json.dumps({"value": measure_pytorch()}))
    sys.exit()
if importlib.util.find_spec("torch") is None:
    sys.exit("PyTorch is missing: install the package torch (a CPU build) for this Python")


def value(command):
    limits = ["--threads", str(options.threads), "--budget", str(options.budget)]
    return json.loads(subprocess.run(command + limits, capture_output=True, text=True, check=True).stdout)["value"]


# A process each: threads of one that wait in a loop would slow the other.
commands = {
    "rondo": [options.bench, "--only", "X1"],
    "pytorch": [sys.executable, __file__, options.bench, "--pytorch"],
}
rates = {name: [] for name in commands}
for turn in range(options.rounds):
    for name, command in list(commands.items())[:: 1 if turn % 2 == 0 else -1]:
        rates[name].append(value(command))
ratios = [ours / theirs for ours, theirs in zip(rates["rondo"], rates["pytorch"])]
for name, values in rates.items():
    print(f"{name:8} {statistics.median(values):9.0f} tokens/s  ({min(values):.0f} to {max(values):.0f})")
print(f"ratio    {statistics.median(ratios):9.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")
