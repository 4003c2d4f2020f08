"""Draws the held-out scenes and the questions about them, and the newer sample pictures. Both are fixed and committed: run this only to make
others. Their seeds are far from those of training.

    python heldout.py --help
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import tasks
from layout import tiles_of
from scenes import Difficulty, Scene, draw, random_aspect, random_scene, size_for

HERE = Path(__file__).resolve().parent
SEED = 2_603_169
TILES = (1, 2, 3)
TILE_SHARES = (0.5, 0.3, 0.2)
REFUSALS = ("There is no ", "There are no ", "No, there is no ")
SAMPLES = [  # name, width, height, objects, seed, difficulty
    ("busy", 640, 480, 8, 3, Difficulty(overlap=1, labels=1, varied=1, noisy=0)),
    ("labels", 600, 600, 4, 5, Difficulty(overlap=0, labels=1, varied=1, noisy=0)),
    ("overlapping", 720, 540, 5, 11, Difficulty(overlap=1, labels=0, varied=1, noisy=0)),
    ("panorama", 960, 330, 6, 7, Difficulty(overlap=1, labels=1, varied=1, noisy=0)),
    ("column", 330, 900, 5, 13, Difficulty(overlap=1, labels=1, varied=1, noisy=0)),
    ("noisy", 480, 400, 4, 17, Difficulty(overlap=1, labels=1, varied=1, noisy=1)),
]


def facts(scene: Scene) -> list[dict]:
    """The objects from left to right."""
    return [
        {"colour": t.colour, "shape": t.shape, "text": t.label.text if t.label else "", "box": [round(v, 4) for v in t.box]} for t in scene.things
    ]


def question_about(rng: np.random.Generator, scene: Scene, task: str, present: bool = False) -> dict | None:
    """One question of a task, asked as people type, or one about something that is there; None where there is none after many tries."""
    for _ in range(20):
        exchange = tasks.ask(rng, scene, task)
        if exchange and not (present and exchange.answer.startswith(REFUSALS)):
            question = {"task": task, "question": tasks.style(rng, exchange.question), "answer": exchange.answer}
            return question | ({"absent": True} if exchange.answer.startswith(REFUSALS) else {})
    return None


def make_heldout(folder: Path, scenes: int) -> None:
    """images/; scenes.jsonl: what is in each picture; questions.jsonl: a question per task and picture,
    a second one about text where there is any, and their answers."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    questions, contents = [], []
    for number in range(scenes):
        aspect = random_aspect(rng, int(rng.choice(TILES, p=TILE_SHARES)))
        scene = random_scene(rng, aspect, 0 if number % 100 == 0 else 1 + number % 8)
        width, height = size_for(aspect, int(rng.integers(112, 193)))
        file = f"images/{number:04}.jpg"
        image = draw(scene, width, height, seed=SEED + number)
        image.save(folder / file, quality=int(rng.integers(40, 86)), optimize=True)
        contents.append({"image": file, "width": width, "height": height, "background": scene.background, "pattern": scene.pattern, "objects": facts(scene)})
        asked = [question_about(rng, scene, task) for task in tasks.TASKS]
        if any(t.label for t in scene.things):
            asked.append(question_about(rng, scene, "read", present=True))
        questions += [{"image": file, "tiles": len(tiles_of(image)[0])} | question for question in asked if question]
    (folder / "questions.jsonl").write_text("".join(json.dumps(x) + "\n" for x in questions))
    (folder / "scenes.jsonl").write_text("".join(json.dumps(x) + "\n" for x in contents))
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    print(f"{scenes} pictures, {len(questions)} questions, {size / 1e6:.2f} MB")


def make_samples(folder: Path) -> None:
    """Larger pictures to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, count, seed, difficulty in SAMPLES:
        scene = random_scene(np.random.default_rng([SEED, seed]), width / height, count, difficulty)
        draw(scene, width, height, seed).save(folder / f"{name}.jpg", quality=88, optimize=True)
        print(f"{name}: {''.join(text for text, _ in tasks.describe(scene))}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the held-out scenes and the sample pictures.")
    parser.add_argument("--scenes", type=int, default=1000, help="held-out pictures (default: %(default)s)")
    parser.add_argument("--heldout", type=Path, default=HERE / "heldout", help="folder of the held-out scenes (default: %(default)s)")
    parser.add_argument("--samples", type=Path, help="folder of the samples, to draw them too")
    a = parser.parse_args()
    make_heldout(a.heldout, a.scenes)
    if a.samples:
        make_samples(a.samples)


if __name__ == "__main__":
    main()
