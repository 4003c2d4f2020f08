"""Training batches, drawn fresh: scenes, pictures, conversations and per-cell labels.

A picture is encoded once and asked many things. The usual layout is *packed*: the picture's tokens are a shared prefix, and
every question with its answer is a segment that sees the prefix and itself only, its positions starting right after the prefix:
exactly what each question would see alone. A share of the pictures is laid out as real conversations (each turn sees all before
it), and another share has the question before the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

import layout
import tasks
from scenes import COLOURS, SHAPES, Scene, Thing, draw, random_aspect, random_scene, size_for, through_jpeg

CELLS = 6  # visual tokens per tile side
TASK_WEIGHTS = {"describe": 0.8, "count": 2.4, "colour": 1.4, "shape": 0.6, "exists": 1.0, "where": 1.3, "detect": 1.1, "detect_all": 0.5}


@dataclass(frozen=True)
class Plan:
    """What a batch is made of."""

    pictures: int
    length: int  # tokens per picture, padded
    wide: bool
    counts: tuple[float, ...]  # probability of 0, 1, 2, ... objects
    chat: float  # share of pictures laid out as conversations
    question_first: float


def cell_labels(scene: Scene, left: float, top: float, width: float, height: float) -> np.ndarray:
    """Per visual token of a tile that shows this part of the scene: [36, 7] of shape, colour (0 none), centre here, and box bins.

    A cell belongs to the object that covers most of it; every cell of an object carries the object's whole box within the tile.
    """
    labels = np.zeros((CELLS * CELLS, 7), dtype=np.int64)
    best = np.full(CELLS * CELLS, 0.25)
    for thing in scene.things:
        x1, x2 = ((v - left) / width for v in (thing.box[0], thing.box[2]))
        y1, y2 = ((v - top) / height for v in (thing.box[1], thing.box[3]))
        if x2 <= 0.02 or y2 <= 0.02 or x1 >= 0.98 or y1 >= 0.98:
            continue
        values = [SHAPES.index(thing.shape) + 1, COLOURS.index(thing.colour) + 1, 0] + [tasks.location(v) for v in (x1, y1, x2, y2)]
        edges = np.arange(CELLS) / CELLS
        cover_x = np.clip(np.minimum(x2, edges + 1 / CELLS) - np.maximum(x1, edges), 0, None) * CELLS
        cover_y = np.clip(np.minimum(y2, edges + 1 / CELLS) - np.maximum(y1, edges), 0, None) * CELLS
        cover = (cover_y[:, None] * cover_x[None, :]).ravel()
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
        if 0 <= cx < 1 and 0 <= cy < 1:
            centre = int(cy * CELLS) * CELLS + int(cx * CELLS)
            cover[centre] = 2.0
        mine = cover > best
        labels[mine] = values
        best[mine] = cover[mine]
        if 0 <= cx < 1 and 0 <= cy < 1:
            labels[centre, 2] = 1
    return labels


def pointer_to(things: list[Thing] | None) -> int:
    """The cells of the whole picture that hold the objects' centres, as bits; bit 40 says that there is a pointer at all."""
    if things is None:
        return 0
    bits = 1 << 40
    for thing in things:
        cx, cy = thing.centre
        bits |= 1 << (int(cy * CELLS) * CELLS + int(cx * CELLS))
    return bits


class Builder:
    """Makes batches from (seed, step)."""

    def __init__(self, tokenizer: Tokenizer, seed: int):
        self.tokenizer, self.seed = tokenizer, seed
        self.cache: dict[str, list[int]] = {}
        self.names = list(TASK_WEIGHTS)
        weights = np.array(list(TASK_WEIGHTS.values()))
        self.weights = weights / weights.sum()

    def ids(self, text: str) -> list[int]:
        found = self.cache.get(text)
        if found is None:
            found = self.tokenizer.encode(text, add_special_tokens=False).ids
            if len(self.cache) < 200_000:
                self.cache[text] = found
        return found

    def question(self, rng: np.random.Generator, scene: Scene) -> tuple[str, str, int, int]:
        """Question, answer, the task's number and the answer's pointer."""
        while True:
            task = int(rng.choice(len(self.names), p=self.weights))
            pair = tasks.ask(rng, scene, self.names[task])
            if pair is not None:
                return tasks.style(rng, pair[0]), pair[1], task, pointer_to(pair[2])

    def conversation(self, rng: np.random.Generator, scene: Scene, grid: tuple[int, int], plan: Plan):
        """Token ids, positions, segments (0 seen by all), answer marks and pointers, at most plan.length of them.

        An answer mark is 0 outside answers, else 1 + 16 * (the answer's number) + its task's number.
        """
        block = self.ids(layout.image_block(grid))
        close, end = self.ids("<end_of_utterance>\nAssistant:"), self.ids("<end_of_utterance>")
        kind = rng.random()
        ids, positions, segments, answer, pointers = [], [], [], [], []

        def add(tokens: list[int], start: int, segment: int, mark: int = 0, pointer: int = 0) -> int:
            ids.extend(tokens)
            positions.extend(range(start, start + len(tokens)))
            segments.extend([segment] * len(tokens))
            answer.extend([mark] * len(tokens))
            pointers.extend([pointer] * len(tokens))
            return start + len(tokens)

        if kind < plan.chat + plan.question_first:
            question, reply, task, pointer = self.question(rng, scene)
            if kind < plan.question_first:
                at = add(self.ids("<|im_start|>User:") + self.ids(" " + question) + block + close, 0, 0)
            else:
                at = add(self.ids("<|im_start|>User:") + block + self.ids(question) + close, 0, 0)
            number = 0
            while at + len(self.ids(" " + reply)) < plan.length:
                at = add(self.ids(" " + reply) + end, at, 0, 1 + 16 * number + task, pointer)
                number += 1
                question, reply, task, pointer = self.question(rng, scene)
                if at + 30 > plan.length:
                    break
                at = add(self.ids("\n") + self.ids("User:") + self.ids(" " + question) + close, at, 0)
        else:
            prefix = add(self.ids("<|im_start|>User:") + block, 0, 0)
            for segment in range(1, 100):
                question, reply, task, pointer = self.question(rng, scene)
                ask, say = self.ids(question) + close, self.ids(" " + reply) + end
                if len(ids) + len(ask) + len(say) > plan.length:
                    break
                at = add(ask, prefix, segment)
                add(say, at, segment, 1 + 16 * segment + task, pointer)
        return [column[: plan.length] for column in (ids, positions, segments, answer, pointers)]

    def batch(self, step: int, plan: Plan) -> dict[str, torch.Tensor]:
        rng = np.random.default_rng([self.seed, step])
        n, length = plan.pictures, plan.length
        ids, positions, segments, answer, pointers = columns = [np.zeros((n, length), dtype=np.int64) for _ in range(5)]
        segments[:] = -1
        tiles, cells = [], []
        for row in range(n):
            aspect = random_aspect(rng, plan.wide)
            scene = random_scene(rng, aspect, int(rng.choice(len(plan.counts), p=plan.counts)))
            image = draw(scene, *size_for(aspect, int(rng.integers(96, 176))), seed=int(rng.integers(1 << 30)), supersample=2)
            if rng.random() < 0.3:
                image = through_jpeg(image, int(rng.integers(70, 96)))
            pixels, grid = layout.tiles_of(image)
            tiles.append(pixels)
            rows, cols = grid
            if rows * cols > 1:
                cells += [cell_labels(scene, c / cols, r / rows, 1 / cols, 1 / rows) for r in range(rows) for c in range(cols)]
            cells.append(cell_labels(scene, 0.0, 0.0, 1.0, 1.0))
            for column, values in zip(columns, self.conversation(rng, scene, grid, plan), strict=True):
                column[row, : len(values)] = values
        return {
            "tiles": torch.from_numpy(np.concatenate(tiles)),
            "cells": torch.from_numpy(np.stack(cells)),
            "ids": torch.from_numpy(ids),
            "positions": torch.from_numpy(positions),
            "segments": torch.from_numpy(segments),
            "answer": torch.from_numpy(answer),
            "pointers": torch.from_numpy(pointers),
        }
