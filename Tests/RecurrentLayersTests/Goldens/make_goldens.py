"""Records what PyTorch computes, so that the Swift tests compare with it without PyTorch.

    python3 make_goldens.py     # writes *.safetensors beside this file (needs torch, safetensors, numpy)

Each file: parameters (`p.NAME`), a padded batch with unequal lengths, outputs, gradients (`g.NAME`) of the mean cross-entropy
over valid steps, and the parameters after ten steps of each optimiser (`OPTIMISER.NAME`).
"""
import os

try:
    import torch
    from safetensors.torch import save_file
except ImportError:
    raise SystemExit("skipped: PyTorch and safetensors are not installed")

I, H, O, T, LENGTHS = 4, 5, 3, 6, [6, 4, 1]
HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)


def make(cell, layers, bidirectional, nonlinearity="tanh"):
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
    extra = {"nonlinearity": nonlinearity} if cell == "rnn" else {}
    model = torch.nn.ModuleDict({
        "rnn": kind(I, H, num_layers=layers, bidirectional=bidirectional, **extra),
        "head": torch.nn.Linear(H * (2 if bidirectional else 1), O),
    })
    return model


def outputs(model, x, lengths):
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths)
    h, _ = model["rnn"](packed)
    h, _ = torch.nn.utils.rnn.pad_packed_sequence(h, total_length=T)
    return model["head"](h)


def loss(model, x, y, lengths):
    logits = outputs(model, x, lengths)
    valid = torch.arange(T)[:, None] < torch.tensor(lengths)[None, :]
    return torch.nn.functional.cross_entropy(logits[valid], y[valid])


def record(name, cell, layers, bidirectional, nonlinearity="tanh"):
    torch.manual_seed(1)
    model = make(cell, layers, bidirectional, nonlinearity)
    x, y = torch.randn(T, len(LENGTHS), I), torch.randint(0, O, (T, len(LENGTHS)))
    for b, length in enumerate(LENGTHS):
        x[length:, b] = 0
    out = {"x": x, "y": y.float(), "lengths": torch.tensor(LENGTHS).float()}
    start = {k: v.detach().clone() for k, v in model.state_dict().items()}
    out.update({"p." + k: v for k, v in start.items()})
    value = loss(model, x, y, LENGTHS)
    value.backward()
    out["loss"] = value.detach().reshape(1)
    out["outputs"] = outputs(model, x, LENGTHS).detach()
    out.update({"g." + k: p.grad.clone() for k, p in model.named_parameters()})
    optimisers = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, weight_decay=0.01),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.01, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    }
    for key, build in optimisers.items():
        model.load_state_dict(start)
        optimiser = build(model.parameters())
        for _ in range(10):
            optimiser.zero_grad()
            loss(model, x, y, LENGTHS).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimiser.step()
        out.update({f"{key}.{k}": v.detach().clone() for k, v in model.state_dict().items()})
    save_file({k: v.contiguous() for k, v in out.items()}, os.path.join(HERE, name + ".safetensors"))


for cell in ["lstm", "gru", "rnn"]:
    record(f"{cell}-l2", cell, 2, False)
    record(f"{cell}-l2-bidirectional", cell, 2, True)
record("rnn-relu-l1", "rnn", 1, False, "relu")
