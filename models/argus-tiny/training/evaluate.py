"""Asks the exported checkpoint every question of a set of scenes, greedily, and writes scores and the table of the model card.

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
import tasks

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


MEASURES = {
    "exact": "the whole answer, word for word",
    "labels": "all labels in order",
    "boxes": "moreover every box overlaps the true one by half",
    "overlap": "mean intersection over union, where the labels are right",
    "recall": "objects found: the right label and a box that overlaps by half",
    "precision": "regions that are an object",
    "match_overlap": "mean intersection over union of the objects found",
}
GROUPS = {1: "one tile", 3: "two tiles and thumbnail", 4: "three tiles and thumbnail"}


def match(found: list, wanted: list) -> list[float]:
    """Overlaps of regions with objects of the same label, best pairs first, each used once, from one half on."""
    pairs = sorted(((overlap(f[1], w[1]), i, j) for i, f in enumerate(found) for j, w in enumerate(wanted) if f[0] == w[0]), reverse=True)
    used_found, used_wanted, overlaps = set(), set(), []
    for value, i, j in pairs:
        if value >= 0.5 and i not in used_found and j not in used_wanted:
            used_found.add(i)
            used_wanted.add(j)
            overlaps.append(value)
    return overlaps


def judge(expected: str, answer: str) -> dict[str, tuple[float, float]]:
    """What the answer earns for each measure, and out of how much."""
    wanted, found = regions(expected), regions(answer)
    if not wanted:
        return {"exact": (answer == expected, 1)}
    labels = [f[0] for f in found] == [w[0] for w in wanted]
    overlaps = [overlap(f[1], w[1]) for f, w in zip(found, wanted, strict=True)] if labels else []
    matches = match(found, wanted)
    return {
        "exact": (answer == expected, 1),
        "labels": (labels, 1),
        "boxes": (labels and min(overlaps) >= 0.5, 1),
        "overlap": (sum(overlaps), len(overlaps)),
        "recall": (len(matches), len(wanted)),
        "precision": (len(matches), len(found)),
        "match_overlap": (sum(matches), len(matches)),
    }


def summary(verdicts: list[dict]) -> dict[str, float]:
    """Per cent for each measure; over objects, not answers, where a measure counts objects."""
    out: dict[str, float] = {"questions": len(verdicts)}
    for measure in MEASURES:
        earned = [v[measure] for v in verdicts if measure in v]
        if earned and sum(e[1] for e in earned):
            out[measure] = round(100 * sum(e[0] for e in earned) / sum(e[1] for e in earned), 2)
    return out


def cell(scores: dict | None) -> str:
    if scores is None:
        return "-"
    if "recall" in scores:
        return f"{scores['recall']:.1f} ({scores.get('match_overlap', 0) / 100:.2f})"
    return f"{scores['exact']:.1f}"


def table(scores: dict) -> str:
    """The scores as the model card shows them."""
    groups = ["all", *GROUPS.values()]
    lines = ["| task | questions | " + " | ".join(groups) + " |", "|---|---|" + "---|" * len(groups)]
    for task, by_group in scores.items():
        lines.append(f"| {task.replace('_', ' ')} | {by_group['all']['questions']} | " + " | ".join(cell(by_group.get(group)) for group in groups) + " |")
    return "\n".join(lines)


def update_card(card: Path, scores: dict) -> None:
    """Replaces the table between the markers of a model card."""
    begin, end = "<!-- scores: begin -->", "<!-- scores: end -->"
    text = card.read_text() if card.exists() else ""
    if begin in text and end in text:
        export.write_text(card, text[: text.index(begin) + len(begin)] + "\n" + table(scores) + "\n" + text[text.index(end) :])


def tasks_of(question: dict) -> list[str]:
    """The rows of the table that a question counts in."""
    rows = [question["task"]]
    if question["task"] == "read":
        rows.append("read, text there" if '"' in question["answer"] else "read, no text")
    if question.get("absent"):
        rows.append("absent refused")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Score an exported checkpoint on held-out scenes.")
    parser.add_argument("--checkpoint", type=Path, default=HERE.parent, help="checkpoint directory (default: %(default)s)")
    parser.add_argument("--test", type=Path, default=HERE / "heldout", help="folder of the scenes (default: %(default)s)")
    parser.add_argument("--scores", type=Path, help="file to write (default: scores.json, where all pictures are asked)")
    parser.add_argument("--card", action="store_true", help="update the table in the checkpoint's README.md")
    parser.add_argument("--limit", type=int, help="only so many pictures, spread over the set")
    parser.add_argument("--boxes", choices=["tokens", "digits"], default="tokens", help="how the checkpoint writes boxes (default: %(default)s)")
    parser.add_argument("--one-tile", action="store_true", help="only pictures of one tile")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--wrong", type=int, default=0, help="print so many wrong answers per task")
    a = parser.parse_args()

    torch.set_num_threads(a.threads)
    model, tokenizer = export.load(a.checkpoint)
    stop = tokenizer.token_to_id(export.EOS)
    by_image: dict[str, list[dict]] = {}
    for line in (a.test / "questions.jsonl").read_text().splitlines():
        question = json.loads(line)
        if a.one_tile and question["tiles"] > 1:
            continue
        by_image.setdefault(question["image"], []).append(question)
    todo = list(by_image.items())
    if a.limit:
        todo = [todo[k * len(todo) // a.limit] for k in range(a.limit)]
    results: dict[str, dict[str, list[dict]]] = {}
    begun, wrong = time.time(), {}
    for number, (file, asked) in enumerate(todo, 1):
        tiles, grid = layout.tiles_of(Image.open(a.test / file).convert("RGB"))
        with torch.no_grad():
            features = model.encode(torch.from_numpy(layout.normalise(tiles))).flatten(0, 1)
        answers = model.answer_all([tokenizer.encode(layout.chat_prompt([(q["question"], None)], grid), add_special_tokens=False).ids for q in asked], features, stop)
        for q, tokens in zip(asked, answers, strict=True):
            answer = tokenizer.decode(tokens, skip_special_tokens=True).strip()
            verdict = judge(q["answer"], tasks.from_digits(answer) if a.boxes == "digits" else answer)
            for row in tasks_of(q):
                for group in ("all", GROUPS[len(tiles)]):
                    results.setdefault(row, {}).setdefault(group, []).append(verdict)
            good = verdict.get("boxes", verdict["exact"])[0]
            if not good and wrong.get(q["task"], 0) < a.wrong:
                wrong[q["task"]] = wrong.get(q["task"], 0) + 1
                print(f"  {file} {q['question']!r}: {answer!r}, expected {q['answer']!r}")
        if number % 100 == 0:
            pace = (time.time() - begun) / number
            print(f"{number}/{len(todo)} pictures, {1 / pace:.1f}/s, {pace * (len(todo) - number):.0f} s left", flush=True)

    order = [*tasks.TASKS, "read, text there", "read, no text", "absent refused"]
    scores = {row: {group: summary(verdicts) for group, verdicts in results[row].items()} for row in order if row in results}
    print(table(scores))
    if a.scores or not (a.limit or a.one_tile):
        about = f"Greedy answers of the float16 weights run in float32 on training/{a.test.name}, per cent. "
        export.write_json(
            a.scores or HERE / "scores.json",
            {
                "about": about + "; ".join(f"{k}: {v}" for k, v in MEASURES.items()) + ".",
                "pictures": len(todo),
                "model_sha256": hashlib.sha256((a.checkpoint / "model.safetensors").read_bytes()).hexdigest(),
                "tasks": scores,
            },
        )
    if a.card:
        update_card(a.checkpoint / "README.md", scores)


if __name__ == "__main__":
    main()
