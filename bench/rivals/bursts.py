"""A rival's half of the talk with bench/Compare/Rivals/ScriptRival.cs.

The script first prints {"name": "PyTorch 1.13.1"}, or {"name": "PyTorch", "missing": "python3-torch"} and ends. Then each line that
it reads says for how many seconds it should work, and it answers {"seconds": ...}: how many one run took, the median over laps.
"""
import json
import statistics
import sys
import time

SHORTEST_LAP = 100e-6


def missing(name, package):
    print(json.dumps({"name": name, "missing": package}), flush=True)
    sys.exit()


def serve(name, run, wait=lambda: None):
    """Answers until the input ends. `run` does the work once; `wait` returns when work that it left to a device is done."""

    def lap(runs):
        begin = time.perf_counter()
        for _ in range(runs):
            run()
        wait()
        return time.perf_counter() - begin

    print(json.dumps({"name": name}), flush=True)
    for line in sys.stdin:
        seconds = float(line)
        lap(1)
        runs = max(1, int(SHORTEST_LAP / lap(1)) + 1)
        laps, end = [], time.perf_counter() + seconds
        while not laps or time.perf_counter() < end:
            laps.append(lap(runs) / runs)
        print(json.dumps({"seconds": statistics.median(laps)}), flush=True)
