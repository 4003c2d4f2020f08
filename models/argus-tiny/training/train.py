"""Trains the checkpoint, resumably, on a CPU or a GPU, and exports it at intervals.

    python train.py --help

Then comes a reading phase: more of the pictures have text, more of the questions are about it, and the vision tower is shown sheets of text.

The loss is next-token prediction on the answers plus, early on, dense losses through linear heads that are dropped at export: on every
visual token (which object covers this cell, what is written on it, where is its box, which is it from the left) and on every patch
(shape, colour and character seen there). They teach the vision tower quickly what answers alone teach it slowly. Two more
helpers fade with them: a visual token should look like the words for what it shows, and one attention head should point at the object
that the answer is about at each of its words.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn

import export
import tasks
import vocabulary
from data import BOX, CENTRE, COLOUR, IGNORED, POINTS, RANK, SHAPE, TASK_WEIGHTS, TEXT, Builder, Plan
from model import Argus, Shape
from scenes import COLOURS, GLYPHS, MOST_GLYPHS, MOST_THINGS, SHAPES, Difficulty
from tasks import LOCATION_BINS

HERE = Path(__file__).resolve().parent
PRESETS = {
    "argus-tiny": {},
    "small": dict(vision_hidden=192, vision_mlp=512, vision_layers=4, vision_heads=3, text_hidden=192, text_mlp=384, text_layers=4, text_heads=3),
}
CELL_PARTS = [len(SHAPES) + 1, len(COLOURS) + 1, 2, MOST_THINGS] + [len(GLYPHS) + 1] * MOST_GLYPHS + [LOCATION_BINS] * 4  # what is predicted per visual token
PATCH_PARTS = [len(SHAPES) + 1, len(COLOURS) + 1, len(GLYPHS) + 1]  # and per patch
ANSWER_WEIGHTS = {"count": 2.0, "colour": 2.0, "shape": 2.0, "exists": 2.0, "where": 2.0, "detect": 1.5, "read": 2.5, "compare": 2.0}  # short answers count for more
POINTER_LAYER = 2
READING_RATE = 0.5  # the learning rate at which the reading phase begins, of the main one
LOSSES = {"words": 1.0, "location": 0.5}
# Reading is learned late and its gradients are large from the start: more weight would drown the rest in noise.
HELPERS = {"what": 0.5, "where": 0.6, "rank": 0.1, "text": 0.1, "patch": 0.3, "glyph": 0.15, "look": 0.1, "point": 0.3}
# In the reading phase it is what is learned; "plates" and "letters" are text and glyph on sheets of text, which only the vision tower sees.
READING_HELPERS = {"what": 0.3, "where": 0.3, "rank": 0.05, "text": 0.3, "patch": 0.15, "glyph": 0.3, "look": 0.05, "point": 0.3, "plates": 0.3, "letters": 0.3}

FEW = (0.01, 0.33, 0.36, 0.30)
ANY = (0.01, 0.10, 0.11, 0.12, 0.12, 0.12, 0.12, 0.15, 0.15)
LARGER = (0.01, 0.12, 0.15, 0.17, 0.17, 0.14, 0.11, 0.07, 0.06)  # fewer, so larger objects have room for longer text
LENGTHS = {1: 256, 2: 336, 3: 368}  # tokens, by tiles
SQUEEZED = 0.2  # of the pictures of one tile are wide or tall: as thumbnails show them, and low detail
MANY_FROM, WIDE_FROM = 0.05, 0.20  # of the run: more than three objects; pictures of several tiles


def plans_for(step: int, steps: int, seed: int, batch: int, wide: bool) -> list[Plan]:
    """The curriculum. A step is one batch of pictures of one tile, later also a smaller one of pictures of two or three; from `steps` on, more text."""
    reading = step >= steps
    if step < MANY_FROM * steps:
        return [Plan(batch, LENGTHS[1], 1, FEW, Difficulty(overlap=0.2, labels=0.4, varied=0.5, noisy=0.1), 0.3)]
    if not wide:
        return [Plan(batch, LENGTHS[1], 1, ANY)]
    if step < WIDE_FROM * steps:
        return [Plan(batch, LENGTHS[1], 1, ANY, squeezed=SQUEEZED)]
    tiles = 2 if np.random.default_rng([seed, 1, step]).random() < 0.65 else 3
    several = batch * 3 // 8 * 2 // (tiles + 1)  # as many tiles, thumbnails included, whichever it is
    if reading:
        return [Plan(batch, LENGTHS[1], 1, LARGER, plain=0.05, squeezed=0.1, lettered=0.6), Plan(several, LENGTHS[tiles], tiles, LARGER, plain=0.05, lettered=0.6)]
    return [Plan(batch, LENGTHS[1], 1, ANY, squeezed=SQUEEZED), Plan(several, LENGTHS[tiles], tiles, ANY)]


class Batches(torch.utils.data.Dataset):
    """Batches number `i` of the run and, in the reading phase, sheets of text, as a function of the seed: nothing to store, nothing to shuffle."""

    def __init__(self, tokenizer: str, start: int, steps: int, end: int, seed: int, batch: int, wide: bool, write_box):
        self.tokenizer, self.start, self.steps, self.end, self.seed, self.size, self.wide, self.write_box = tokenizer, start, steps, end, seed, batch, wide, write_box
        self.builder = None

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, index: int):
        torch.set_num_threads(1)
        self.builder = self.builder or Builder(Tokenizer.from_str(self.tokenizer), self.seed, self.write_box)
        step = self.start + index
        plans = plans_for(step, self.steps, self.seed, self.size, self.wide)
        return [self.builder.batch(step, plan, part) for part, plan in enumerate(plans)], self.builder.sheets(step, self.size) if step >= self.steps else None


def normalised(tiles: torch.Tensor) -> torch.Tensor:
    return tiles.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()


class Trainee(nn.Module):
    """The model, the dense heads and the losses."""

    def __init__(self, shape: Shape, tokenizer: Tokenizer, compile_model: bool):
        super().__init__()
        first_location = tokenizer.token_to_id("<loc_0>")
        self.argus = Argus(shape)
        self.cell_head = nn.Linear(shape.text_hidden, sum(CELL_PARTS))
        self.patch_head = nn.Linear(shape.vision_hidden, sum(PATCH_PARTS))
        self.first_location = first_location
        self.look, self.decode = self.argus.look, self.argus.decode
        if compile_model:
            self.look, self.decode = torch.compile(self.look, dynamic=False), torch.compile(self.decode, dynamic=False)
        bins = torch.arange(LOCATION_BINS, dtype=torch.float32)
        near = torch.exp(-0.5 * ((bins[:, None] - bins[None]) / 0.8) ** 2)
        constants = {
            "near": near / near.sum(1, keepdim=True),  # a bin's target is spread over its neighbours
            "shape_words": torch.tensor([tokenizer.encode(" " + w).ids[0] for w in SHAPES]),
            "colour_words": torch.tensor([tokenizer.encode(" " + w).ids[0] for w in COLOURS]),
            "weight_of": torch.tensor([ANSWER_WEIGHTS.get(name, 1.0) for name in TASK_WEIGHTS]),
        }
        for name, value in constants.items():
            self.register_buffer(name, value, persistent=False)
        # Neighbouring locations start out alike: smooth embeddings instead of random ones.
        waves = torch.outer(bins, math.pi / LOCATION_BINS * 2.0 ** torch.linspace(0, 4, shape.text_hidden // 2))
        with torch.no_grad():
            self.argus.model.text_model.embed_tokens.weight[first_location:] = 0.05 * torch.cat([waves.sin(), waves.cos()], dim=1)

    def forward(self, batch: dict[str, torch.Tensor]):
        """Scores of the answer tokens, their targets and marks, visual tokens, patches, and the pointing head's attention scores with its targets."""
        pixels = normalised(batch["tiles"])
        segments, ids = batch["segments"], batch["ids"]
        n, length = segments.shape
        causal = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        seen = ((segments[:, None, :] == 0) | (segments[:, None, :] == segments[:, :, None])) & causal
        features, patches = self.look(pixels)
        mask = torch.where(seen, 0.0, -1e4)[:, None].to(torch.bfloat16)
        hidden, attention = self.decode(ids, batch["positions"], features.flatten(0, 1), mask, None, POINTER_LAYER)
        rows, columns = batch["answer"].nonzero(as_tuple=True)
        # In a packed sequence the token before an answer's first is the last of its own question, so "the previous position" holds throughout.
        scores = self.argus.logits(hidden[rows, columns - 1]).float()
        marks = batch["answer"][rows, columns] + (rows << 20)
        targets = ids[rows, columns]
        bits = batch["pointers"][rows, columns]
        pointing = (bits & POINTS) > 0
        rows, columns, bits = rows[pointing], columns[pointing], bits[pointing]
        # The pointer's target is spread evenly over the visual tokens with the objects' centres and the token before the last tile, which alone
        # stands for "none".
        places = (ids == self.argus.shape.image_token).nonzero()[:, 1].view(n, -1)  # [n, visual tokens]
        things = ((bits[:, None] >> torch.arange(MOST_THINGS, device=ids.device)) & 1).float()
        named = torch.bmm(things[:, None], batch["centres"][rows].float())[:, 0].float().clamp_max(1)
        target = torch.zeros(len(rows), length, device=ids.device).scatter_(1, places[rows], named)
        target.scatter_(1, places[rows, -self.argus.shape.visual_tokens, None] - 1, 1.0)
        return scores, targets, marks, features, patches, attention[rows, columns - 1].float(), target / target.sum(1, keepdim=True)

    def losses(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        scores, targets, marks, features, patches, attention, pointer = self(batch)
        out = {}
        logp = F.log_softmax(scores, dim=-1)
        bins = targets - self.first_location
        is_location = bins >= 0
        weight = self.weight_of[((marks[~is_location] & 0xFFFFF) - 1) % 16]
        out["words"] = -(logp[~is_location].gather(1, targets[~is_location, None])[:, 0] * weight).sum() / weight.sum()
        spread = self.near[bins[is_location]]
        location = (spread * (spread.clamp_min(1e-20).log() - logp[is_location, self.first_location :])).sum(1)
        out["location"] = location.mean() if len(location) else out["words"] * 0
        labels = batch["cells"].flatten(0, 1)
        features = features.flatten(0, 1)
        parts = self.cell_head(features).float().split(CELL_PARTS, dim=1)
        inside = labels[:, SHAPE] > 0
        out["what"] = sum(F.cross_entropy(parts[k], labels[:, k]) for k in (SHAPE, COLOUR, CENTRE))
        out["where"] = sum(-(self.near[labels[inside, k]] * F.log_softmax(parts[k][inside], dim=1)).sum(1).mean() for k in range(BOX, BOX + 4)) / 4
        out["rank"] = F.cross_entropy(parts[RANK][inside], labels[inside, RANK], ignore_index=IGNORED)
        # Objects without text are many: those with text count alike.
        has_text = inside & (labels[:, TEXT] > 0)
        no_text = inside & (labels[:, TEXT] == 0)
        out["text"] = 0.2 * F.cross_entropy(parts[TEXT][no_text], labels[no_text, TEXT])
        if has_text.any():
            out["text"] = out["text"] + spelling(parts, labels[has_text, TEXT : TEXT + MOST_GLYPHS], has_text)
        seen = batch["patches"].flatten(0, 1)
        parts = self.patch_head(patches.flatten(0, 1)).float().split(PATCH_PARTS, dim=1)
        out["patch"] = sum(F.cross_entropy(parts[k], seen[:, k]) for k in range(2))
        out["glyph"] = characters(parts[2], seen[:, 2])
        # A visual token should look like the words for what it shows, so that a question's word finds it.
        looks = self.argus.logits(F.rms_norm(features[inside].float(), features.shape[-1:])).float()
        out["look"] = F.cross_entropy(looks[:, self.shape_words], labels[inside, SHAPE] - 1) + F.cross_entropy(looks[:, self.colour_words], labels[inside, COLOUR] - 1)
        out["point"] = (pointer * (pointer.clamp_min(1e-20).log() - F.log_softmax(attention, dim=1))).sum(1).mean()
        return out


    def sheet_losses(self, sheets: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        features, patches = self.look(normalised(sheets["tiles"]))
        texts = sheets["texts"].flatten(0, 1)
        written = texts[:, 0] != IGNORED
        return {
            "plates": spelling(self.cell_head(features.flatten(0, 1)).float().split(CELL_PARTS, dim=1), texts[written], written),
            "letters": characters(self.patch_head(patches.flatten(0, 1)).float().split(PATCH_PARTS, dim=1)[2], sheets["characters"].flatten()),
        }


def spelling(parts: list[torch.Tensor], texts: torch.Tensor, written: torch.Tensor) -> torch.Tensor:
    """Loss of what the visual tokens that are marked `written` say of their object's text, by character."""
    return sum(F.cross_entropy(parts[TEXT + k][written], texts[:, k]) for k in range(MOST_GLYPHS))


def characters(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Loss of the characters seen by patches: those with one count alike, however few they are."""
    loss, there = F.cross_entropy(scores, labels), labels > 0
    return loss + F.cross_entropy(scores[there], labels[there]) if there.any() else loss


@torch.no_grad()
def quick_scores(trainee: Trainee, builder: Builder, device: torch.device, tiles: int, batches: int) -> dict[str, float]:
    """Share of answers that greedy decoding gets exactly right, by task, found without decoding: an answer is right when every
    token is the likeliest one given the right ones before it. Location tokens count as right within one bin."""
    names, right = list(TASK_WEIGHTS), {}
    for number in range(batches):
        pictures = {1: 32, 2: 8, 3: 6}[tiles]
        batch = {k: v.to(device) for k, v in builder.batch(number, Plan(pictures, LENGTHS[tiles], tiles, ANY)).items()}
        scores, targets, marks, *_ = trainee(batch)
        guess = scores.argmax(1)
        good = (guess == targets) | ((targets >= trainee.first_location) & (guess >= trainee.first_location) & ((guess - targets).abs() <= 1))
        for mark in marks.unique().tolist():
            right.setdefault(names[((mark & 0xFFFFF) - 1) % 16], []).append(bool(good[marks == mark].all()))
    return {name: round(100 * float(np.mean(right[name])), 1) for name in names if name in right}


def rate_at(step: int, steps: int, reading_steps: int) -> float:
    """Learning rate factor: warm-up, constant, then a linear decay over the last half of the run; in the reading phase, the same over its last 0.7."""
    if step < steps:
        return min(1.0, (step + 1) / 150) * min(1.0, max(0.01, (1 - step / steps) / 0.5))
    return READING_RATE * min(1.0, (step - steps + 1) / 100) * min(1.0, max(0.01, (1 - (step - steps) / reading_steps) / 0.7))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train argus-tiny on a CPU or a GPU; stop it at any time and start it again to resume.")
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="folder for the state file (default: %(default)s)")
    parser.add_argument("--export", type=Path, default=HERE.parent, help="checkpoint directory to write (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=7000, help="optimiser steps in all (default: %(default)s)")
    parser.add_argument("--reading-steps", type=int, default=3300, help="steps after them that are mostly about reading text (default: %(default)s)")
    parser.add_argument("--from", dest="start", type=Path, metavar="CHECKPOINT", help="begin with the weights of this directory, and with the reading phase")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes; the same command resumes")
    parser.add_argument("--batch", type=int, default=32, help="pictures of one tile per step, a multiple of 16 (default: %(default)s)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where to compute (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw pictures (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of data and weights (default: %(default)s)")
    parser.add_argument("--muon-rate", type=float, default=5e-3, help="learning rate of the matrices (default: %(default)s)")
    parser.add_argument("--adam-rate", type=float, default=3e-3, help="learning rate of everything else (default: %(default)s)")
    parser.add_argument("--helpers-until", type=float, default=0.95, help="the helping losses fade out by this share of the run (default: %(default)s)")
    parser.add_argument("--export-every", type=int, default=500, help="steps between exports, 0 for the end only (default: %(default)s)")
    parser.add_argument("--save-every", type=float, default=300, help="seconds between saves of the state (default: %(default)s)")
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16", help="arithmetic of matrix products (default: %(default)s)")
    parser.add_argument("--no-compile", action="store_true", help="do without torch.compile (needs a C++ compiler)")
    parser.add_argument("--preset", choices=PRESETS, default="argus-tiny", help="size of the model (default: %(default)s)")
    parser.add_argument("--boxes", choices=["tokens", "digits"], default="tokens", help="how boxes are written: to compare the two (default: %(default)s)")
    parser.add_argument("--one-tile", action="store_true", help="train on pictures of one tile only")
    return parser.parse_args()


def main() -> None:
    a = arguments()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    a.work.mkdir(parents=True, exist_ok=True)
    device = torch.device(a.device)
    tokenizer = vocabulary.build()
    shape = Shape(vocabulary=tokenizer.get_vocab_size(), image_token=tokenizer.token_to_id("<image>"), **PRESETS[a.preset])
    write_box = tasks.box if a.boxes == "tokens" else tasks.box_in_digits
    trainee = Trainee(shape, tokenizer, not a.no_compile).to(device)
    argus = trainee.argus
    matrices, others = [], []
    for name, p in trainee.named_parameters():
        (matrices if p.dim() == 2 and ("layers." in name or "modality_projection" in name) else others).append(p)
    muon = torch.optim.Muon(matrices, lr=a.muon_rate, weight_decay=0.02, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=a.adam_rate, betas=(0.9, 0.97), weight_decay=0.0)
    average = {k: v.detach().clone() for k, v in argus.state_dict().items()}
    end = a.steps + a.reading_steps
    print(f"{sum(p.numel() for p in argus.parameters()):,} parameters, {a.steps} steps of {a.batch} pictures and {a.reading_steps} of reading on {device}", flush=True)

    step, pictures, seconds = 0, 0, 0.0
    if a.start:
        given, its_tokenizer = export.load(a.start)
        assert its_tokenizer.to_str() == tokenizer.to_str(), f"{a.start} has another tokenizer"
        argus.load_state_dict(given.state_dict())
        average = {k: v.detach().clone() for k, v in argus.state_dict().items()}
        step = a.steps
    state_file = a.work / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True, map_location=device)
        trainee.load_state_dict(state["trainee"])
        muon.load_state_dict(state["muon"])
        adam.load_state_dict(state["adam"])
        average, step, pictures, seconds = state["average"], state["step"], state["pictures"], state["seconds"]
        print(f"resumed at step {step}", flush=True)

    def save() -> None:
        temporary = state_file.with_suffix(".new")
        torch.save(
            {"trainee": trainee.state_dict(), "muon": muon.state_dict(), "adam": adam.state_dict(), "average": average, "step": step, "pictures": pictures, "seconds": seconds},
            temporary,
        )  # fmt: skip
        os.replace(temporary, state_file)

    def precision():
        return torch.autocast(device.type, dtype=torch.bfloat16) if a.precision == "bf16" else contextlib.nullcontext()

    def check(label: str) -> None:
        kept = {k: v.clone() for k, v in argus.state_dict().items()}
        fast, (trainee.look, trainee.decode) = (trainee.look, trainee.decode), (argus.look, argus.decode)  # compiling these few passes would take longer
        argus.load_state_dict(average)
        builder = Builder(tokenizer, 10**6, write_box)
        with precision():
            for tiles in (1,) if a.one_tile or step < WIDE_FROM * a.steps else (1, 2, 3):
                print(f"step {step} {label}, {tiles} tiles: {quick_scores(trainee, builder, device, tiles, 3 if tiles == 1 else 5)}", flush=True)
        argus.load_state_dict(kept)
        trainee.look, trainee.decode = fast

    def publish() -> None:
        export.export(a.export, shape, average, tokenizer)

    loader = torch.utils.data.DataLoader(
        Batches(tokenizer.to_str(), step, a.steps, end, a.seed, a.batch, not a.one_tile, write_box), batch_size=None, shuffle=False, num_workers=a.workers, prefetch_factor=4
    )
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    begun, started, saved, recent, since = time.time() - seconds, time.time(), time.time(), [], time.time()
    for batches, sheets in loader:
        factor = rate_at(step, a.steps, a.reading_steps)
        for optimiser, rate in ((muon, a.muon_rate), (adam, a.adam_rate)):
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        helping = max(0.02, 1.0 - step / a.steps / a.helpers_until)
        helpers = {k: helping * w for k, w in HELPERS.items()} if step < a.steps else READING_HELPERS
        total = sum(len(batch["ids"]) for batch in batches)
        means: dict[str, torch.Tensor] = {}
        for batch in batches:
            with precision():
                losses = trainee.losses({k: v.to(device, non_blocking=True) for k, v in batch.items()})
                share = len(batch["ids"]) / total
                loss = share * sum(w * losses[k] for k, w in (LOSSES | helpers).items() if k in losses)
            loss.backward()
            for k, v in losses.items():
                means[k] = means.get(k, 0) + share * v.detach()
        if sheets is not None:
            with precision():
                losses = trainee.sheet_losses({k: v.to(device, non_blocking=True) for k, v in sheets.items()})
            sum(helpers[k] * v for k, v in losses.items()).backward()
            means |= {k: v.detach() for k, v in losses.items()}
        nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        muon.step()
        adam.step()
        trainee.zero_grad(set_to_none=True)
        step += 1
        pictures += total
        keep = min(0.998, step / (step + 40))
        with torch.no_grad():
            now = argus.state_dict()
            torch._foreach_lerp_([average[k] for k in now], list(now.values()), 1 - keep)
        if recent and recent[0].keys() != means.keys():
            recent, since = [], time.time()
        recent.append(means)
        seconds = time.time() - begun
        if step % 25 == 0:
            values = {k: torch.stack([m[k] for m in recent]).mean().item() for k in recent[0]}
            pace = (time.time() - since) / len(recent)
            print(
                f"step {step} ({100 * step / end:.0f} %) "
                + " ".join(f"{k} {v:.3f}" for k, v in values.items())
                + f" lr {factor:.2f} {1000 * pace:.0f} ms/step, {pictures} pictures in {seconds / 60:.1f} min, {pace * (end - step) / 60:.0f} min left",
                flush=True,
            )
            recent, since = [], time.time()
        if step % 250 == 0:
            check("exact")
            since = time.time()
        if a.minutes is not None and time.time() - started > 60 * a.minutes:
            stopping.append(True)
        if stopping or time.time() - saved > a.save_every:
            save()
            saved = time.time()
        if stopping:
            print(f"stopped at step {step}; start again to resume", flush=True)
            os._exit(0)
        if a.export_every and step % a.export_every == 0 and step < end:
            publish()
    save()
    check("final")
    publish()
    print(f"done: {step} steps, {pictures} pictures, {seconds / 60:.0f} minutes", flush=True)
    os._exit(0)  # the loader may still be drawing ahead


if __name__ == "__main__":
    main()
