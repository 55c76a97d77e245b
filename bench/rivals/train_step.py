#!/usr/bin/python3
"""PyTorch's training step of the particle transformer: same sizes, batch and arithmetic as ours. Needs Debian's python3-torch.

Works in turns with ours (bursts.py). On a GPU: --device cuda, and --mode eager, compile (torch.compile, PyTorch 2) or graph (a CUDA graph).
"""
import argparse

import bursts

try:
    import torch
    from torch import nn
except ImportError:
    bursts.missing("PyTorch", "python3-torch")


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
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--mode", choices=["eager", "compile", "graph"], default="eager")
    o = parser.parse_args()
    if o.mode == "graph" and o.device == "cpu":
        parser.error("--mode graph needs --device cuda")
    name = f"PyTorch {torch.__version__}" + ("" if o.device == "cpu" else f" {o.device} {o.mode}")
    if o.device == "cuda" and not torch.cuda.is_available():
        bursts.missing(name, "an NVIDIA GPU and PyTorch with CUDA")
    if o.mode == "compile" and not hasattr(torch, "compile"):
        bursts.missing(name, "PyTorch 2")
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    net = ParticleTransformer(o.particles, o.width, o.heads, o.blocks).to(o.device)
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99), **({"capturable": True} if o.device == "cuda" else {}))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / 200))
    past = torch.randn(4096, o.particles, 4, device=o.device)
    change = torch.randn(4096, o.particles, 2, device=o.device)
    forward = torch.compile(net) if o.mode == "compile" else net

    def learn():
        chosen = torch.randint(0, len(past), (o.batch,), device=o.device)
        loss = ((forward(past[chosen]) - change[chosen]) ** 2).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()

    def step():
        learn()
        schedule.step()

    if o.mode == "graph":
        # A graph keeps the learning rate that it was recorded with: one assignment a step less than the others have.
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                learn()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            learn()
        step = graph.replay
    for _ in range(50):
        step()
    bursts.serve(name, step, torch.cuda.synchronize if o.device == "cuda" else lambda: None)


if __name__ == "__main__":
    main()
