#!/usr/bin/python3
"""PyTorch's full-batch training step of the modular addition transformer (arXiv 2306.17844), eager. Needs Debian's python3-torch.

Two forms of one function: `official` carries both tokens of every pair through every layer, as the authors' program does; `tables` computes
queries, keys and values once for each token and position, and takes only the last position beyond the attention. Loss in double, AdamW.
Works in turns with ours (bursts.py).
"""
import argparse
import math

import bursts

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    bursts.missing("PyTorch", "python3-torch")


def normal(*shape, scale):
    return nn.Parameter(torch.randn(*shape) * scale)


class Network(nn.Module):
    def __init__(self, tokens, width, heads, rate):
        super().__init__()
        self.heads, self.rate = heads, rate
        self.embedding = normal(tokens, width, scale=width**-0.5)
        self.position = normal(2, width, scale=width**-0.5)
        self.query, self.key, self.value, self.out = (normal(width, width, scale=width**-0.5) for _ in range(4))
        self.up, self.up_bias = normal(4 * width, width, scale=(4 * width) ** -0.5), nn.Parameter(torch.zeros(4 * width))
        self.down, self.down_bias = normal(width, 4 * width, scale=width**-0.5), nn.Parameter(torch.zeros(width))
        self.unembedding = normal(width, tokens, scale=tokens**-0.5)

    def by_heads(self, x):
        return x.view(*x.shape[:-1], self.heads, -1).transpose(-2, -3)

    def head_of_network(self, x):
        hidden = F.relu(F.linear(x, self.up, self.up_bias))
        return (x + F.linear(hidden, self.down, self.down_bias)) @ self.unembedding

    def official(self, pairs):
        x = F.embedding(pairs, self.embedding) + self.position
        q, k, v = (self.by_heads(F.linear(x, w)) for w in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        pattern = self.rate * scores.softmax(-1) + (1 - self.rate)
        z = (pattern @ v).transpose(-2, -3).flatten(-2)
        return self.head_of_network(x + F.linear(z, self.out))[:, -1]

    def tables(self, pairs):
        first, second = self.embedding + self.position[0], self.embedding + self.position[1]
        v0, v1 = (self.by_heads(F.linear(x, self.value)) for x in (first, second))
        a, b = pairs[:, 0], pairs[:, 1]
        weight = torch.ones(self.heads, len(pairs), 1)
        rest = weight
        if self.rate > 0:
            q, k0, k1 = self.by_heads(F.linear(second, self.query)), self.by_heads(F.linear(first, self.key)), self.by_heads(F.linear(second, self.key))
            gap = (q @ k0.transpose(-1, -2) - (q * k1).sum(-1, keepdim=True)) / math.sqrt(q.shape[-1])
            weight = self.rate * torch.sigmoid(gap).flatten(1).index_select(1, b * len(first) + a).unsqueeze(-1) + (1 - self.rate)
            rest = 2 - self.rate - weight
        z = (weight * v0.index_select(1, a) + rest * v1.index_select(1, b)).transpose(0, 1).flatten(-2)
        return self.head_of_network(second.index_select(0, b) + F.linear(z, self.out))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--form", choices=("official", "tables"), default="official")
    parser.add_argument("--rate", type=float, default=1)
    parser.add_argument("--tokens", type=int, default=59)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    net = Network(o.tokens, o.width, 4, o.rate)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=2)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(step / 10, 1))
    every = torch.cartesian_prod(torch.arange(o.tokens), torch.arange(o.tokens))
    pairs = every[torch.randperm(len(every))[: len(every) * 4 // 5]]
    sums = pairs.sum(1) % o.tokens
    forward = net.official if o.form == "official" else net.tables

    def step():
        loss = F.cross_entropy(forward(pairs).double(), sums)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()

    for _ in range(3):
        step()
    bursts.serve(f"PyTorch {torch.__version__}{' (tables)' if o.form == 'tables' else ''}", step)


if __name__ == "__main__":
    main()
