"""Random pictures of coloured shapes: what is in them, and how they are drawn.

A scene is described in fractions of its own width and height, so the same scene can be drawn at any resolution: small for
training, large for the sample pictures.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ["circle", "square", "triangle", "star", "diamond", "cross"]
COLOURS = ["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]

# Several paints per colour name, so that the name covers what people draw; each object's paint is jittered further.
PAINTS = {
    "red": [(220, 40, 40), (255, 0, 0), (195, 20, 30)],
    "orange": [(245, 140, 30), (255, 150, 0), (235, 120, 30)],
    "yellow": [(245, 215, 50), (255, 255, 0), (240, 225, 40)],
    "green": [(50, 165, 70), (0, 200, 0), (30, 135, 50), (0, 255, 0)],
    "cyan": [(60, 200, 220), (0, 255, 255), (30, 190, 200)],
    "blue": [(45, 90, 215), (0, 0, 255), (30, 60, 180)],
    "purple": [(130, 60, 180), (128, 0, 128), (150, 50, 200)],
    "pink": [(245, 130, 185), (255, 105, 180), (255, 160, 200)],
}
BACKGROUNDS = {
    "light": [(255, 255, 255), (240, 240, 235), (215, 215, 215), (250, 243, 220), (220, 232, 245), (225, 240, 225)],
    "dark": [(0, 0, 0), (25, 25, 30), (50, 50, 55), (18, 24, 48), (16, 40, 28), (45, 32, 24)],
}
THIRD_MARGIN = 0.015  # no object's centre lies this close to a boundary between thirds, where "left" turns into "centre"
MIN_X_STEP = 0.05  # centres of two objects differ at least this much horizontally, so left-to-right order is never in doubt


@dataclass
class Thing:
    """One object. `box` is (x1, y1, x2, y2); `outline` a list of points, or None for a circle: all fractions of the picture."""

    shape: str
    colour: str
    paint: tuple[int, int, int]
    box: tuple[float, float, float, float]
    outline: list[tuple[float, float]] | None

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass
class Scene:
    """A picture's content. `things` are ordered left to right by centre, the order every answer uses."""

    aspect: float  # width / height
    background: str  # "light" or "dark"
    paint: tuple[int, int, int]
    noise: float
    things: list[Thing] = field(default_factory=list)


def _outline(shape: str) -> list[tuple[float, float]] | None:
    """The unit outline of a shape, y downwards; None for the circle."""
    if shape == "square":
        return [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]
    if shape == "triangle":
        return [(0.0, -0.95), (1.0, 0.85), (-1.0, 0.85)]
    if shape == "diamond":
        return [(0.0, -1.0), (0.72, 0.0), (0.0, 1.0), (-0.72, 0.0)]
    if shape == "cross":
        a, b = 0.95, 0.32
        return [(-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b), (b, a), (-b, a), (-b, b), (-a, b), (-a, -b), (-b, -b)]
    if shape == "star":
        points = []
        for k in range(10):
            radius = 1.0 if k % 2 == 0 else 0.42
            angle = -math.pi / 2 + k * math.pi / 5
            points.append((radius * math.cos(angle), radius * math.sin(angle)))
        return points
    return None


def _jitter(rng: np.random.Generator, paint: tuple[int, int, int], amount: int) -> tuple[int, int, int]:
    return tuple(int(min(255, max(0, c + rng.integers(-amount, amount + 1)))) for c in paint)


def _near_third(x: float) -> bool:
    return abs(x - 1 / 3) < THIRD_MARGIN or abs(x - 2 / 3) < THIRD_MARGIN


def random_scene(rng: np.random.Generator, aspect: float, count: int) -> Scene:
    """A scene with `count` objects that neither touch each other nor the edge."""
    kind = "light" if rng.random() < 0.55 else "dark"
    options = BACKGROUNDS[kind]
    scene = Scene(aspect, kind, _jitter(rng, options[rng.integers(len(options))], 4), float(rng.random() * 6.0))
    # Often draw from few colours or few shapes, so that counting has something to count.
    colours = list(rng.choice(COLOURS, size=rng.integers(1, 3), replace=False)) if rng.random() < 0.35 else COLOURS
    shapes = list(rng.choice(SHAPES, size=rng.integers(1, 3), replace=False)) if rng.random() < 0.35 else SHAPES
    side_x, side_y = (1.0, aspect) if aspect <= 1 else (1 / aspect, 1.0)  # the short side, in fractions of width and of height
    smallest, largest = (0.10, 0.21) if 0.7 <= aspect <= 1.42 else (0.125, 0.25)
    tries = 0
    while len(scene.things) < count:
        tries += 1
        if tries > 200:
            scene.things.clear()
            tries = 0
            largest = max(smallest + 0.02, largest * 0.9)
        colour, shape = str(colours[rng.integers(len(colours))]), str(shapes[rng.integers(len(shapes))])
        radius = smallest + (largest - smallest) * rng.random()
        outline = _outline(shape)
        if outline is not None:
            turn = math.radians(rng.uniform(-8, 8)) if rng.random() < 0.7 else 0.0
            cos, sin = math.cos(turn), math.sin(turn)
            outline = [(x * cos - y * sin, x * sin + y * cos) for x, y in outline]
        spread = outline or [(-1.0, -1.0), (1.0, 1.0)]
        x, y = rng.random(), rng.random()
        points = [(x + px * radius * side_x, y + py * radius * side_y) for px, py in spread]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[0] < 0.01 or box[1] < 0.01 or box[2] > 0.99 or box[3] > 0.99:
            continue
        thing = Thing(shape, colour, _jitter(rng, PAINTS[colour][rng.integers(len(PAINTS[colour]))], 12), box, points if outline else None)
        cx, cy = thing.centre
        if _near_third(cx) or _near_third(cy):
            continue
        gap_x, gap_y = 0.025 * side_x, 0.025 * side_y
        if any(
            abs(cx - o.centre[0]) < MIN_X_STEP
            or (box[0] - gap_x < o.box[2] and o.box[0] < box[2] + gap_x and box[1] - gap_y < o.box[3] and o.box[1] < box[3] + gap_y)
            for o in scene.things
        ):
            continue
        scene.things.append(thing)
    scene.things.sort(key=lambda t: t.centre[0])
    return scene


def random_aspect(rng: np.random.Generator, wide: bool) -> float:
    """Width over height: about square (one tile) or clearly wide or tall (two tiles and a thumbnail)."""
    if not wide:
        return 1.0 if rng.random() < 0.3 else float(math.exp(rng.uniform(-0.33, 0.33)))
    log = float(rng.uniform(0.37, 0.95))
    return math.exp(log if rng.random() < 0.5 else -log)


def draw(scene: Scene, width: int, height: int, seed: int = 0, supersample: int = 3) -> Image.Image:
    """Paints a scene at a resolution, with smooth edges and a little noise."""
    w, h = width * supersample, height * supersample
    image = Image.new("RGB", (w, h), scene.paint)
    pen = ImageDraw.Draw(image)
    for thing in scene.things:
        if thing.outline is None:
            x1, y1, x2, y2 = thing.box
            pen.ellipse((x1 * w, y1 * h, x2 * w - 1, y2 * h - 1), fill=thing.paint)
        else:
            pen.polygon([(x * w, y * h) for x, y in thing.outline], fill=thing.paint)
    image = image.reduce(supersample)
    if scene.noise >= 1.0:
        pixels = np.asarray(image).astype(np.int16)
        noise = np.random.default_rng(seed).integers(-round(scene.noise), round(scene.noise) + 1, size=pixels.shape, dtype=np.int16)
        image = Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
    return image


def through_jpeg(image: Image.Image, quality: int) -> Image.Image:
    """The picture as it looks after being saved as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def size_for(aspect: float, short_side: int) -> tuple[int, int]:
    """(width, height) in pixels for an aspect, with the given short side."""
    return (max(short_side, round(short_side * aspect)), short_side) if aspect >= 1 else (short_side, max(short_side, round(short_side / aspect)))
