"""Records what PyTorch computes, so that the Swift tests compare with it without PyTorch.

    python3 make_goldens.py     # writes *.safetensors beside this file (needs torch, safetensors, numpy)

Each file: parameters (`p.NAME`), a padded batch with unequal lengths, outputs, gradients (`g.NAME`) of the mean
cross-entropy over valid steps, and, of PyTorch's own modules, the parameters after ten steps of each optimiser
(`OPTIMISER.NAME`).
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


class Gain(torch.nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.weight = torch.nn.Parameter(1 + 0.3 * torch.randn(size))
        if bias:
            self.bias = torch.nn.Parameter(0.3 * torch.randn(size))


class Cells(torch.nn.Module):
    """What torch.nn does not have: layer normalisation inside the cell (Ba, Kiros & Hinton 2016), and the GRU whose
    reset gate acts before the product (Cho et al. 2014). One direction; a padded step carries the state over."""

    def __init__(self, cell, layers, norm, before):
        super().__init__()
        self.cell, self.layers, self.norm, self.before = cell, layers, norm, before
        rows = {"lstm": 4, "gru": 3, "rnn": 1}[cell] * H
        bound = H ** -0.5
        for layer in range(layers):
            for name, shape in [("weight_ih", (rows, I if layer == 0 else H)), ("weight_hh", (rows, H)),
                                ("bias_ih", (rows,)), ("bias_hh", (rows,))]:
                values = torch.empty(shape).uniform_(-bound, bound)
                self.register_parameter(f"{name}_l{layer}", torch.nn.Parameter(values))
            for name, size in [("ih", rows), ("hh", rows)] + ([("c", H)] if cell == "lstm" else []) if norm else []:
                self.add_module(f"layer_norm_{name}_l{layer}", Gain(size, name == "c"))

    def normed(self, name, layer, x, first=0):
        """Rows first, first + 1, … of the gates, plus their bias; a GRU's candidate is normalised on its own."""
        bias = getattr(self, f"bias_{name}_l{layer}")[first:first + x.shape[1]]
        if not self.norm:
            return x + bias
        gain = getattr(self, f"layer_norm_{name}_l{layer}").weight[first:first + x.shape[1]]
        sizes = [2 * H, H] if self.cell == "gru" and x.shape[1] == 3 * H else [x.shape[1]]
        parts = [torch.nn.functional.layer_norm(part, part.shape[1:], g, b)
                 for part, g, b in zip(x.split(sizes, 1), gain.split(sizes), bias.split(sizes))]
        return torch.cat(parts, 1)

    def step(self, layer, x, h, c):
        w_ih, w_hh = getattr(self, f"weight_ih_l{layer}"), getattr(self, f"weight_hh_l{layer}")
        a = self.normed("ih", layer, x @ w_ih.T)
        if self.cell == "gru":
            first = self.normed("hh", layer, h @ w_hh[:2 * H].T)
            r, u = (a[:, :2 * H] + first).sigmoid().chunk(2, 1)
            if self.before:
                n = (a[:, 2 * H:] + self.normed("hh", layer, (r * h) @ w_hh[2 * H:].T, 2 * H)).tanh()
            else:
                n = (a[:, 2 * H:] + r * self.normed("hh", layer, h @ w_hh[2 * H:].T, 2 * H)).tanh()
            return (1 - u) * n + u * h, c
        z = a + self.normed("hh", layer, h @ w_hh.T)
        if self.cell == "rnn":
            return z.tanh(), c
        i, f, g, o = z.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        norm = getattr(self, f"layer_norm_c_l{layer}")
        return o.sigmoid() * torch.nn.functional.layer_norm(c, (H,), norm.weight, norm.bias).tanh(), c

    def forward(self, x, lengths):
        for layer in range(self.layers):
            h = c = torch.zeros(x.shape[1], H)
            out = []
            for t in range(T):
                real = (t < torch.tensor(lengths))[:, None]
                new_h, new_c = self.step(layer, x[t], h, c)
                h, c = torch.where(real, new_h, h), torch.where(real, new_c, c)
                out.append(h)
            x = torch.stack(out)
        return x


def make(cell, layers, bidirectional, nonlinearity="tanh", projection=0, norm=False, before=False):
    if norm or before:
        return torch.nn.ModuleDict({"rnn": Cells(cell, layers, norm, before), "head": torch.nn.Linear(H, O)})
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
    extra = {"nonlinearity": nonlinearity} if cell == "rnn" else {"proj_size": projection} if projection else {}
    model = torch.nn.ModuleDict({
        "rnn": kind(I, H, num_layers=layers, bidirectional=bidirectional, **extra),
        "head": torch.nn.Linear((projection or H) * (2 if bidirectional else 1), O),
    })
    return model


def outputs(model, x, lengths):
    if isinstance(model["rnn"], Cells):
        return model["head"](model["rnn"](x, lengths))
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths)
    h, _ = model["rnn"](packed)
    h, _ = torch.nn.utils.rnn.pad_packed_sequence(h, total_length=T)
    return model["head"](h)


def loss(model, x, y, lengths):
    logits = outputs(model, x, lengths)
    valid = torch.arange(T)[:, None] < torch.tensor(lengths)[None, :]
    return torch.nn.functional.cross_entropy(logits[valid], y[valid])


def record(name, cell, layers, bidirectional, nonlinearity="tanh", **options):
    torch.manual_seed(1)
    model = make(cell, layers, bidirectional, nonlinearity, **options)
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
    for key, build in optimisers.items() if not isinstance(model["rnn"], Cells) else []:
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
record("lstm-projected-l2", "lstm", 2, False, projection=3)
record("lstm-projected-l2-bidirectional", "lstm", 2, True, projection=3)
for cell in ["lstm", "gru", "rnn"]:
    record(f"{cell}-norm-l2", cell, 2, False, norm=True)
record("gru-before-l2", "gru", 2, False, before=True)
record("gru-before-norm-l2", "gru", 2, False, norm=True, before=True)
