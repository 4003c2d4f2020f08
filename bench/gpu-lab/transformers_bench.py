"""Measures PyTorch transformers on the same work as Argus's graphs: a picture's tiles are encoded, a prompt is read, tokens are decoded.

    python3 transformers_bench.py --model FOLDER --device cuda:0 --precision bf16 --tiles 13 --prompt 889 --tokens 64 --runs 10 --json FILE

One request at a time, eagerly, with the attention that transformers takes by default, and the next token chosen as greedily as it can be.
Pixels and words are random, as the checkpoint is; preprocessing is not part of it. Prints the medians, and writes them as JSON.
"""

import argparse
import json
import statistics
import sys
import time

import torch
import transformers
from transformers import AutoModelForImageTextToText

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class Stopwatch:
    """Milliseconds of what a device did, waiting for it before and after."""

    def __init__(self, device):
        self.device = device

    def now(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter() * 1000


class Subject:
    """A model, and a request that fits it."""

    def __init__(self, folder, device, dtype, tiles, prompt):
        self.device = device
        self.watch = Stopwatch(device)
        self.model = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype).to(device).eval()
        self.encode_ms = 0.0
        self.time_encoding()
        config = self.model.config
        side = config.vision_config.image_size
        side = side if isinstance(side, int) else side[0]
        if config.model_type == "internvl":
            per_tile = config.image_seq_length
            shape = (tiles, 3, side, side)
        else:
            patches = side // config.vision_config.patch_size
            per_tile = patches**2 // config.scale_factor**2
            shape = (1, tiles, 3, side, side)
        words = prompt - tiles * per_tile
        if words < 2:
            sys.exit(f"{tiles} tiles are {tiles * per_tile} tokens, and the prompt has {prompt}: give it more")
        generator = torch.Generator().manual_seed(1)
        self.pixels = torch.randn(shape, generator=generator).to(device, dtype)
        text = torch.randint(0, min(config.image_token_id, config.text_config.vocab_size), (words,), generator=generator)
        images = torch.full((tiles * per_tile,), config.image_token_id)
        self.ids = torch.cat([text[: words // 2], images, text[words // 2 :]])[None].to(device)

    def time_encoding(self):
        """Lets the model's own call of its vision tower add up its time."""
        core = self.model.model
        encode = core.get_image_features

        def timed(*args, **kwargs):
            start = self.watch.now()
            try:
                return encode(*args, **kwargs)
            finally:
                self.encode_ms += self.watch.now() - start

        core.get_image_features = timed

    @torch.inference_mode()
    def run(self, tokens):
        """One request: milliseconds of encoding, of the prompt besides, and of each token after the first."""
        self.encode_ms = 0.0
        start = self.watch.now()
        out = self.model(input_ids=self.ids, pixel_values=self.pixels, use_cache=True, logits_to_keep=1)
        token = out.logits[:, -1:].argmax(-1)
        token.item()
        first = self.watch.now()
        for _ in range(tokens - 1):
            out = self.model(input_ids=token, past_key_values=out.past_key_values, use_cache=True, logits_to_keep=1)
            token = out.logits[:, -1:].argmax(-1)
            token.item()
        last = self.watch.now()
        return self.encode_ms, first - start - self.encode_ms, (last - first) / (tokens - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--precision", choices=DTYPES, default="bf16")
    parser.add_argument("--tiles", type=int, default=13)
    parser.add_argument("--prompt", type=int, required=True, help="tokens, the tiles' included")
    parser.add_argument("--tokens", type=int, default=64, help="of the answer; 2 or more")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    device = torch.device(options.device)
    subject = Subject(options.model, device, DTYPES[options.precision], options.tiles, options.prompt)
    subject.run(options.tokens)  # Warms up.
    runs = [subject.run(options.tokens) for _ in range(options.runs)]
    encode, prefill, token = (statistics.median(column) for column in zip(*runs))
    report = {
        "model": options.model,
        "precision": options.precision,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "attention": subject.model.config._attn_implementation,
        "tiles": options.tiles,
        "promptTokens": options.prompt,
        "runs": options.runs,
        "encodeMs": encode,
        "prefillMs": prefill,
        "firstTokenMs": statistics.median(run[0] + run[1] for run in runs),
        "tokensPerSecond": 1000 / token,
    }
    for name, value in report.items():
        print(f"{name:16} {value:.2f}" if isinstance(value, float) else f"{name:16} {value}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)


if __name__ == "__main__":
    main()
