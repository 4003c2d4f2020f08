"""Checks of what training is made of: python -m unittest test_training (needs no training)."""

from __future__ import annotations

import unittest

import numpy as np
import torch
from tokenizers import Tokenizer

import data
import evaluate
import layout
import scenes
import tasks
import vocabulary
from scenes import GLYPHS, PLAIN, SHAPES, random_aspect, random_scene
from tasks import Exchange

ASPECTS = (1, 2, 3)


def some_scenes(number: int):
    rng = np.random.default_rng(77)
    for k in range(number):
        yield rng, random_scene(rng, random_aspect(rng, ASPECTS[k % 3]), k % 9)


class Scenes(unittest.TestCase):
    def test_objects_are_inside_ordered_and_seen(self):
        for _, scene in some_scenes(60):
            centres = [t.centre[0] for t in scene.things]
            self.assertEqual(centres, sorted(centres))
            owners = np.full((200, 200), -1)
            for number, thing in sorted(enumerate(scene.things), key=lambda pair: pair[1].layer):
                self.assertTrue(0 < thing.box[0] < thing.box[2] < 1 and 0 < thing.box[1] < thing.box[3] < 1)
                owners[self._mask(thing)] = number
            for number, thing in enumerate(scene.things):
                visible = (owners == number).sum() / self._mask(thing).sum()
                self.assertGreater(visible, scenes.LEAST_VISIBLE - 0.05)

    @staticmethod
    def _mask(thing):
        image = scenes.Image.new("L", (200, 200))
        scenes.paint(scenes.ImageDraw.Draw(image), thing, 200, 200, 1)
        return np.asarray(image, dtype=bool)

    def test_no_label_is_covered(self):
        for _, scene in some_scenes(60):
            for thing in scene.things:
                for above in scene.things:
                    if thing.label and above.layer > thing.layer:
                        x1, y1, x2, y2 = (round(v * 200) for v in thing.label.box)
                        self.assertLess(self._mask(above)[y1:y2, x1:x2].mean(), 0.1)

    def test_the_same_seed_draws_the_same_picture(self):
        for pattern in scenes.PATTERNS:
            scene = random_scene(np.random.default_rng(5), 1.2, 4)
            scene.pattern = pattern
            self.assertEqual(scenes.draw(scene, 120, 100, 3).tobytes(), scenes.draw(scene, 120, 100, 3).tobytes())

    def test_aspects_give_the_grids_that_they_are_named_for(self):
        rng = np.random.default_rng(1)
        for tiles in ASPECTS:
            for _ in range(200):
                width, height = scenes.size_for(random_aspect(rng, tiles), 120)
                rows, cols = layout.grid_for(width, height)
                self.assertEqual(rows * cols, tiles)

    def test_plain_scenes_are_plain(self):
        for seed in range(20):
            scene = random_scene(np.random.default_rng(seed), 1.0, 4, PLAIN)
            self.assertEqual(scene.pattern, "plain")
            self.assertFalse(any(t.label for t in scene.things))
            for a in scene.things:
                self.assertFalse(any(a is not b and evaluate.overlap(a.box, b.box) > 0 for b in scene.things))


    def test_sheets_hold_their_text(self):
        for seed in range(40):
            rng = np.random.default_rng(seed)
            sheet = scenes.text_sheet(rng, random_aspect(rng, 1))
            self.assertGreater(len(sheet.things), 3)
            for plate in sheet.things:
                left, top, right, bottom = plate.box
                x1, y1, x2, y2 = plate.label.box
                self.assertTrue(0 <= left < x1 < x2 < right < 1 and 0 <= top < y1 < y2 < bottom < 1)

    def test_lettered_scenes_have_more_and_longer_text(self):
        def characters(difficulty):
            made = (random_scene(np.random.default_rng(seed), 1.0, 3, difficulty) for seed in range(60))
            return sum(len(t.label.text) for scene in made for t in scene.things if t.label)

        self.assertGreater(characters(scenes.LETTERED), 2 * characters(scenes.Difficulty()))


class Tasks(unittest.TestCase):
    def test_answers_name_only_what_is_there(self):
        for rng, scene in some_scenes(90):
            names = {tasks.name(t) for t in scene.things}
            for task in ("describe", "detect_all", "dense", "detect"):
                for exchange in filter(None, [tasks.ask(rng, scene, task)]):
                    if exchange.answer.startswith("There "):
                        continue
                    for label, box in evaluate.regions(exchange.answer):
                        self.assertIn(label.split(" with ")[0], names)
                        self.assertTrue(any(evaluate.overlap(box, t.box) > 0.5 for t in scene.things if tasks.name(t) == label.split(" with ")[0]))

    def test_pieces_are_the_answer_and_point_at_what_they_name(self):
        for rng, scene in some_scenes(90):
            for task in tasks.TASKS:
                exchange = tasks.ask(rng, scene, task)
                if exchange is None:
                    continue
                self.assertIsInstance(exchange, Exchange)
                if task in ("describe", "detect_all", "dense"):
                    for text, things in exchange.pieces:
                        self.assertTrue(all(tasks.name(t) in text.lower() for t in things))

    def test_every_task_can_be_asked(self):
        asked = {task for rng, scene in some_scenes(30) for task in tasks.TASKS if tasks.ask(rng, scene, task)}
        self.assertEqual(asked, set(tasks.TASKS))

    def test_comparisons_are_true(self):
        for rng, scene in some_scenes(200):
            exchange = tasks.ask(rng, scene, "compare")
            if exchange and "larger" in exchange.answer:
                named = {tasks.name(t): t.area(scene.aspect) for t in exchange.pieces[0][1]}
                self.assertEqual(max(named, key=named.get), exchange.answer.removeprefix("The ").removesuffix(" is larger."))


class Batches(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = vocabulary.build()
        cls.builder = data.Builder(cls.tokenizer, 3)

    def test_the_tokenizer_is_always_the_same_and_reads_text_letter_by_letter(self):
        self.assertEqual(self.tokenizer.to_str(), vocabulary.build().to_str())
        for text in ("A7", "THE", "9", "XYZ"):
            tokens = self.tokenizer.encode(f' "{text}".', add_special_tokens=False).tokens
            self.assertEqual([t for t in tokens if t in GLYPHS], list(text))

    def test_batches_are_a_function_of_seed_and_step(self):
        plan = data.Plan(2, 256, 1, (0.0, 0.5, 0.5))
        first, again, other = (self.builder.batch(step, plan) for step in (4, 4, 5))
        self.assertTrue(all(torch.equal(first[k], again[k]) for k in first))
        self.assertFalse(torch.equal(first["ids"], other["ids"]))

    def test_a_packed_question_has_the_tokens_and_positions_that_it_would_have_alone(self):
        plan = data.Plan(4, 256, 1, (0.0, 0.0, 0.0, 1.0), chat=0.0, question_first=0.0)
        batch = self.builder.batch(1, plan)
        for row in range(4):
            segments = batch["segments"][row]
            for segment in range(1, int(segments.max()) + 1):
                mine = (segments == 0) | (segments == segment)
                self.assertEqual(batch["positions"][row][mine].tolist(), list(range(int(mine.sum()))))
                ids = batch["ids"][row][mine].tolist()
                text = self.tokenizer.decode(ids, skip_special_tokens=False)
                question = text.split("</img>")[1].split("<end_of_utterance>")[0]
                prompt = self.tokenizer.encode(layout.chat_prompt([(question, None)], (1, 1)), add_special_tokens=False).ids
                self.assertEqual(ids[: len(prompt)], prompt)

    def test_sheets_are_labelled_with_what_is_written(self):
        sheets = self.builder.sheets(2, 6)
        rng = np.random.default_rng([3, 2, 9])
        for row in range(6):
            sheet = scenes.text_sheet(rng, random_aspect(rng, 1))
            data._taken(rng, sheet, int(rng.integers(112, 240)), 0.6)
            written = {thing.label.text for thing in sheet.things}
            for text in sheets["texts"][row]:
                if text[0] != data.IGNORED:
                    self.assertIn("".join(GLYPHS[k - 1] for k in text.tolist() if k), written)
            seen = {GLYPHS[k - 1] for k in sheets["characters"][row].tolist() if k}
            self.assertTrue(seen <= set("".join(written)))
            self.assertGreater(len(seen), 3)

    def test_visual_labels_say_what_covers_a_cell(self):
        for _, scene in some_scenes(45):
            grid = layout.grid_for(*scenes.size_for(scene.aspect, 120))
            cells, patches, centres = data.labels_of(scene, grid)
            tiles = len(cells)
            self.assertEqual(patches.shape, (tiles, 144, 3))
            for number, thing in enumerate(scene.things):
                self.assertEqual(centres[number].sum(), 1 if tiles == 1 else 2)
                cell = centres[number].reshape(tiles, 36)[-1].argmax()
                owner = scene.things[cells[-1, cell, data.RANK]]
                self.assertEqual(cells[-1, cell, data.SHAPE], SHAPES.index(owner.shape) + 1)
                self.assertEqual(cells[-1, cell, data.CENTRE], 1)


class Judging(unittest.TestCase):
    def test_regions_are_matched_by_label_and_overlap(self):
        truth = 'red star<loc_0><loc_0><loc_10><loc_10>; blue cross with "A7"<loc_20><loc_20><loc_40><loc_40>'
        verdict = evaluate.judge(truth, truth)
        self.assertEqual((verdict["recall"], verdict["precision"], verdict["exact"]), ((2, 2), (2, 2), (True, 1)))
        verdict = evaluate.judge(truth, truth.replace("A7", "A1"))
        self.assertEqual((verdict["recall"], verdict["labels"]), ((1, 2), (False, 1)))
        verdict = evaluate.judge(truth, "red star<loc_30><loc_0><loc_40><loc_10>")
        self.assertEqual((verdict["recall"], verdict["precision"]), ((0, 2), (0, 1)))


if __name__ == "__main__":
    unittest.main()
