"""From a picture and a question to what the model sees: the tile grid, the pixels of each tile, the prompt."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

TILE = 144
VISUAL_TOKENS = 36
GRIDS = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)]  # (rows, columns)
CHAT_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}"
    "{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


def grid_for(width: int, height: int) -> tuple[int, int]:
    """The grid whose aspect is closest to the picture's in log space; the earlier one on a tie."""
    wanted = math.log(width / height)
    return min(GRIDS, key=lambda grid: abs(wanted - math.log(grid[1] / grid[0])))


def tiles_of(image: Image.Image, grid: tuple[int, int] | None = None) -> tuple[np.ndarray, tuple[int, int]]:
    """uint8 tiles [n, 144, 144, 3] in row-major order, the thumbnail last where there is more than one tile; and the grid.

    The grid is the closest one, unless it is given: (1, 1) is what "low detail" asks for, whatever the picture's shape.
    """
    rows, cols = grid or grid_for(*image.size)
    whole = np.asarray(image.resize((cols * TILE, rows * TILE), Image.Resampling.BICUBIC))
    tiles = [whole[r * TILE : (r + 1) * TILE, c * TILE : (c + 1) * TILE] for r in range(rows) for c in range(cols)]
    if len(tiles) > 1:
        tiles.append(np.asarray(image.resize((TILE, TILE), Image.Resampling.BICUBIC)))
    return np.stack(tiles), (rows, cols)


def image_block(grid: tuple[int, int]) -> str:
    """The text that stands for one picture in the prompt."""
    rows, cols = grid
    run = "<image>" * VISUAL_TOKENS
    parts = [] if rows * cols == 1 else [f"<row_{r + 1}_col_{c + 1}>{run}" for r in range(rows) for c in range(cols)]
    return "<img>" + "".join(parts) + "<global-img>" + run + "</img>"


def chat_prompt(turns: list[tuple[str, str | None]], grid: tuple[int, int] | None, image_first: bool = True) -> str:
    """The prompt of a conversation about one picture: (question, answer) per turn, the last answer None where it is to be generated."""
    out = ["<|im_start|>"]
    for number, (question, answer) in enumerate(turns):
        if number == 0 and grid is not None:
            block = image_block(grid)
            out.append(f"User:{block}{question}" if image_first else f"User: {question}{block}")
        else:
            out.append(f"User: {question}")
        out.append("<end_of_utterance>\nAssistant:")
        if answer is not None:
            out.append(f" {answer}<end_of_utterance>\n")
    return "".join(out)


def normalise(tiles: np.ndarray) -> np.ndarray:
    """uint8 [n, h, w, 3] to float32 [n, 3, h, w], scaled by 1/255 in double, then (x - 0.5) / 0.5."""
    values = (tiles.astype(np.float64) * 0.00392156862745098).astype(np.float32)
    return np.ascontiguousarray(((values - np.float32(0.5)) / np.float32(0.5)).transpose(0, 3, 1, 2))
