"""Writes a checkpoint directory in Hugging Face's layout, and the reference outputs that other implementations are tested against.

    python export.py DIRECTORY    # writes DIRECTORY/training/reference from the checkpoint in DIRECTORY
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save
from tokenizers import Tokenizer

import layout
from model import Argus, Shape
from scenes import Difficulty, draw, random_scene, size_for
from tasks import LOCATION_BINS

EOS = "<end_of_utterance>"


def write_text(path: Path, text: str | bytes) -> None:
    """Writes a file and then moves it into place, so that nobody ever reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.replace(temporary, path)


def write_json(path: Path, value) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def config(s: Shape, tokenizer: Tokenizer) -> dict:
    ids = {name: tokenizer.token_to_id(name) for name in ("<image>", "<|im_start|>", "<|im_end|>", EOS, "<loc_0>")}
    return {
        "architectures": ["ArgusForConditionalGeneration"],
        "model_type": "argus",
        "torch_dtype": "float16",
        "image_token_id": ids["<image>"],
        "scale_factor": s.scale_factor,
        "tie_word_embeddings": True,
        "location_tokens": {"first_id": ids["<loc_0>"], "count": LOCATION_BINS},
        "vision_config": {
            "model_type": "siglip_vision_model",
            "hidden_size": s.vision_hidden,
            "intermediate_size": s.vision_mlp,
            "num_hidden_layers": s.vision_layers,
            "num_attention_heads": s.vision_heads,
            "num_channels": 3,
            "image_size": s.image_size,
            "patch_size": s.patch_size,
            "hidden_act": "gelu_pytorch_tanh",
            "layer_norm_eps": 1e-6,
        },
        "text_config": {
            "model_type": "llama",
            "hidden_size": s.text_hidden,
            "intermediate_size": s.text_mlp,
            "num_hidden_layers": s.text_layers,
            "num_attention_heads": s.text_heads,
            "num_key_value_heads": s.text_kv_heads,
            "head_dim": s.head_dim,
            "hidden_act": "silu",
            "rms_norm_eps": 1e-5,
            "rope_theta": s.rope_theta,
            "max_position_embeddings": 2048,
            "vocab_size": s.vocabulary,
            "bos_token_id": ids["<|im_start|>"],
            "eos_token_id": ids[EOS],
            "pad_token_id": ids["<|im_end|>"],
            "attention_bias": False,
            "mlp_bias": False,
        },
    }


PREPROCESSOR = {
    "image_processor_type": "ArgusImageProcessor",
    "do_convert_rgb": True,
    "do_resize": True,
    "size": {"height": layout.TILE, "width": layout.TILE},
    "resample": 3,
    "grids": [list(g) for g in layout.GRIDS],
    "use_thumbnail": True,
    "do_rescale": True,
    "rescale_factor": 0.00392156862745098,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


def export(target: Path, s: Shape, weights: dict[str, torch.Tensor], tokenizer: Tokenizer) -> None:
    """Writes weights (rounded to float16), configuration and tokenizer; the weights last."""
    c = config(s, tokenizer)
    text = c["text_config"]
    write_json(target / "config.json", c)
    write_json(target / "preprocessor_config.json", PREPROCESSOR)
    write_json(
        target / "generation_config.json",
        {"bos_token_id": text["bos_token_id"], "eos_token_id": text["eos_token_id"], "pad_token_id": text["pad_token_id"], "do_sample": False},
    )
    write_text(target / "tokenizer.json", tokenizer.to_str(pretty=True) + "\n")
    write_json(
        target / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "add_prefix_space": False,
            "clean_up_tokenization_spaces": False,
            "model_max_length": 2048,
            "bos_token": "<|im_start|>",
            "eos_token": EOS,
            "pad_token": "<|im_end|>",
            "unk_token": "<|endoftext|>",
            "additional_special_tokens": ["<img>", "</img>", "<image>", "<global-img>", EOS],
            "model_input_names": ["input_ids", "attention_mask"],
        },
    )
    write_text(target / "chat_template.jinja", layout.CHAT_TEMPLATE)
    half = {name: w.detach().to(torch.float16).contiguous() for name, w in weights.items()}
    write_text(target / "model.safetensors", save(half, metadata={"format": "pt"}))


def load(directory: Path) -> tuple[Argus, Tokenizer]:
    """An exported checkpoint, its float16 weights run in float32."""
    c = json.loads((directory / "config.json").read_text())
    v, t = c["vision_config"], c["text_config"]
    s = Shape(
        v["image_size"], v["patch_size"], c["scale_factor"], v["hidden_size"], v["intermediate_size"], v["num_hidden_layers"], v["num_attention_heads"],
        t["hidden_size"], t["intermediate_size"], t["num_hidden_layers"], t["num_attention_heads"], t["num_key_value_heads"], t["head_dim"],
        t["vocab_size"], t["rope_theta"], c["image_token_id"],
    )  # fmt: skip
    model = Argus(s)
    model.load_state_dict({k: w.float() for k, w in load_file(directory / "model.safetensors").items()})
    return model.eval(), Tokenizer.from_file(str(directory / "tokenizer.json"))


CALM = Difficulty(noisy=0.0)
REFERENCE_CASES = [  # name, width over height, objects, turns
    ("one-tile", 1.25, 3, [("Describe this image.", None)]),
    ("wide", 2.0, 3, [("Detect all shapes.", None)]),
    ("tall", 0.5, 2, [("What do you see?", None)]),
    ("two-turns", 1.0, 2, [("How many shapes are there?", "There are two shapes."), ("Describe this image.", None)]),
    ("panorama", 2.9, 5, [("Caption every region.", None)]),
    ("text", 0.8, 4, [("Read the text.", None)]),
]


def reference(directory: Path) -> None:
    """Writes training/reference: pictures, prompts, greedy tokens, first logits and features of the exported checkpoint, in float32."""
    model, tokenizer = load(directory)
    stop = tokenizer.token_to_id(EOS)
    out = []
    for number, (label, aspect, count, turns) in enumerate(REFERENCE_CASES):
        scene = random_scene(np.random.default_rng(900 + number), aspect, count, CALM)
        image = draw(scene, *size_for(aspect, 180), seed=number)
        path = directory / "training" / "reference" / f"{label}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, optimize=True)
        tiles, grid = layout.tiles_of(image)
        prompt = layout.chat_prompt(turns, grid)
        ids = tokenizer.encode(prompt, add_special_tokens=False).ids
        pixels = torch.from_numpy(layout.normalise(tiles))
        tokens, first = model.generate(ids, pixels, stop, 24)
        features = model.encode(pixels).detach()
        out.append(
            {
                "name": label,
                "image": path.name,
                "turns": [{"question": q, "answer": a} for q, a in turns],
                "grid": list(grid),
                "tiles": [
                    {
                        "sha256": hashlib.sha256(tile.tobytes()).hexdigest(),
                        "feature_sum": float(f.double().sum()),
                        "feature_abs_sum": float(f.double().abs().sum()),
                        "feature_first": [round(float(v), 6) for v in f[0, :8]],
                    }
                    for tile, f in zip(tiles, features, strict=True)
                ],
                "prompt": prompt,
                "prompt_ids": ids,
                "greedy": tokens,
                "text": tokenizer.decode(tokens, skip_special_tokens=True),
                "first_logits": [round(float(v), 6) for v in first],
            }
        )
    write_json(
        directory / "training" / "reference" / "reference.json",
        {
            "about": "Outputs of the exported float16 weights run in float32 (PyTorch, CPU). Tiles are hashed as uint8 RGB rows; greedy is the first 24 tokens.",
            "model_sha256": hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest(),
            "cases": out,
        },
    )


if __name__ == "__main__":
    reference(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
