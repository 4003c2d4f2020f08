"""Random pictures of coloured shapes: what is in them, and how they are drawn.

A scene is described in fractions of its own width and height, so the same scene can be drawn at any resolution. Lengths that
must not be stretched (radii, letters) are in fractions of the short side.
"""

from __future__ import annotations

import functools
import io
import math
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SHAPES = ["circle", "square", "triangle", "star", "diamond", "cross"]
COLOURS = ["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]
GLYPHS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"  # without I, O and Q, which nobody can tell from 1 and 0 at ten pixels
MOST_GLYPHS = 3  # in one label
MOST_THINGS = 8

# From Debian's packages fonts-dejavu-core, fonts-dejavu-extra and fonts-liberation (and fonts-liberation-sans-narrow where that is a package of its own).
FONTS = [
    "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf", "dejavu/DejaVuSansMono-Bold.ttf",
    "dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf", "liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf",
    "liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf", "liberation/LiberationMono-Bold.ttf",
    "liberation/LiberationSansNarrow-Bold.ttf",
]  # fmt: skip
FONT_FOLDERS = [Path(p) for p in (os.environ.get("ARGUS_FONTS"), Path(__file__).resolve().parent / ".work/fonts", "/usr/share/fonts/truetype") if p]

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
PATTERNS = ["plain", "linear", "radial", "stripes", "checks", "dots", "clouds"]
INKS = {"black": (10, 10, 12), "white": (250, 250, 250)}
THIRD_MARGIN = 0.015  # no object's centre lies this close to a boundary between thirds, where "left" turns into "centre"
LEAST_VISIBLE = 0.62  # of an object's area, where others lie over it
LEAST_CAPITAL = 0.1  # height of a capital letter, in short sides
RASTER = 72  # side of the masks by which overlaps are judged
# Where a label goes in a shape of radius 1: its middle's y, the most width, the most height.
LABEL_ROOM = {
    "circle": (0.0, 1.5, 0.9), "square": (0.0, 1.55, 1.1), "triangle": (0.38, 0.95, 0.8), "star": (0.06, 0.78, 0.66),
    "diamond": (0.0, 0.76, 0.9), "cross": (0.0, 1.7, 0.6),
}  # fmt: skip


@dataclass
class Label:
    """What is written on an object. `size` is the font's size in short sides; `glyphs` are the boxes of its characters, fractions of the picture."""

    text: str
    font: int
    ink: tuple[int, int, int]
    size: float
    middle: tuple[float, float]
    glyphs: list[tuple[float, float, float, float]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.glyphs[0][0], self.glyphs[0][1], self.glyphs[-1][2], self.glyphs[0][3]


@dataclass
class Thing:
    """One object. `box` is (x1, y1, x2, y2), hidden parts included; `outline` a list of points, or None for a circle: all fractions of the picture."""

    shape: str
    colour: str
    paint: tuple[int, int, int]
    box: tuple[float, float, float, float]
    outline: list[tuple[float, float]] | None
    layer: int = 0  # things of higher layers are painted later
    label: Label | None = None

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def area(self, aspect: float) -> float:
        """Of the box, as the picture shows it: in squares of its height."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1]) * aspect


@dataclass
class Scene:
    """A picture's content. `things` are ordered left to right by centre, the order every answer uses."""

    aspect: float  # width / height
    background: str  # "light" or "dark"
    pattern: str
    paints: tuple[tuple[int, int, int], tuple[int, int, int]]
    noise: float  # largest deviation of a pixel
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True)
class Difficulty:
    """How much of everything a scene may have. The default is what the held-out pictures are made of."""

    overlap: float = 0.6  # share of scenes whose objects may overlap
    labels: float = 0.6  # share of scenes with text
    labelled: float = 0.6  # share of objects that are written on, in scenes with text
    lengths: tuple[float, float, float] = (0.4, 0.4, 0.2)  # probability of one, two and three characters, where they have room
    varied: float = 0.75  # share of scenes with a background that is not plain
    noisy: float = 0.3  # share of scenes with strong noise
    jpeg: float = 0.6  # share of pictures that went through JPEG


PLAIN = Difficulty(overlap=0.0, labels=0.0, varied=0.0, noisy=0.0, jpeg=0.2)
LETTERED = Difficulty(labels=1.0, labelled=0.9, lengths=(0.2, 0.35, 0.45))


@functools.cache
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


@functools.cache
def font_file(number: int) -> str:
    for folder in FONT_FOLDERS:
        path = folder / FONTS[number]
        if path.exists():
            return str(path)
    raise FileNotFoundError(
        f"{FONTS[number]} is in none of {', '.join(map(str, FONT_FOLDERS))}: install Debian's fonts-dejavu-extra, fonts-liberation and "
        "fonts-liberation-sans-narrow, or set ARGUS_FONTS to a folder with dejavu/ and liberation/ in it"
    )


@functools.lru_cache(maxsize=2048)
def _font(number: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(number), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _metrics(number: int) -> tuple[float, dict[str, float]]:
    """Height of a capital and width of every glyph, for a font of size 1."""
    font = _font(number, 200)
    left, top, right, bottom = font.getbbox("H")
    return (bottom - top) / 200, {g: font.getlength(g) / 200 for g in GLYPHS}


def _jitter(rng: np.random.Generator, paint: tuple[int, int, int], amount: int) -> tuple[int, int, int]:
    return tuple(int(min(255, max(0, c + rng.integers(-amount, amount + 1)))) for c in paint)


def _near_third(x: float) -> bool:
    return abs(x - 1 / 3) < THIRD_MARGIN or abs(x - 2 / 3) < THIRD_MARGIN


def _mask(thing: Thing) -> np.ndarray:
    image = Image.new("L", (RASTER, RASTER))
    paint(ImageDraw.Draw(image), thing, RASTER, RASTER, 1)
    return np.asarray(image, dtype=bool)


def _window(box: tuple[float, float, float, float]) -> tuple[slice, slice]:
    x1, y1, x2, y2 = (v * RASTER for v in box)
    return slice(int(y1), math.ceil(y2)), slice(int(x1), math.ceil(x2))


def _text(rng: np.random.Generator, lengths: tuple[float, float, float]) -> str:
    return "".join(GLYPHS[i] for i in rng.integers(len(GLYPHS), size=rng.choice([1, 2, 3], p=lengths)))


def _write(rng: np.random.Generator, text: str, font: int, size: float, paint: tuple[int, int, int], middle: tuple[float, float], sides: tuple[float, float]) -> Label:
    """A label in an ink that is legible on the paint."""
    capital, widths = _metrics(font)
    luminance = 0.299 * paint[0] + 0.587 * paint[1] + 0.114 * paint[2]
    ink = "black" if luminance > 165 or (luminance > 120 and rng.random() < 0.5) else "white"
    glyphs, at = [], -sum(widths[g] for g in text) / 2
    for g in text:
        glyphs.append(
            (middle[0] + at * size * sides[0], middle[1] - capital / 2 * size * sides[1], middle[0] + (at + widths[g]) * size * sides[0], middle[1] + capital / 2 * size * sides[1])
        )
        at += widths[g]
    return Label(text, font, INKS[ink], size, middle, glyphs)


def _label(rng: np.random.Generator, shape: str, paint: tuple[int, int, int], x: float, y: float, radius: float, sides: tuple[float, float], lengths) -> Label | None:
    """Something to write on a shape at (x, y); None where it has no room."""
    down, width, height = LABEL_ROOM[shape]
    font = int(rng.integers(len(FONTS)))
    capital, widths = _metrics(font)
    text = _text(rng, lengths)
    while text:
        length = sum(widths[g] for g in text)
        size = min(width * radius / length, height * radius / capital)
        if size * capital >= LEAST_CAPITAL:
            break
        text = text[:-1]
    if not text:
        return None
    size = max(LEAST_CAPITAL / capital, size * rng.uniform(0.75, 1.0))
    return _write(rng, text, font, size, paint, (x, y + down * radius * sides[1]), sides)


def _background_of(rng: np.random.Generator, aspect: float, difficulty: Difficulty) -> Scene:
    """A scene without objects."""
    kind = "light" if rng.random() < 0.55 else "dark"
    options = BACKGROUNDS[kind]
    paints = tuple(_jitter(rng, options[rng.integers(len(options))], 4) for _ in range(2))
    pattern = str(rng.choice(PATTERNS[1:])) if rng.random() < difficulty.varied else "plain"
    noise = rng.uniform(8, 26) if rng.random() < difficulty.noisy else rng.uniform(0, 6)
    return Scene(aspect, kind, pattern, paints, float(noise))


def text_sheet(rng: np.random.Generator, aspect: float) -> Scene:
    """Rows of plates, each with something written on it: some two dozen characters, for teaching the vision tower to read.

    Its things are named "plate", which no task knows.
    """
    scene, sides = _background_of(rng, aspect, Difficulty()), _sides(aspect)
    rows = int(rng.integers(3, 6))
    for row in range(rows):
        left = rng.uniform(0.01, 0.1)
        while True:
            colour = str(COLOURS[rng.integers(len(COLOURS))])
            paint = _jitter(rng, PAINTS[colour][rng.integers(len(PAINTS[colour]))], 12)
            font, text = int(rng.integers(len(FONTS))), _text(rng, (0.3, 0.35, 0.35))
            capital, widths = _metrics(font)
            height = LEAST_CAPITAL * (1 + rng.random() ** 2)
            size = height / capital
            across = (size * sum(widths[g] for g in text) + rng.uniform(0.02, 0.12)) * sides[0]
            down = (height + rng.uniform(0.02, 0.08)) * sides[1]
            if left + across > 0.99:
                break
            top = min(rng.uniform(row / rows, max(row / rows, (row + 1) / rows - down)), 0.99 - down)
            box = (left, top, left + across, top + down)
            corners = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]
            label = _write(rng, text, font, size, paint, (left + across / 2, top + down / 2), sides)
            scene.things.append(Thing("plate", colour, paint, box, corners, len(scene.things), label))
            left = box[2] + rng.uniform(0.005, 0.1)
    return scene


def _sides(aspect: float) -> tuple[float, float]:
    """The short side, in fractions of width and of height."""
    return (1.0, aspect) if aspect <= 1 else (1 / aspect, 1.0)


def random_scene(rng: np.random.Generator, aspect: float, count: int, difficulty: Difficulty = Difficulty()) -> Scene:
    """A scene with `count` objects, none of which touches the edge. Where they overlap, enough of each is seen, and all of its label."""
    scene = _background_of(rng, aspect, difficulty)
    # Often draw from few colours or few shapes, so that counting has something to count.
    colours = list(rng.choice(COLOURS, size=rng.integers(1, 4), replace=False)) if rng.random() < 0.3 else COLOURS
    shapes = list(rng.choice(SHAPES, size=rng.integers(1, 4), replace=False)) if rng.random() < 0.3 else SHAPES
    overlap = len(colours) > 1 and rng.random() < difficulty.overlap
    labels = difficulty.labelled if rng.random() < difficulty.labels else 0.0
    sides = _sides(aspect)
    room = min(1.3, max(sides[0] / sides[1], sides[1] / sides[0]) ** 0.5)
    smallest, largest = ((0.11, 0.24), (0.11, 0.24), (0.11, 0.22), (0.10, 0.20), (0.09, 0.17))[min(4, (count - 1) // 2) if count > 2 else 0]
    smallest, largest = smallest * room ** 0.5, largest * room
    apart = 0.05 if count <= 4 else 0.035  # of the width: least distance between centres, so that left-to-right order is never in doubt
    owners = np.full((RASTER, RASTER), -1)  # the topmost object
    texts = np.zeros((RASTER, RASTER), dtype=bool)
    areas: list[int] = []
    tries = 0
    while len(scene.things) < count:
        tries += 1
        if tries > 150:
            scene.things.clear()
            areas.clear()
            owners[:], texts[:], tries = -1, False, 0
            largest = max(smallest + 0.01, largest * 0.92)
            smallest *= 0.99
        shape = str(shapes[rng.integers(len(shapes))])
        colour = str(colours[rng.integers(len(colours))])
        radius = smallest + (largest - smallest) * rng.random()
        outline = _outline(shape)
        turn = math.radians(rng.uniform(-10, 10)) if outline and rng.random() < 0.7 else 0.0
        x, y = rng.random(), rng.random()
        reach_x, reach_y = 0.6 * radius * sides[0], 0.6 * radius * sides[1]  # less than any shape's: what is surely too near the edge goes first
        if x < reach_x or x > 1 - reach_x or y < reach_y or y > 1 - reach_y:
            continue
        if outline is not None:
            cos, sin = math.cos(turn), math.sin(turn)
            outline = [(x * cos - y * sin, x * sin + y * cos) for x, y in outline]
        spread = outline or [(-1.0, -1.0), (1.0, 1.0)]
        points = [(x + px * radius * sides[0], y + py * radius * sides[1]) for px, py in spread]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[0] < 0.01 or box[1] < 0.01 or box[2] > 0.99 or box[3] > 0.99:
            continue
        thing = Thing(shape, colour, (0, 0, 0), box, points if outline else None, len(scene.things))
        cx, cy = thing.centre
        if _near_third(cx) or _near_third(cy) or any(abs(cx - o.centre[0]) < apart for o in scene.things):
            continue
        if not overlap:
            gap_x, gap_y = 0.02 * sides[0], 0.02 * sides[1]
            if any(box[0] - gap_x < o.box[2] and o.box[0] < box[2] + gap_x and box[1] - gap_y < o.box[3] and o.box[1] < box[3] + gap_y for o in scene.things):
                continue
        mask = _mask(thing)
        if overlap:
            under = np.unique(owners[mask])
            hidden = [int(k) for k in under if k >= 0]
            visible = owners * ~mask - mask  # -1 where the new object lies
            if any(scene.things[k].colour == colour or (visible == k).sum() < LEAST_VISIBLE * areas[k] for k in hidden) or texts[mask].any():
                continue
        thing.paint = _jitter(rng, PAINTS[colour][rng.integers(len(PAINTS[colour]))], 12)
        if rng.random() < labels:
            thing.label = _label(rng, shape, thing.paint, x, y, radius, sides, difficulty.lengths)
            if thing.label:
                texts[_window(thing.label.box)] = True
        owners[mask] = len(scene.things)
        areas.append(int(mask.sum()))
        scene.things.append(thing)
    scene.things.sort(key=lambda t: t.centre[0])
    return scene


def random_aspect(rng: np.random.Generator, tiles: int) -> float:
    """Width over height of a picture that is cut into so many tiles: one (about square), two or three (wide or tall, up to 3:1)."""
    if tiles == 1:
        return 1.0 if rng.random() < 0.2 else math.exp(rng.uniform(-0.335, 0.335))
    log = rng.uniform(0.36, 0.885) if tiles == 2 else rng.uniform(0.91, math.log(3))
    return math.exp(log if rng.random() < 0.5 else -log)


def _background(scene: Scene, width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """The background's pixels, float [height, width, 3]."""
    first, second = (np.array(p, dtype=np.float32) for p in scene.paints)
    if scene.pattern == "plain":
        return np.broadcast_to(first, (height, width, 3))
    short = min(width, height)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / short
    angle = rng.uniform(0, 2 * math.pi)
    along = x * math.cos(angle) + y * math.sin(angle)
    if scene.pattern == "linear":
        share = (along - along.min()) / (np.ptp(along) + 1e-6)
    elif scene.pattern == "radial":
        far = np.hypot(x - rng.uniform(0, width / short), y - rng.uniform(0, height / short))
        share = far / far.max()
    elif scene.pattern == "stripes":
        share = (np.sin(along * rng.uniform(15, 70)) > rng.uniform(-0.5, 0.5)).astype(np.float32)
    elif scene.pattern == "checks":
        size = rng.uniform(4, 16)
        share = ((np.floor(x * size) + np.floor(y * size)) % 2).astype(np.float32)
    elif scene.pattern == "dots":
        size, radius = rng.uniform(5, 16), rng.uniform(0.15, 0.4)
        share = (np.hypot(x * size % 1 - 0.5, y * size % 1 - 0.5) < radius).astype(np.float32)
    else:
        coarse = Image.fromarray(rng.integers(0, 256, size=(rng.integers(3, 12), rng.integers(3, 12)), dtype=np.uint8))
        share = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32) / 255
    return first + share[:, :, None] * (second - first)


def paint(pen: ImageDraw.ImageDraw, thing: Thing, w: int, h: int, fill) -> None:
    """Fills a thing's outline on a canvas of w x h."""
    if thing.outline is None:
        x1, y1, x2, y2 = thing.box
        pen.ellipse((x1 * w, y1 * h, x2 * w - 1, y2 * h - 1), fill=fill)
    else:
        pen.polygon([(x * w, y * h) for x, y in thing.outline], fill=fill)


def draw(scene: Scene, width: int, height: int, seed: int = 0, supersample: int = 3) -> Image.Image:
    """Paints a scene at a resolution, with smooth edges and noise."""
    rng = np.random.default_rng(seed)
    w, h = width * supersample, height * supersample
    if scene.pattern == "plain":
        image = Image.new("RGB", (w, h), scene.paints[0])
    else:
        image = Image.fromarray(_background(scene, width, height, rng).astype(np.uint8)).resize((w, h), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    for thing in sorted(scene.things, key=lambda t: t.layer):
        paint(pen, thing, w, h, thing.paint)
        if thing.label:
            label, short = thing.label, min(w, h)
            font = _font(label.font, max(4, round(label.size * short)))
            capital, _ = _metrics(label.font)
            pen.text((label.middle[0] * w, label.middle[1] * h + capital * font.size / 2), label.text, fill=label.ink, font=font, anchor="ms")
    image = image.reduce(supersample)
    if scene.noise >= 1.0:
        pixels = np.asarray(image).astype(np.int16)
        noise = rng.integers(-round(scene.noise), round(scene.noise) + 1, size=pixels.shape, dtype=np.int8)
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
