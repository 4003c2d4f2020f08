"""SmolVLM's tiles in Pillow: the reference image processor's three resizes, and nothing else of it.

Started by `argus bench preprocess`. Says its version, then answers each line "prepare|digest TAB CANVASES TAB FILE", where
CANVASES is such as 2048x1366,2048x1536: resize to each in turn, cut the last one into tiles of 512, and append it resized to 512.
"""
import hashlib
import io
import sys

import PIL
from PIL import Image, ImageOps

SIDE = 512


def tiles(file, canvases):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")
    for size in canvases:
        if size != image.size:
            image = image.resize(size, Image.LANCZOS)
    width, height = image.size
    for y in range(0, height, SIDE):
        for x in range(0, width, SIDE):
            yield image.crop((x, y, x + SIDE, y + SIDE)).tobytes()
    yield image.resize((SIDE, SIDE), Image.LANCZOS).tobytes()


print("Pillow " + PIL.__version__, flush=True)
files = {}
for line in sys.stdin:
    what, canvases, path = line.rstrip("\n").split("\t")
    if path not in files:
        files[path] = open(path, "rb").read()
    sizes = [tuple(int(edge) for edge in size.split("x")) for size in canvases.split(",")]
    made = list(tiles(files[path], sizes))
    print(hashlib.sha256(b"".join(made)).hexdigest() if what == "digest" else len(made), flush=True)
