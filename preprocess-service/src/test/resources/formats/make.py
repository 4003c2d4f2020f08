"""Writes the pictures of this folder, and expected.json: what Pillow makes of each.

    python3 -m venv venv && venv/bin/pip install pillow==11.3.0 && venv/bin/python make.py

The golden pictures cover what load_image usually meets; these cover the rarer corners of each format.
Pictures that Pillow cannot write are put together byte by byte.
"""
import hashlib, io, json, pathlib, random, struct, zlib
from PIL import Image, ImageDraw, ImageOps, PngImagePlugin

HERE = pathlib.Path(__file__).parent
random.seed(7)


def scene(w, h, mode="RGB"):
    """Gradients, shapes and noise: something for every predictor to get wrong."""
    im = Image.new("RGB", (w, h))
    im.putdata([((x * 255) // w, (y * 255) // h, (x * y * 7) & 255) for y in range(h) for x in range(w)])
    draw = ImageDraw.Draw(im)
    draw.ellipse((w // 5, h // 6, w // 2, h // 2), fill=(220, 30, 60))
    draw.line((0, h - 1, w - 1, 0), fill=(20, 240, 80), width=2)
    for _ in range(w * h // 20):
        im.putpixel((random.randrange(w), random.randrange(h)), tuple(random.randrange(256) for _ in range(3)))
    if mode in ("RGBA", "LA"):
        im = im.convert(mode)
        im.putalpha(Image.linear_gradient("L").resize((w, h)))
        return im
    if mode == "P":
        return im.quantize(50)
    return im.convert(mode)


def saved(im, format, **options):
    out = io.BytesIO()
    im.save(out, format, **options)
    return out.getvalue()


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(w, h, depth, color, rows, before=b"", after=b"", interlaced=0):
    header = struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, interlaced)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + before
            + png_chunk(b"IDAT", pixels) + after + png_chunk(b"IEND", b""))


def png_rows(w, h, bits):
    return [random.randbytes((w * bits + 7) // 8) for _ in range(h)]


def adam7(w, h):
    """Rows of an interlaced RGB picture of noise."""
    rows = []
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        columns = len(range(x0, w, dx))
        rows += [random.randbytes(3 * columns) for _ in range(y0, h, dy)] if columns else []
    return rows


def bmp(w, h, bits, data, compression=0, palette=b"", masks=b"", height=None, core=False):
    if core:
        header = struct.pack("<IHHHH", 12, w, h, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", 40, w, h if height is None else height, 1, bits, compression,
                             len(data), 2835, 2835, len(palette) // 4, 0)
    offset = 14 + len(header) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + header + masks + palette + data


def bmp_rows(w, h, bits):
    return b"".join(random.randbytes((w * bits + 31) // 32 * 4) for _ in range(h))


def rle8(w, h):
    out = b""
    for _ in range(h):
        left = w
        while left > 0:
            n = min(left, random.randrange(1, 9))
            if n >= 3 and random.random() < 0.5:
                out += bytes([0, n]) + random.randbytes(n) + (b"\0" if n % 2 else b"")
            else:
                out += bytes([n, random.randrange(256)])
            left -= n
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def rle4(w, h):
    out = b""
    for _ in range(h):
        left = w
        while left > 0:
            n = min(left, random.randrange(1, 9))
            out += bytes([n, random.randrange(256)])
            left -= n
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def without_segment(jpeg, marker):
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    return jpeg[:at] + jpeg[at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]:]


def with_segment(jpeg, marker, data):
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def edited(data, changes):
    out = bytearray(data)
    for at, value in changes.items():
        out[at:at + len(value)] = value
    return bytes(out)


def exif(orientation, endian="<"):
    head = (b"II*\0" if endian == "<" else b"MM\0*") + struct.pack(endian + "I", 8)
    return head + struct.pack(endian + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


def xmp(orientation):
    return b'<x:xmpmeta><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>' % orientation


def text(keyword, value, compressed):
    info = PngImagePlugin.PngInfo()
    info.add_text(keyword, value, zip=compressed)
    return saved(scene(21, 13), "PNG", pnginfo=info)


def frames(n, size=(40, 30)):
    return [scene(*size).rotate(90 * i) for i in range(n)]


files = {}
# GIF. Byte 6: logical screen; the image descriptor follows the palette and the control extension.
gif = saved(scene(60, 40, "P"), "GIF")
files["gif_plain.gif"] = saved(scene(60, 40, "P"), "GIF", interlace=0)
files["gif_interlaced.gif"] = saved(scene(61, 43, "P"), "GIF", interlace=1)
files["gif_grey.gif"] = saved(scene(33, 20, "L"), "GIF")
files["gif_transparent.gif"] = saved(scene(30, 30, "P"), "GIF", transparency=3)
files["gif_animated.gif"] = saved(frames(3)[0], "GIF", save_all=True, append_images=frames(3)[1:], duration=50)
descriptor = gif.index(b",\0\0\0\0" + struct.pack("<HH", 60, 40))
files["gif_offset.gif"] = edited(gif, {6: struct.pack("<HH", 80, 70), descriptor + 1: struct.pack("<HH", 11, 23)})
files["gif_overhang.gif"] = edited(gif, {descriptor + 1: struct.pack("<HH", 5, 9)})
clear = saved(scene(60, 40, "P"), "GIF", transparency=7)
descriptor = clear.index(b",\0\0\0\0" + struct.pack("<HH", 60, 40))
files["gif_offset_transparent.gif"] = edited(
    clear, {6: struct.pack("<HH", 80, 70), descriptor + 1: struct.pack("<HH", 11, 23)})
screen_palette = 3 << ((gif[10] & 7) + 1)
files["gif_no_palette.gif"] = edited(gif[:13] + gif[13 + screen_palette:], {10: bytes([gif[10] & 0x7F])})
# BMP.
palette = b"".join(random.randbytes(3) + b"\0" for _ in range(256))
files["bmp_24.bmp"] = saved(scene(31, 17), "BMP")
files["bmp_1.bmp"] = saved(scene(37, 19, "1"), "BMP")
files["bmp_8_grey.bmp"] = saved(scene(31, 17, "L"), "BMP")
files["bmp_8_palette.bmp"] = saved(scene(31, 17, "P"), "BMP")
files["bmp_32_alpha.bmp"] = saved(scene(31, 17, "RGBA"), "BMP")
files["bmp_32.bmp"] = bmp(13, 9, 32, bmp_rows(13, 9, 32))
files["bmp_24_top_down.bmp"] = bmp(13, 9, 24, bmp_rows(13, 9, 24), height=-9)
files["bmp_1_colours.bmp"] = bmp(13, 9, 1, bmp_rows(13, 9, 1), palette=palette[:8])
files["bmp_4.bmp"] = bmp(13, 9, 4, bmp_rows(13, 9, 4), palette=palette[:64])
files["bmp_16_555.bmp"] = bmp(13, 9, 16, bmp_rows(13, 9, 16))
files["bmp_16_565.bmp"] = bmp(13, 9, 16, bmp_rows(13, 9, 16), compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
files["bmp_rle8.bmp"] = bmp(33, 11, 8, rle8(33, 11), compression=1, palette=palette)
files["bmp_rle4.bmp"] = bmp(34, 11, 4, rle4(34, 11), compression=2, palette=palette[:64])
files["bmp_os2.bmp"] = bmp(14, 9, 24, bmp_rows(14, 9, 24), core=True)
# WebP.
files["webp_lossy.webp"] = saved(scene(70, 50), "WEBP", quality=60)
files["webp_lossless.webp"] = saved(scene(37, 23), "WEBP", lossless=True)
files["webp_lossy_alpha.webp"] = saved(scene(70, 50, "RGBA"), "WEBP", quality=60)
files["webp_lossless_alpha.webp"] = saved(scene(37, 23, "RGBA"), "WEBP", lossless=True, exact=True)
files["webp_exif6.webp"] = saved(scene(37, 23), "WEBP", exif=b"Exif\0\0" + exif(6))
files["webp_xmp8.webp"] = saved(scene(37, 23), "WEBP", xmp=xmp(8))
files["webp_animated.webp"] = saved(frames(3)[0], "WEBP", save_all=True, append_images=frames(3)[1:], duration=50)
clear = saved(scene(40, 30, "RGBA"), "WEBP", save_all=True, append_images=[scene(40, 30, "RGBA")], duration=50)
files["webp_animated_alpha.webp"] = clear
files["webp_animated_offset.webp"] = edited(
    clear, {24: struct.pack("<I", 59)[:3], 27: struct.pack("<I", 49)[:3], clear.index(b"ANMF") + 8: b"\3\0\0\4\0\0"})
# PNG.
files["png_grey_2.png"] = png(19, 11, 2, 0, png_rows(19, 11, 2))
files["png_grey_4.png"] = png(19, 11, 4, 0, png_rows(19, 11, 4))
files["png_grey_8_trns.png"] = png(19, 11, 8, 0, png_rows(19, 11, 8), before=png_chunk(b"tRNS", b"\0\x80"))
files["png_grey_alpha_16.png"] = png(19, 11, 16, 4, png_rows(19, 11, 32))
files["png_rgb_16.png"] = png(19, 11, 16, 2, png_rows(19, 11, 48))
files["png_rgb_8_trns.png"] = png(19, 11, 8, 2, png_rows(19, 11, 24), before=png_chunk(b"tRNS", b"\0\1\0\2\0\3"))
files["png_rgba_16.png"] = png(19, 11, 16, 6, png_rows(19, 11, 64))
for bits, colours in ((1, 2), (2, 4), (4, 16), (8, 256)):
    files[f"png_palette_{bits}.png"] = png(
        19, 11, bits, 3, png_rows(19, 11, bits), before=png_chunk(b"PLTE", random.randbytes(3 * colours)))
files["png_palette_short.png"] = png(19, 11, 8, 3, png_rows(19, 11, 8), before=png_chunk(b"PLTE", random.randbytes(30)))
files["png_interlaced.png"] = png(21, 13, 8, 2, adam7(21, 13), interlaced=1)
files["png_gamma.png"] = png(19, 11, 8, 2, png_rows(19, 11, 24), before=png_chunk(b"gAMA", struct.pack(">I", 100000)))
files["png_exif_late.png"] = png(19, 11, 8, 2, png_rows(19, 11, 24), after=png_chunk(b"eXIf", exif(5, ">")))
files["png_no_end.png"] = png(19, 11, 8, 2, png_rows(19, 11, 24))[:-12]
info = PngImagePlugin.PngInfo()
info.add_itxt("XML:com.adobe.xmp", xmp(3).decode())
files["png_xmp3.png"] = saved(scene(21, 13), "PNG", pnginfo=info)
info = PngImagePlugin.PngInfo()
info.add_itxt("XML:com.adobe.xmp", xmp(7).decode(), zip=True)
files["png_xmp7_compressed.png"] = saved(scene(21, 13), "PNG", pnginfo=info)
profile = b"Exif\0\0" + exif(6)
profile = "\nexif\n%8d\n%s\n" % (len(profile), profile.hex())
files["png_raw_exif6.png"] = text("Raw profile type exif", profile, False)
files["png_raw_exif6_compressed.png"] = text("Raw profile type exif", profile, True)
# JPEG.
for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
    files[f"jpeg_{name}.jpg"] = saved(scene(53, 37), "JPEG", subsampling=sampling, quality=85)
files["jpeg_411.jpg"] = saved(scene(53, 37), "JPEG", subsampling="4:1:1", quality=85)
files["jpeg_restarts.jpg"] = saved(scene(53, 37), "JPEG", restart_marker_blocks=2)
files["jpeg_no_jfif.jpg"] = without_segment(files["jpeg_444.jpg"], 0xE0)
files["jpeg_rgb.jpg"] = saved(scene(53, 37), "JPEG", keep_rgb=True)
files["jpeg_adobe_ycc.jpg"] = with_segment(files["jpeg_no_jfif.jpg"], 0xEE, b"Adobe\0\x64\0\0\0\0\1")
files["jpeg_adobe_rgb.jpg"] = with_segment(files["jpeg_no_jfif.jpg"], 0xEE, b"Adobe\0\x64\0\0\0\0\0")
files["jpeg_jfif_and_adobe_rgb.jpg"] = with_segment(files["jpeg_444.jpg"], 0xEE, b"Adobe\0\x64\0\0\0\0\0")
cmyk = saved(scene(53, 37, "CMYK"), "JPEG")
adobe = cmyk.index(b"Adobe")
files["jpeg_ycck.jpg"] = edited(cmyk, {adobe + 11: b"\2"})
files["jpeg_cmyk_no_adobe.jpg"] = without_segment(cmyk, 0xEE)
files["jpeg_progressive_grey.jpg"] = saved(scene(53, 37, "L"), "JPEG", progressive=True)
files["jpeg_icc.jpg"] = saved(scene(53, 37), "JPEG", icc_profile=b"not a profile" * 20)
files["jpeg_exif6_big_endian.jpg"] = with_segment(files["jpeg_420.jpg"], 0xE1, b"Exif\0\0" + exif(6, ">"))
files["jpeg_xmp5.jpg"] = with_segment(files["jpeg_420.jpg"], 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(5))
# Half-height colour. Pillow writes none; this one is of TurboJPEG's tjCompress2 with TJSAMP_440.
files["jpeg_440.jpg"] = (HERE / "jpeg_440.jpg").read_bytes()
files["jpeg_trailing_bytes.jpg"] = files["jpeg_420.jpg"] + b"more" * 30

expected = {}
for name, data in sorted(files.items()):
    (HERE / name).write_bytes(data)
    stored = Image.open(io.BytesIO(data))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    expected[name] = {
        "stored_wh": stored.size,
        "upright_wh": upright.size,
        "sha256": hashlib.sha256(upright.tobytes()).hexdigest(),
    }
lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in expected.items())
(HERE / "expected.json").write_text("{\n" + lines + "\n}\n")
