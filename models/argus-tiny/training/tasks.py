"""Questions about a scene and their answers: the language the checkpoint speaks."""

from __future__ import annotations

import numpy as np

from scenes import COLOURS, SHAPES, Scene, Thing

NUMBERS = ["no", "one", "two", "three", "four", "five", "six"]
LOCATION_BINS = 64
TASKS = ["describe", "count", "colour", "shape", "exists", "where", "detect", "detect_all"]

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


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def plural(noun: str) -> str:
    return noun + ("es" if noun.endswith("s") else "s")


def sentence_list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def name(thing: Thing) -> str:
    return f"{thing.colour} {thing.shape}"


def location(value: float) -> int:
    return min(LOCATION_BINS - 1, max(0, int(value * LOCATION_BINS)))


def region(thing: Thing) -> str:
    """A label and its box, as the checkpoint writes it."""
    return name(thing) + "".join(f"<loc_{location(v)}>" for v in thing.box)


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


def describe(scene: Scene) -> str:
    if not scene.things:
        return f"An empty {scene.background} background."
    text = sentence_list([article(name(t)) for t in scene.things]) + f" on a {scene.background} background."
    return text[0].upper() + text[1:]


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


def ask(rng: np.random.Generator, scene: Scene, task: str) -> tuple[str, str, list[Thing] | None] | None:
    """One question of a task, its answer, and the objects it is about (None: each in turn); or None where the scene allows no question."""
    things = scene.things
    if task == "describe":
        return _pick(rng, DESCRIBE), describe(scene), None
    if task == "count":
        colour, shape = _some_name(rng, scene, 0.8)
        kind = rng.random()
        if kind < 0.35:
            colour, shape = None, None
        elif kind < 0.65:
            shape = None
        elif kind < 0.9:
            colour = None
        noun = plural(shape) if shape else _pick(rng, ["shapes", "shapes", "shapes", "objects"])
        question = _pick(rng, COUNT).format((colour + " " if colour else "") + noun)
        found = _matching(scene, colour, shape)
        return question, count_answer(len(found), colour, shape), found
    if task == "colour":
        _, shape = _some_name(rng, scene, 0.95)
        found = _matching(scene, None, shape)
        if len(found) > 1:
            unique = [t for t in things if len(_matching(scene, None, t.shape)) == 1]
            if not unique:
                return None
            found = [_pick(rng, unique)]
            shape = found[0].shape
        question = _pick(rng, COLOUR).format(shape)
        return question, f"The {shape} is {found[0].colour}." if found else f"There is no {shape}.", found
    if task == "shape":
        colour, _ = _some_name(rng, scene, 0.95)
        found = _matching(scene, colour, None)
        if len(found) > 1:
            return None
        return _pick(rng, SHAPE).format(colour), f"The {colour} shape is {article(found[0].shape)}." if found else f"There is no {colour} shape.", found
    if task == "exists":
        colour, shape = _some_name(rng, scene, 0.45)
        kind = rng.random()
        colour, shape = (None, shape) if kind < 0.25 else (colour, None) if kind < 0.4 else (colour, shape)
        words = (colour + " " if colour else "") + (shape or "shape")
        found = _matching(scene, colour, shape)
        question = _pick(rng, EXISTS).replace("a {}", article(words))
        return question, f"Yes, there is {article(words)}." if found else f"No, there is no {words}.", found
    if task == "where":
        colour, shape = _some_name(rng, scene, 0.93)
        if rng.random() < 0.25 and len(_matching(scene, None, shape)) < 2:
            colour = None
        found = _matching(scene, colour, shape)
        if len(found) > 1:
            return None
        words = (colour + " " if colour else "") + shape
        return _pick(rng, WHERE).format(words), f"The {words} is {place(found[0])}." if found else f"There is no {words}.", found
    if task == "detect":
        colour, shape = _some_name(rng, scene, 0.93)
        kind = rng.random()
        colour, shape = (None, shape) if kind < 0.2 else (colour, None) if kind < 0.4 else (colour, shape)
        words = (colour + " " if colour else "") + (shape or "shape")
        found = _matching(scene, colour, shape)
        many = len(found) > 1 or rng.random() < 0.15
        question = _pick(rng, DETECT_MANY).format(plural(words)) if many else _pick(rng, DETECT).format(words)
        return question, "; ".join(region(t) for t in found) if found else f"There is no {words}.", found
    if task == "detect_all":
        return _pick(rng, DETECT_ALL), "; ".join(region(t) for t in things) if things else "There are no shapes.", None
    raise ValueError(task)
