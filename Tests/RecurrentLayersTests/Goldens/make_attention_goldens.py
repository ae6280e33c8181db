"""Records attention and Transformers as PyTorch computes them, for Swift tests that run without PyTorch.

    python3 make_attention_goldens.py     # writes attention-*.safetensors, transformer-*.safetensors beside this file

Each file: parameters (`p.NAME`), a padded batch with unequal lengths, outputs, and gradients (`g.NAME`) of the mean
cross-entropy over valid steps.
"""
import math
import os

try:
    import torch
    from safetensors.torch import save_file
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    raise SystemExit("skipped: PyTorch and safetensors are not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
I, S, LENGTHS = 3, 6, [6, 4, 1]
torch.set_num_threads(1)
VALID = torch.arange(S)[:, None] < torch.tensor(LENGTHS)[None, :]


def batch():
    x = torch.randn(S, len(LENGTHS), I)
    x[~VALID] = 0
    return x


def save(name, parameters, tensors):
    out = {k: v.detach() for k, v in tensors.items()}
    out["lengths"] = torch.tensor(LENGTHS).float()
    for key, value in parameters.items():
        out["p." + key], out["g." + key] = value.detach(), value.grad
    save_file({k: v.contiguous().clone() for k, v in out.items()}, os.path.join(HERE, name + ".safetensors"))


def transformer(name, causal, relu):
    torch.manual_seed(2)
    M, heads, feed_forward, O = 8, 2, 12, 4
    activation = F.relu if relu else (lambda x: F.gelu(x, approximate="tanh"))
    layer = nn.TransformerEncoderLayer(M, heads, feed_forward, dropout=0.0, activation=activation, norm_first=True)
    blocks = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(M), enable_nested_tensor=False)
    for parameter in blocks.parameters():  # the copies of a layer start alike, norms at 1 and 0
        nn.init.normal_(parameter, 0.0, 0.4)
    model = nn.ModuleDict({"input_projection": nn.Linear(I, M), "blocks": blocks, "head": nn.Linear(M, O)})
    rate = torch.exp(-math.log(10000.0) * torch.arange(0, M, 2) / M)
    angle = torch.arange(S)[:, None] * rate[None, :]
    encoding = torch.stack([angle.sin(), angle.cos()], dim=-1).reshape(S, 1, M)
    x, y = batch(), torch.randint(0, O, (S, len(LENGTHS)))
    mask = nn.Transformer.generate_square_subsequent_mask(S) if causal else None
    padding = torch.zeros(len(LENGTHS), S).masked_fill(~VALID.T, float("-inf"))
    outputs = model["head"](blocks(model["input_projection"](x) + encoding, mask=mask, src_key_padding_mask=padding))
    loss = F.cross_entropy(outputs[VALID], y[VALID])
    loss.backward()
    save(name, {k.removeprefix("blocks."): v for k, v in model.named_parameters()},
         {"x": x, "y": y.float(), "outputs": outputs, "loss": loss.reshape(1)})


class Additive(nn.Module):
    def __init__(self, source, query, width):
        super().__init__()
        self.key, self.query = nn.Linear(source, width), nn.Linear(query, width, bias=False)
        self.vector = nn.Parameter(torch.randn(width))
        self.combine = nn.Linear(source + query, query, bias=False)

    def scores(self, e, h):
        return torch.tanh(self.key(e) + self.query(h)) @ self.vector


class General(nn.Module):
    def __init__(self, source, query, width):
        super().__init__()
        self.key = nn.Linear(source, query, bias=False)
        self.combine = nn.Linear(source + query, query, bias=False)

    def scores(self, e, h):
        return (self.key(e) * h).sum(-1)


class Dot(nn.Module):
    def __init__(self, source, query, width):
        super().__init__()
        self.combine = nn.Linear(source + query, query, bias=False)

    def scores(self, e, h):
        return (e * h).sum(-1)


def attention(name, kind):
    torch.manual_seed(3)
    H, V, E, A, T = 4, 5, 3, 6, 4
    D = 2 * H
    model = nn.ModuleDict({
        "encoder": nn.LSTM(I, H, bidirectional=True),
        "target_embedding": nn.Embedding(V, E),
        "bridge": nn.ModuleDict({"hidden_l0": nn.Linear(2 * H, D), "cell_l0": nn.Linear(2 * H, D)}),
        "decoder": nn.LSTM(E + D, D),
        "attention": kind(2 * H, D, A),
        "head": nn.Linear(D, V),
    })
    x, y = batch(), torch.randint(0, V, (T, len(LENGTHS)))
    e, (h, c) = model["encoder"](nn.utils.rnn.pack_padded_sequence(x, LENGTHS))
    e, _ = nn.utils.rnn.pad_packed_sequence(e, total_length=S)
    join = lambda s: torch.cat([s[0], s[1]], dim=-1)
    state = (torch.tanh(model["bridge"]["hidden_l0"](join(h)))[None], model["bridge"]["cell_l0"](join(c))[None])
    fed = torch.zeros(len(LENGTHS), D)
    logits, weights = [], []
    for t in range(T):
        symbol = y[t - 1] if t > 0 else torch.zeros(len(LENGTHS), dtype=torch.long)
        top, state = model["decoder"](torch.cat([model["target_embedding"](symbol), fed], dim=-1)[None], state)
        scores = model["attention"].scores(e, top)
        p = torch.softmax(scores.masked_fill(~VALID, float("-inf")), dim=0)
        context = (p[..., None] * e).sum(0)
        fed = torch.tanh(model["attention"].combine(torch.cat([context, top[0]], dim=-1)))
        logits.append(model["head"](fed))
        weights.append(p.T)
    outputs = torch.stack(logits)
    loss = F.cross_entropy(outputs.reshape(-1, V), y.reshape(-1))
    loss.backward()
    save(name, dict(model.named_parameters()),
         {"x": x, "y": y.float(), "outputs": outputs, "weights": torch.stack(weights), "loss": loss.reshape(1)})


transformer("transformer-gelu", causal=False, relu=False)
transformer("transformer-relu-causal", causal=True, relu=True)
attention("attention-additive", Additive)
attention("attention-general", General)
attention("attention-dot", Dot)
