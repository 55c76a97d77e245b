#!/usr/bin/python3
"""PyTorch's time for the training step of the particle transformer: same sizes, batch and arithmetic as ours, one thread.

Reads nothing but its options; prints one JSON line: name, version, seconds per step, steps. Needs Debian's python3-torch.
"""
import argparse
import json
import time

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, forbidden):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(q, k.transpose(-1, -2)) * (width // self.heads) ** -0.5 + forbidden
        z = torch.matmul(scores.softmax(-1), v)
        return self.out(z.transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, forbidden):
        x = x + self.attention(self.ln1(x), forbidden)
        return x + self.mlp(self.ln2(x))


class ParticleTransformer(nn.Module):
    def __init__(self, particles, width, heads, blocks):
        super().__init__()
        self.encoder = nn.Linear(4, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(blocks))
        self.norm, self.decoder = nn.LayerNorm(width), nn.Linear(width, 2)
        self.register_buffer("forbidden", torch.eye(particles) * -1e9)

    def forward(self, x):
        x = self.encoder(x)
        for block in self.blocks:
            x = block(x, self.forbidden)
        return self.decoder(self.norm(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--particles", type=int, default=16)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    net = ParticleTransformer(o.particles, o.width, o.heads, o.blocks)
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / 200))
    past = torch.randn(4096, o.particles, 4)
    change = torch.randn(4096, o.particles, 2)

    def step():
        chosen = torch.randint(0, len(past), (o.batch,))
        loss = ((net(past[chosen]) - change[chosen]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()

    for _ in range(50):
        step()
    best, steps, begun = float("inf"), 0, time.perf_counter()
    while time.perf_counter() - begun < o.seconds:
        start = time.perf_counter()
        for _ in range(20):
            step()
        best = min(best, (time.perf_counter() - start) / 20)
        steps += 20
    mean = (time.perf_counter() - begun) / steps
    print(json.dumps({"name": "PyTorch CPU", "version": torch.__version__, "seconds": best, "mean_seconds": mean, "work": steps}))


if __name__ == "__main__":
    main()
