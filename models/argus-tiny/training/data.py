"""Training batches, drawn fresh: scenes, pictures, conversations and labels per visual token and per patch.

A picture is encoded once and asked many things. The usual layout is *packed*: the picture's tokens are a shared prefix, and
every question with its answer is a segment that sees the prefix and itself only, its positions starting right after the prefix:
exactly what each question would see alone. A share of the pictures is laid out as real conversations (each turn sees all before
it), and another share has the question before the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image, ImageDraw
from tokenizers import Tokenizer

import layout
import tasks
from scenes import (
    COLOURS, GLYPHS, LETTERED, MOST_GLYPHS, MOST_THINGS, PLAIN, SHAPES, Difficulty, Scene, draw, paint, random_aspect, random_scene, size_for, text_sheet, through_jpeg,
)  # fmt: skip

CELLS = 6  # visual tokens per tile side
PATCHES = 12  # patches per tile side
IGNORED = -100
# Columns of a visual token's labels; the last four are the box.
SHAPE, COLOUR, CENTRE, RANK, TEXT, BOX = 0, 1, 2, 3, 4, 4 + MOST_GLYPHS
POINTS = 1 << MOST_THINGS  # in a token's pointer: that there is one at all; the bits below are the objects
TASK_WEIGHTS = {
    "describe": 0.8, "count": 2.0, "colour": 1.2, "shape": 0.5, "exists": 1.0, "where": 1.1, "detect": 1.1, "detect_all": 0.4,
    "dense": 0.6, "read": 1.8, "compare": 1.0,
}  # fmt: skip
MORE_ALL_TEXT = 0.6
READING_WEIGHTS = TASK_WEIGHTS | {"read": 5.0, "dense": 1.2, "describe": 1.2}


@dataclass(frozen=True)
class Plan:
    """What a batch is made of."""

    pictures: int
    length: int  # tokens per picture, padded
    tiles: int  # that a picture is cut into: 1, 2 or 3
    counts: tuple[float, ...]  # probability of 0, 1, 2, ... objects
    difficulty: Difficulty = Difficulty()
    plain: float = 0.15  # share of small pictures with few objects on one colour
    squeezed: float = 0.0  # share of wide and tall pictures among those of one tile
    chat: float = 0.15  # share of pictures laid out as conversations
    question_first: float = 0.1
    lettered: float = 0.0  # share of pictures with more and longer text; questions are then READING_WEIGHTS'


def _cover(x1: float, y1: float, x2: float, y2: float) -> np.ndarray:
    """How much of each visual token's cell a box covers: [36]."""
    edges = np.arange(CELLS) / CELLS
    across = np.clip(np.minimum(x2, edges + 1 / CELLS) - np.maximum(x1, edges), 0, None) * CELLS
    down = np.clip(np.minimum(y2, edges + 1 / CELLS) - np.maximum(y1, edges), 0, None) * CELLS
    return (down[:, None] * across[None, :]).ravel()


def _spelled(text: str) -> list[int]:
    """A label's characters as numbers from 1, filled with 0."""
    return [GLYPHS.index(g) + 1 for g in text] + [0] * (MOST_GLYPHS - len(text))


def _sheet_labels(sheet: Scene) -> tuple[np.ndarray, np.ndarray]:
    """What is written on the plate that covers most of a visual token's cell [36, 3], and at the middle of every patch [144]."""
    texts, best = np.full((CELLS * CELLS, MOST_GLYPHS), IGNORED, dtype=np.int64), np.full(CELLS * CELLS, 0.35)
    for thing in sheet.things:
        cover = _cover(*thing.box)
        mine = cover > best
        texts[mine] = _spelled(thing.label.text)
        best[mine] = cover[mine]
    return texts, _characters(sheet, 1, 1).ravel()


def _tile_labels(scene: Scene, left: float, top: float, width: float, height: float) -> np.ndarray:
    """Labels of the visual tokens of a tile that shows this part of the scene: [36, 11].

    A cell belongs to the object that covers most of it, or whose centre is in it; every cell of an object carries what there is to say
    about the whole object: the box within the tile, the text where all of it is in the tile, the place in the order.
    """
    labels = np.zeros((CELLS * CELLS, BOX + 4), dtype=np.int64)
    best = np.full(CELLS * CELLS, 0.25)
    whole = width == 1 and height == 1
    for number, thing in enumerate(scene.things):
        x1, x2 = ((v - left) / width for v in (thing.box[0], thing.box[2]))
        y1, y2 = ((v - top) / height for v in (thing.box[1], thing.box[3]))
        if x2 <= 0.02 or y2 <= 0.02 or x1 >= 0.98 or y1 >= 0.98:
            continue
        text = [0] * MOST_GLYPHS
        if thing.label:
            a, b, c, d = thing.label.box
            if a >= left and b >= top and c <= left + width and d <= top + height:
                text = _spelled(thing.label.text)
            else:
                text = [IGNORED] * MOST_GLYPHS
        values = [SHAPES.index(thing.shape) + 1, COLOURS.index(thing.colour) + 1, 0, number if whole else IGNORED, *text, *map(tasks.location, (x1, y1, x2, y2))]
        cover = _cover(x1, y1, x2, y2)
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
        inside = 0 <= cx < 1 and 0 <= cy < 1
        if inside:
            centre = int(cy * CELLS) * CELLS + int(cx * CELLS)
            cover[centre] = 2.0
        mine = cover > best
        labels[mine] = values
        best[mine] = cover[mine]
        if inside:
            labels[centre, CENTRE] = 1
    return labels


FINE = 4  # labels of patches are painted so much finer


def _characters(scene: Scene, rows: int, cols: int) -> np.ndarray:
    """The character (0 none) at the middle of every patch: [rows * 12, cols * 12]."""
    w, h = cols * PATCHES * FINE, rows * PATCHES * FINE
    glyphs = Image.new("L", (w, h))
    pen = ImageDraw.Draw(glyphs)
    for thing in scene.things:
        if thing.label:
            for glyph, (x1, y1, x2, y2) in zip(thing.label.text, thing.label.glyphs, strict=True):
                left, top = x1 * w, y1 * h  # A letter may be narrower than a pixel.
                pen.rectangle((left, top, max(left, x2 * w - 1), max(top, y2 * h - 1)), fill=GLYPHS.index(glyph) + 1)
    return np.asarray(glyphs)[FINE // 2 :: FINE, FINE // 2 :: FINE].astype(np.int64)


def _patch_labels(scene: Scene, rows: int, cols: int) -> np.ndarray:
    """What is seen at the middle of every patch: [rows * 12, cols * 12, 3] of shape, colour (0 none) and character (0 none)."""
    w, h = cols * PATCHES * FINE, rows * PATCHES * FINE
    owners = Image.new("L", (w, h))
    pen = ImageDraw.Draw(owners)
    for thing in sorted(scene.things, key=lambda t: t.layer):
        paint(pen, thing, w, h, scene.things.index(thing) + 1)
    owner = np.asarray(owners)[FINE // 2 :: FINE, FINE // 2 :: FINE]
    shape = np.array([0] + [SHAPES.index(t.shape) + 1 for t in scene.things])
    colour = np.array([0] + [COLOURS.index(t.colour) + 1 for t in scene.things])
    return np.stack([shape[owner], colour[owner], _characters(scene, rows, cols)], axis=-1)


def labels_of(scene: Scene, grid: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each tile, the thumbnail last: labels of visual tokens [tiles, 36, 11] and of patches [tiles, 144, 3]; and which visual tokens
    hold which object's centre: [8, tiles * 36]."""
    rows, cols = grid
    parts = [] if rows * cols == 1 else [(c / cols, r / rows, 1 / cols, 1 / rows) for r in range(rows) for c in range(cols)]
    parts.append((0.0, 0.0, 1.0, 1.0))
    cells = np.stack([_tile_labels(scene, *part) for part in parts])
    patches = []
    if rows * cols > 1:
        fine = _patch_labels(scene, rows, cols)
        patches = [fine[r * PATCHES : (r + 1) * PATCHES, c * PATCHES : (c + 1) * PATCHES] for r in range(rows) for c in range(cols)]
    patches.append(_patch_labels(scene, 1, 1))
    centres = np.zeros((MOST_THINGS, len(parts), CELLS * CELLS), dtype=bool)
    for number, thing in enumerate(scene.things):
        for tile, (left, top, width, height) in enumerate(parts):
            x, y = (thing.centre[0] - left) / width, (thing.centre[1] - top) / height
            if 0 <= x < 1 and 0 <= y < 1:
                centres[number, tile, int(y * CELLS) * CELLS + int(x * CELLS)] = True
    return cells, np.stack(patches).reshape(len(parts), PATCHES * PATCHES, 3), centres.reshape(MOST_THINGS, -1)


def _taken(rng: np.random.Generator, scene: Scene, short_side: int, jpeg: float) -> Image.Image:
    """A picture of a scene, which went through JPEG with this probability."""
    image = draw(scene, *size_for(scene.aspect, short_side), seed=int(rng.integers(1 << 30)), supersample=2)
    return through_jpeg(image, int(rng.integers(40, 96))) if rng.random() < jpeg else image


class Builder:
    """Makes batches from (seed, step)."""

    def __init__(self, tokenizer: Tokenizer, seed: int, write_box=tasks.box):
        self.tokenizer, self.seed, self.write_box = tokenizer, seed, write_box
        self.cache: dict[str, list[int]] = {}
        self.names = list(TASK_WEIGHTS)

    def ids(self, text: str) -> list[int]:
        found = self.cache.get(text)
        if found is None:
            found = self.tokenizer.encode(text, add_special_tokens=False).ids
            if len(self.cache) < 100_000:
                self.cache[text] = found
        return found

    def reply(self, exchange: tasks.Exchange, scene: Scene) -> tuple[list[int], list[int]]:
        """The answer's tokens with the end, and for each the objects that it is about, as bits."""
        text, owners = " ", [POINTS]
        for piece, things in exchange.pieces:
            text += piece
            owners += [POINTS | sum(1 << scene.things.index(t) for t in things)] * len(piece)
        owners[0] = owners[1]
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids + self.ids("<end_of_utterance>"), [owners[start] for start, _ in encoding.offsets] + [POINTS]

    def question(self, rng: np.random.Generator, scene: Scene, plan: Plan) -> tuple[str, list[int], list[int], int]:
        """Question, the answer's tokens and pointers, and the task's number."""
        weights = np.array(list((READING_WEIGHTS if plan.lettered else TASK_WEIGHTS).values()))
        while True:
            task = int(rng.choice(len(self.names), p=weights / weights.sum()))
            exchange = tasks.ask(rng, scene, self.names[task], self.write_box, MORE_ALL_TEXT if plan.lettered else tasks.ALL_TEXT)
            if exchange is not None:
                return tasks.style(rng, exchange.question), *self.reply(exchange, scene), task

    def conversation(self, rng: np.random.Generator, scene: Scene, grid: tuple[int, int], plan: Plan):
        """Token ids, positions, segments (0 seen by all), answer marks and pointers, at most plan.length of them.

        An answer mark is 0 outside answers, else 1 + 16 * (the answer's number) + its task's number.
        """
        block = self.ids(layout.image_block(grid))
        close = self.ids("<end_of_utterance>\nAssistant:")
        kind = rng.random()
        ids, positions, segments, answer, pointers = [], [], [], [], []

        def add(tokens: list[int], start: int, segment: int, mark: int = 0, points: list[int] | None = None) -> int:
            ids.extend(tokens)
            positions.extend(range(start, start + len(tokens)))
            segments.extend([segment] * len(tokens))
            answer.extend([mark] * len(tokens))
            pointers.extend(points or [0] * len(tokens))
            return start + len(tokens)

        if kind < plan.chat + plan.question_first:
            question, reply, points, task = self.question(rng, scene, plan)
            if kind < plan.question_first:
                at = add(self.ids("<|im_start|>User:") + self.ids(" " + question) + block + close, 0, 0)
            else:
                at = add(self.ids("<|im_start|>User:") + block + self.ids(question) + close, 0, 0)
            number = 0
            while at + len(reply) <= plan.length:
                at = add(reply, at, 0, 1 + 16 * number + task, points)
                number += 1
                question, reply, points, task = self.question(rng, scene, plan)
                at = add(self.ids("\n") + self.ids("User:") + self.ids(" " + question) + close, at, 0)
        else:
            prefix = add(self.ids("<|im_start|>User:") + block, 0, 0)
            misses, segment, asked = 0, 0, set()
            while misses < 3:
                question, reply, points, task = self.question(rng, scene, plan)
                ask = self.ids(question) + close
                whole = tuple(reply)
                again = len(reply) > 16 and whole in asked  # a long answer is said once
                asked.add(whole)
                if again or len(ids) + len(ask) + len(reply) > plan.length:
                    misses += 1
                    continue
                segment += 1
                at = add(ask, prefix, segment)
                add(reply, at, segment, 1 + 16 * segment + task, points)
        return [column[: plan.length] for column in (ids, positions, segments, answer, pointers)]

    def picture(self, rng: np.random.Generator, plan: Plan) -> tuple[Scene, Image.Image]:
        squeezed = rng.random() < plan.squeezed
        aspect = random_aspect(rng, int(rng.integers(2, 4)) if squeezed else plan.tiles)
        count = int(rng.choice(len(plan.counts), p=plan.counts))
        plain = rng.random() < plan.plain
        usual = LETTERED if plan.lettered and rng.random() < plan.lettered else plan.difficulty
        difficulty = PLAIN if plain else replace(usual, labels=0.0) if squeezed else usual
        scene = random_scene(rng, aspect, min(count, 4) if plain else count, difficulty)
        return scene, _taken(rng, scene, int(rng.integers(96, 176) if plain else rng.integers(112, 240)), difficulty.jpeg)

    def sheets(self, step: int, number: int) -> dict[str, torch.Tensor]:
        """Text sheets: tiles [n, 144, 144, 3], texts by visual token [n, 36, 3], characters by patch [n, 144]."""
        rng = np.random.default_rng([self.seed, step, 9])
        tiles, texts, characters = [], [], []
        for _ in range(number):
            sheet = text_sheet(rng, random_aspect(rng, 1))
            tiles.append(layout.tiles_of(_taken(rng, sheet, int(rng.integers(112, 240)), 0.6), (1, 1))[0][0])
            for labels, values in zip((texts, characters), _sheet_labels(sheet), strict=True):
                labels.append(values)
        return {"tiles": torch.from_numpy(np.stack(tiles)), "texts": torch.from_numpy(np.stack(texts)), "characters": torch.from_numpy(np.stack(characters))}

    def batch(self, step: int, plan: Plan, part: int = 0) -> dict[str, torch.Tensor]:
        rng = np.random.default_rng([self.seed, step, part])
        n, length = plan.pictures, plan.length
        columns = [np.zeros((n, length), dtype=np.int64) for _ in range(5)]
        columns[2][:] = -1
        tiles, cells, patches, centres = [], [], [], []
        for row in range(n):
            scene, image = self.picture(rng, plan)
            pixels, grid = layout.tiles_of(image, (1, 1) if plan.tiles == 1 else None)
            tiles.append(pixels)
            for labels, values in zip((cells, patches, centres), labels_of(scene, grid), strict=True):
                labels.append(values)
            for column, values in zip(columns, self.conversation(rng, scene, grid, plan), strict=True):
                column[row, : len(values)] = values
        made = dict(zip(("ids", "positions", "segments", "answer", "pointers"), columns, strict=True))
        made |= {"tiles": np.concatenate(tiles), "cells": np.concatenate(cells), "patches": np.concatenate(patches), "centres": np.stack(centres)}
        return {name: torch.from_numpy(values) for name, values in made.items()}
