"""Location tokens against coordinates written as text, as the paper compares them: two small models that differ in nothing else, trained
alike on pictures of one tile, asked the held-out pictures of one tile.

    python ablation.py --help

Both write the same 64 steps per side; the one as "<loc_12>", a token of its own, the other as "12" within "[12,20,33,41]", digit by digit.
Same seed, same pictures, steps and tokens per step: what is longer leaves room for fewer questions, as it would in any training.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import export

HERE = Path(__file__).resolve().parent
ROWS = ["dense", "detect_all", "detect"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare location tokens with coordinates written as text.")
    parser.add_argument("--work", type=Path, default=HERE / ".work/ablation", help="folder for states and checkpoints (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=2000, help="optimiser steps of each (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw pictures (default: %(default)s)")
    parser.add_argument("--limit", type=int, help="ask only so many pictures")
    parser.add_argument("--no-compile", action="store_true", help="do without torch.compile")
    parser.add_argument("--results", type=Path, default=HERE / "ablation.json", help="file to write (default: %(default)s)")
    a = parser.parse_args()
    common = ["--threads", str(a.threads)]
    results = {}
    for boxes in ("tokens", "digits"):
        work = a.work / boxes
        begun = time.time()
        command = ["train.py", "--preset", "small", "--one-tile", "--boxes", boxes, "--steps", str(a.steps), "--reading-steps", "0", "--work", work, "--export", work / "checkpoint", "--export-every", "0"]
        command += ["--workers", str(a.workers), *common] + (["--no-compile"] if a.no_compile else [])
        subprocess.run([sys.executable, *map(str, command)], cwd=HERE, check=True)
        trained = time.time() - begun
        command = ["evaluate.py", "--checkpoint", work / "checkpoint", "--boxes", boxes, "--one-tile", "--scores", work / "scores.json", *common]
        command += ["--limit", str(a.limit)] if a.limit else []
        subprocess.run([sys.executable, *map(str, command)], cwd=HERE, check=True)
        scores = json.loads((work / "scores.json").read_text())
        results[boxes] = {"steps": a.steps, "seconds": round(trained), "tasks": {task: by_group["all"] for task, by_group in scores["tasks"].items()}}
    export.write_json(a.results, {"about": __doc__.split("\n\n")[0], "results": results})
    print("| boxes as | " + " | ".join(f"{row.replace('_', ' ')}: recall (overlap)" for row in ROWS) + " |")
    for boxes, result in results.items():
        cells = (result["tasks"][row] for row in ROWS)
        print(f"| {boxes} | " + " | ".join(f"{c['recall']:.1f} ({c.get('match_overlap', 0) / 100:.2f})" for c in cells) + " |")


if __name__ == "__main__":
    main()
