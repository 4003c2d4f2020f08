"""Draws the held-out test set and the sample pictures. The test set is fixed: run this only to make a different one.

    python testset.py --help
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import tasks
from layout import tiles_of
from scenes import Scene, draw, random_aspect, random_scene, size_for

HERE = Path(__file__).resolve().parent
SEED = 500_500
COUNTS = (0.02, 0.22, 0.26, 0.26, 0.24)
SAMPLES = [  # name, width, height, objects, seed
    ("one-shape", 480, 360, 1, 5),
    ("two-shapes", 640, 480, 2, 26),
    ("three-shapes", 480, 480, 3, 3),
    ("four-shapes", 640, 480, 4, 26),
    ("wide", 800, 400, 3, 7),
    ("tall", 360, 640, 3, 15),
]


def facts(scene: Scene) -> list[dict]:
    return [{"colour": t.colour, "shape": t.shape, "box": [round(v, 4) for v in t.box]} for t in scene.things]


def make_test(folder: Path, scenes: int) -> None:
    """Pictures (PNG without noise, JPEG with) and questions.jsonl: image, grid, task, question, answer."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    lines, contents = [], []
    for number in range(scenes):
        wide = number % 10 >= 7  # three in ten
        aspect = random_aspect(rng, wide)
        scene = random_scene(rng, aspect, int(rng.choice(len(COUNTS), p=COUNTS)))
        width, height = size_for(aspect, int(rng.integers(96, 161)))
        if number % 2:
            scene.noise = min(scene.noise, 4.0)
            file = f"{number:03}.jpg"
            draw(scene, width, height, seed=number).save(images / file, quality=int(rng.integers(80, 96)))
        else:
            scene.noise = 0.0
            file = f"{number:03}.png"
            draw(scene, width, height, seed=number).save(images / file, optimize=True)
        contents.append({"image": f"images/{file}", "width": width, "height": height, "background": scene.background, "objects": facts(scene)})
        assert (len(tiles_of(draw(scene, width, height, supersample=1))[0]) > 1) == wide
        for task in tasks.TASKS:
            pair = tasks.ask(rng, scene, task)
            if pair is not None:
                line = {"image": f"images/{file}", "tiles": 3 if wide else 1, "task": task, "question": tasks.style(rng, pair[0]), "answer": pair[1]}
                lines.append(line)
    (folder / "questions.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    (folder / "scenes.jsonl").write_text("".join(json.dumps(x) + "\n" for x in contents))
    size = sum(f.stat().st_size for f in images.iterdir())
    print(f"{scenes} pictures, {size / 1e6:.2f} MB, {len(lines)} questions")


def make_samples(folder: Path) -> None:
    """The larger pictures of samples/, without noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, count, seed in SAMPLES:
        scene = random_scene(np.random.default_rng([SEED, seed]), width / height, count)
        scene.noise = 0.0
        draw(scene, width, height).save(folder / f"{name}.png", optimize=True)
        print(f"{name}: {tasks.describe(scene)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the held-out test set and the sample pictures.")
    parser.add_argument("--scenes", type=int, default=500, help="pictures in the test set (default: %(default)s)")
    parser.add_argument("--test", type=Path, default=HERE / "test", help="folder of the test set (default: %(default)s)")
    parser.add_argument("--samples", type=Path, default=HERE.parent / "samples", help="folder of the samples (default: %(default)s)")
    a = parser.parse_args()
    make_test(a.test, a.scenes)
    make_samples(a.samples)


if __name__ == "__main__":
    main()
