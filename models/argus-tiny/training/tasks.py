"""Questions about a scene and their answers: the language the checkpoint speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from scenes import COLOURS, SHAPES, Scene, Thing

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"]
LOCATION_BINS = 64
ALL_TEXT = 0.35  # of the questions about text, where there is some, ask for all of it
TASKS = ["describe", "count", "colour", "shape", "exists", "where", "detect", "detect_all", "dense", "read", "compare"]
CLEARLY_LARGER = 1.35  # ratio of two boxes' areas from which one is said to be larger
CLEARLY_BESIDE = 0.08  # distance of two centres from which one is said to be left of or above the other

DESCRIBE = [
    "Describe this image.", "Describe the image.", "Describe this picture.", "Describe the picture.", "Describe what you see.",
    "What is in this image?", "What is in the image?", "What is in this picture?", "What's in this image?", "What do you see?",
    "What do you see in this image?", "What can you see?", "What does this image show?", "Can you describe this image?", "Describe the scene.",
]
COUNT = [
    "How many {} are there?", "How many {} are in this image?", "How many {} are in the image?", "How many {} are in this picture?",
    "How many {} do you see?", "How many {} can you see?", "Count the {}.", "How many {}?",
]
COLOUR = [
    "What colour is the {}?", "What color is the {}?", "What is the colour of the {}?", "What is the color of the {}?",
    "Which colour is the {}?", "Which color is the {}?",
]
SHAPE = ["What shape is the {} object?", "What is the {} shape?", "Which shape is {}?", "What shape is {}?"]
EXISTS = ["Is there a {}?", "Is there a {} in this image?", "Is there a {} in the image?", "Do you see a {}?", "Can you see a {}?"]
WHERE = ["Where is the {}?", "Where's the {}?", "Where is the {} in this image?", "Where do you see the {}?"]
DETECT = ["Detect the {}.", "Find the {}.", "Locate the {}.", "Give the box of the {}.", "Detect {}."]
DETECT_MANY = ["Detect all {}.", "Detect the {}.", "Find all {}.", "Locate all {}.", "Detect {}."]
DETECT_ALL = [
    "Detect all shapes.", "Detect all objects.", "Detect the shapes.", "Detect shapes.", "Find all shapes.", "Find all objects.",
    "Locate all shapes.", "Locate all objects.", "Detect everything.", "Detect all regions.",
]
DENSE = [
    "Caption every region.", "Caption all regions.", "Describe every region.", "Describe all regions.", "Give a dense caption.",
    "Dense caption.", "Describe every object with its box.", "Describe each object with its box.",
]
READ_ALL = [
    "Read the text.", "Read all text.", "What text is in this image?", "What text do you see?", "What does the text say?",
    "What is written in this image?", "What is written in the picture?", "What is written here?",
]
READ = [
    "What does the {} say?", "What is written on the {}?", "Read the {}.", "What text is on the {}?", "Read the text on the {}.",
    "What is the text on the {}?",
]
MORE = ["Are there more {} than {}?", "Do you see more {} than {}?"]
LARGER = ["Which is larger, the {} or the {}?", "Which is bigger, the {} or the {}?", "What is larger, the {} or the {}?"]
BESIDE = ["Is the {} {} the {}?"]

Piece = tuple[str, list[Thing]]  # a part of an answer, and the objects that it is about


@dataclass(frozen=True)
class Exchange:
    """A question and its answer, in pieces."""

    question: str
    pieces: list[Piece]

    @property
    def answer(self) -> str:
        return "".join(text for text, _ in self.pieces)


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def plural(noun: str) -> str:
    return noun + ("es" if noun.endswith("s") else "s")


def sentence_list(things: list[Thing], say) -> list[Piece]:
    """ "one", "one and two", "one, two and three". """
    return [(("" if k == 0 else " and " if k == len(things) - 1 else ", ") + say(t), [t]) for k, t in enumerate(things)]


def name(thing: Thing) -> str:
    return f"{thing.colour} {thing.shape}"


def caption(thing: Thing) -> str:
    return name(thing) + (f' with "{thing.label.text}"' if thing.label else "")


def location(value: float) -> int:
    return min(LOCATION_BINS - 1, max(0, int(value * LOCATION_BINS)))


def box(thing: Thing) -> str:
    """A box, as the checkpoint writes it."""
    return "".join(f"<loc_{location(v)}>" for v in thing.box)


def box_in_digits(thing: Thing) -> str:
    """The same numbers written as text, for the comparison of the two."""
    return "[" + ",".join(str(location(v)) for v in thing.box) + "]"


def from_digits(answer: str) -> str:
    """An answer whose boxes are written as text, with location tokens instead."""
    return re.sub(r"\[(\d+),(\d+),(\d+),(\d+)\]", r"<loc_\1><loc_\2><loc_\3><loc_\4>", answer)


def place(thing: Thing) -> str:
    """One of nine regions, by the thirds that the centre falls in."""
    cx, cy = thing.centre
    column = ["left", "", "right"][min(2, int(cx * 3))]
    row = ["top", "", "bottom"][min(2, int(cy * 3))]
    if not row and not column:
        return "in the centre"
    if not row:
        return f"on the {column}"
    return f"at the {row} {column}".rstrip()


def describe(scene: Scene) -> list[Piece]:
    if not scene.things:
        return [(f"An empty {scene.background} background.", [])]
    pieces = sentence_list(scene.things, lambda t: article(name(t)))
    pieces[0] = (pieces[0][0][0].upper() + pieces[0][0][1:], pieces[0][1])
    return [*pieces, (f" on a {scene.background} background.", [])]


def count_answer(number: int, colour: str | None, shape: str | None) -> str:
    noun = shape or "shape"
    words = (colour + " " if colour else "") + (noun if number == 1 else plural(noun))
    return f"There {'is' if number == 1 else 'are'} {NUMBERS[number]} {words}."


def _matching(scene: Scene, colour: str | None, shape: str | None) -> list[Thing]:
    return [t for t in scene.things if (colour is None or t.colour == colour) and (shape is None or t.shape == shape)]


def _pick(rng: np.random.Generator, options):
    return options[int(rng.integers(len(options)))]


def style(rng: np.random.Generator, question: str) -> str:
    """The ways people type the same question: lower case, no question mark, now and then upper case."""
    r = rng.random()
    if r < 0.62:
        return question
    if r < 0.75:
        return question.lower()
    if r < 0.88:
        return question.lower().rstrip("?.")
    if r < 0.97:
        return question.rstrip("?.")
    return question.upper()


def _some_name(rng: np.random.Generator, scene: Scene, present: float) -> tuple[str, str]:
    """A colour and a shape: of an object in the scene, or any (often one of the two occurring in the scene)."""
    if scene.things and rng.random() < present:
        thing = _pick(rng, scene.things)
        return thing.colour, thing.shape
    colour = _pick(rng, scene.things).colour if scene.things and rng.random() < 0.5 else _pick(rng, COLOURS)
    shape = _pick(rng, scene.things).shape if scene.things and rng.random() < 0.5 else _pick(rng, SHAPES)
    return colour, shape


def _unique(scene: Scene) -> list[Thing]:
    """Objects that colour and shape tell apart from all others."""
    return [t for t in scene.things if len(_matching(scene, t.colour, t.shape)) == 1]


def _listed(things: list[Thing], say, none: str) -> list[Piece]:
    return [(("; " if k else "") + say(t), [t]) for k, t in enumerate(things)] if things else [(none, [])]


def _ask_count(rng, scene):
    colour, shape = _some_name(rng, scene, 0.8)
    kind = rng.random()
    if kind < 0.35:
        colour, shape = None, None
    elif kind < 0.65:
        shape = None
    elif kind < 0.9:
        colour = None
    noun = plural(shape) if shape else _pick(rng, ["shapes", "shapes", "shapes", "objects"])
    found = _matching(scene, colour, shape)
    return _pick(rng, COUNT).format((colour + " " if colour else "") + noun), [(count_answer(len(found), colour, shape), found)]


def _ask_colour(rng, scene):
    _, shape = _some_name(rng, scene, 0.85)
    found = _matching(scene, None, shape)
    if len(found) > 1:
        unique = [t for t in scene.things if len(_matching(scene, None, t.shape)) == 1]
        if not unique:
            return None
        found = [_pick(rng, unique)]
        shape = found[0].shape
    return _pick(rng, COLOUR).format(shape), [(f"The {shape} is {found[0].colour}." if found else f"There is no {shape}.", found)]


def _ask_shape(rng, scene):
    colour, _ = _some_name(rng, scene, 0.9)
    found = _matching(scene, colour, None)
    if len(found) > 1:
        return None
    return _pick(rng, SHAPE).format(colour), [(f"The {colour} shape is {article(found[0].shape)}." if found else f"There is no {colour} shape.", found)]


def _ask_exists(rng, scene):
    colour, shape = _some_name(rng, scene, 0.4)
    kind = rng.random()
    colour, shape = (None, shape) if kind < 0.25 else (colour, None) if kind < 0.4 else (colour, shape)
    words = (colour + " " if colour else "") + (shape or "shape")
    found = _matching(scene, colour, shape)
    return _pick(rng, EXISTS).replace("a {}", article(words)), [(f"Yes, there is {article(words)}." if found else f"No, there is no {words}.", found)]


def _ask_where(rng, scene):
    colour, shape = _some_name(rng, scene, 0.88)
    if rng.random() < 0.25 and len(_matching(scene, None, shape)) < 2:
        colour = None
    found = _matching(scene, colour, shape)
    if len(found) > 1:
        return None
    words = (colour + " " if colour else "") + shape
    return _pick(rng, WHERE).format(words), [(f"The {words} is {place(found[0])}." if found else f"There is no {words}.", found)]


def _ask_detect(rng, scene, write_box):
    colour, shape = _some_name(rng, scene, 0.88)
    kind = rng.random()
    colour, shape = (None, shape) if kind < 0.2 else (colour, None) if kind < 0.4 else (colour, shape)
    words = (colour + " " if colour else "") + (shape or "shape")
    found = _matching(scene, colour, shape)
    many = len(found) > 1 or rng.random() < 0.15
    question = _pick(rng, DETECT_MANY).format(plural(words)) if many else _pick(rng, DETECT).format(words)
    return question, _listed(found, lambda t: name(t) + write_box(t), f"There is no {words}.")


def _ask_read(rng, scene, all_text):
    labelled = [t for t in scene.things if t.label]
    if rng.random() < (all_text if labelled else 0.25):
        pieces = sentence_list(labelled, lambda t: f'"{t.label.text}"')
        return _pick(rng, READ_ALL), [*pieces, (".", [])] if pieces else [("There is no text.", [])]
    readable = [t for t in _unique(scene) if t.label]
    if readable and rng.random() < 0.8:
        thing = _pick(rng, readable)
        colour, shape = thing.colour, thing.shape
    else:
        colour, shape = _some_name(rng, scene, 0.5)
    if rng.random() < 0.25 and len(_matching(scene, None, shape)) < 2:
        colour = None
    words = (colour + " " if colour else "") + shape
    found = _matching(scene, colour, shape)
    if len(found) > 1:
        return None
    if not found:
        answer = f"There is no {words}."
    elif found[0].label:
        answer = f'The {words} says "{found[0].label.text}".'
    else:
        answer = f"There is no text on the {words}."
    return _pick(rng, READ).format(words), [(answer, found)]


def _ask_compare(rng, scene):
    if rng.random() < 0.4:
        nouns = [colour + " shape" for colour in COLOURS] if rng.random() < 0.4 else SHAPES
        of = {noun: _matching(scene, noun.removesuffix(" shape"), None) if noun not in SHAPES else _matching(scene, None, noun) for noun in nouns}
        seen = [noun for noun in nouns if of[noun]]
        first = _pick(rng, seen) if seen and rng.random() < 0.9 else _pick(rng, nouns)
        second = _pick(rng, [noun for noun in (seen if len(seen) > 1 and rng.random() < 0.7 else nouns) if noun != first])
        if rng.random() < 0.5:
            first, second = second, first
        more = len(of[first]) > len(of[second])
        answer = f"{'Yes' if more else 'No'}, there are {'' if more else 'not '}more {plural(first)} than {plural(second)}."
        return _pick(rng, MORE).format(plural(first), plural(second)), [(answer, of[first] + of[second])]
    unique = _unique(scene)
    if len(unique) < 2:
        return None
    first, second = (unique[int(i)] for i in rng.choice(len(unique), 2, replace=False))
    if rng.random() < 0.5:
        ratio = first.area(scene.aspect) / second.area(scene.aspect)
        if 1 / CLEARLY_LARGER < ratio < CLEARLY_LARGER:
            return None
        larger = first if ratio > 1 else second
        return _pick(rng, LARGER).format(name(first), name(second)), [(f"The {name(larger)} is larger.", [first, second])]
    (x1, y1), (x2, y2) = first.centre, second.centre
    across = rng.random() < 0.5
    if abs(x1 - x2 if across else y1 - y2) < CLEARLY_BESIDE:
        return None
    words = ("left of", "right of") if across else ("above", "below")
    truth = words[0] if (x1 < x2 if across else y1 < y2) else words[1]
    asked = words[0] if rng.random() < 0.5 else words[1]
    answer = f"{'Yes' if asked == truth else 'No'}, the {name(first)} is {truth} the {name(second)}."
    return _pick(rng, BESIDE).format(name(first), asked, name(second)), [(answer, [first, second])]


def ask(rng: np.random.Generator, scene: Scene, task: str, write_box=box, all_text: float = ALL_TEXT) -> Exchange | None:
    """One question of a task and its answer; None where the scene allows no such question (or not the one that was thought of).

    `all_text` is the share of questions about text, where there is some, that ask for all of it.
    """
    things = scene.things
    match task:
        case "describe":
            pair = _pick(rng, DESCRIBE), describe(scene)
        case "count":
            pair = _ask_count(rng, scene)
        case "colour":
            pair = _ask_colour(rng, scene)
        case "shape":
            pair = _ask_shape(rng, scene)
        case "exists":
            pair = _ask_exists(rng, scene)
        case "where":
            pair = _ask_where(rng, scene)
        case "detect":
            pair = _ask_detect(rng, scene, write_box)
        case "detect_all":
            pair = _pick(rng, DETECT_ALL), _listed(things, lambda t: name(t) + write_box(t), "There are no shapes.")
        case "dense":
            pair = _pick(rng, DENSE), _listed(things, lambda t: caption(t) + write_box(t), "There are no shapes.")
        case "read":
            pair = _ask_read(rng, scene, all_text)
        case "compare":
            pair = _ask_compare(rng, scene)
        case _:
            raise ValueError(task)
    return Exchange(*pair) if pair else None
