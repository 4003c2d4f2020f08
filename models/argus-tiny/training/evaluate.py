"""Asks the exported checkpoint every question of the test set, greedily, and writes scores.json.

    python evaluate.py --help
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from pathlib import Path

import torch
from PIL import Image

import export
import layout

HERE = Path(__file__).resolve().parent
REGION = re.compile(r"([^;<>]+)<loc_(\d+)><loc_(\d+)><loc_(\d+)><loc_(\d+)>")


def regions(text: str) -> list[tuple[str, tuple[float, ...]]]:
    """Labels and boxes in a detection answer; a location stands for its bin's centre."""
    return [(m[0].strip(), tuple((int(v) + 0.5) / 64 for v in m[1:])) for m in REGION.findall(text)]


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda r: (r[2] - r[0]) * (r[3] - r[1])  # noqa: E731
    return w * h / (area(a) + area(b) - w * h)


def judge(expected: str, answer: str) -> dict[str, float]:
    """Exact match; for boxes also: labels in order, every box overlapping by half, and the mean overlap."""
    wanted = regions(expected)
    if not wanted:
        return {"exact": float(answer == expected)}
    found = regions(answer)
    labels = [f[0] for f in found] == [w[0] for w in wanted]
    overlaps = [overlap(f[1], w[1]) for f, w in zip(found, wanted, strict=True)] if labels else [0.0] * len(wanted)
    return {"exact": float(answer == expected), "labels": float(labels), "boxes": float(min(overlaps) >= 0.5), "overlap": sum(overlaps) / len(overlaps)}


def table(scores: dict) -> str:
    """The scores as the model card shows them."""
    groups = ["all", "one tile", "two tiles and thumbnail"]
    lines = ["| task | questions | " + " | ".join(groups) + " |", "|---|---|---|---|---|"]
    for task, by_group in scores.items():
        cells = []
        for group in groups:
            s = by_group.get(group)
            cells.append("-" if s is None else f"{s['labels']:.1f}, {s['boxes']:.1f} ({s['overlap']:.0f})" if "labels" in s else f"{s['exact']:.1f}")
        lines.append(f"| {task.replace('_', ' ')} | {by_group['all']['questions']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def update_card(card: Path, scores: dict) -> None:
    """Replaces the table between the markers of a model card."""
    begin, end = "<!-- scores: begin -->", "<!-- scores: end -->"
    text = card.read_text() if card.exists() else ""
    if begin in text and end in text:
        export.write_text(card, text[: text.index(begin) + len(begin)] + "\n" + table(scores) + "\n" + text[text.index(end) :])


def main() -> None:
    parser = argparse.ArgumentParser(description="Score an exported checkpoint on the held-out test set.")
    parser.add_argument("--checkpoint", type=Path, default=HERE.parent, help="checkpoint directory (default: %(default)s)")
    parser.add_argument("--test", type=Path, default=HERE / "test", help="folder of the test set (default: %(default)s)")
    parser.add_argument("--scores", type=Path, default=HERE / "scores.json", help="file to write (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=None, help="only the first so many pictures")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--wrong", type=int, default=0, help="print so many wrong answers")
    a = parser.parse_args()

    torch.set_num_threads(a.threads)
    model, tokenizer = export.load(a.checkpoint)
    stop = tokenizer.token_to_id(export.EOS)
    questions = [json.loads(line) for line in (a.test / "questions.jsonl").read_text().splitlines()]
    by_image: dict[str, list[dict]] = {}
    for q in questions:
        by_image.setdefault(q["image"], []).append(q)
    todo = list(by_image.items())[: a.limit]
    results: dict[str, dict[str, list[dict]]] = {}
    begun, wrong = time.time(), a.wrong
    for number, (file, asked) in enumerate(todo, 1):
        tiles, grid = layout.tiles_of(Image.open(a.test / file).convert("RGB"))
        with torch.no_grad():
            features = model.encode(torch.from_numpy(layout.normalise(tiles))).flatten(0, 1)
        answers = model.answer_all([tokenizer.encode(layout.chat_prompt([(q["question"], None)], grid), add_special_tokens=False).ids for q in asked], features, stop)
        for q, tokens in zip(asked, answers, strict=True):
            answer = tokenizer.decode(tokens, skip_special_tokens=True).strip()
            verdict = judge(q["answer"], answer)
            for group in ("all", "one tile" if q["tiles"] == 1 else "two tiles and thumbnail"):
                results.setdefault(q["task"], {}).setdefault(group, []).append(verdict)
            if wrong and verdict.get("boxes", verdict["exact"]) < 1:
                wrong -= 1
                print(f"  {file} {q['question']!r}: {answer!r}, expected {q['answer']!r}")
        if number % 50 == 0:
            pace = (time.time() - begun) / number
            print(f"{number}/{len(todo)} pictures, {1 / pace:.1f}/s, {pace * (len(todo) - number):.0f} s left", flush=True)

    scores = {}
    for task, groups in results.items():
        scores[task] = {}
        for group, verdicts in groups.items():
            measures = sorted({k for v in verdicts for k in v}, key=["exact", "labels", "boxes", "overlap"].index)
            scores[task][group] = {"questions": len(verdicts)} | {
                m: round(100 * sum(v[m] for v in verdicts if m in v) / sum(m in v for v in verdicts), 2) for m in measures
            }
        print(f"{task:11} " + "  ".join(f"{g}: {s}" for g, s in scores[task].items()))
    export.write_json(
        a.scores,
        {
            "about": "Greedy answers of the float16 weights run in float32 on training/test, per cent. exact: the whole answer; labels: all labels in order; "
            "boxes: labels right and every box overlaps by at least half; overlap: mean intersection over union.",
            "pictures": len(todo),
            "model_sha256": hashlib.sha256((a.checkpoint / "model.safetensors").read_bytes()).hexdigest(),
            "tasks": scores,
        },
    )
    if a.limit is None:
        update_card(a.checkpoint / "README.md", scores)


if __name__ == "__main__":
    main()
