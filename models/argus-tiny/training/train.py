"""Trains the checkpoint on a CPU, resumably, and exports it at intervals.

    python train.py --help

The loss is next-token prediction on the answers plus, early on, a dense loss on every visual token (which shape and colour covers
this cell, is its centre here, where is its box): a linear head that is dropped at export. It teaches the vision tower
quickly what answers alone teach it slowly. Two more helpers fade with it: a visual token should look like the words for what it shows,
and one attention head should point at the objects that a question is about.
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
import vocabulary
from data import Builder, Plan, TASK_WEIGHTS
from model import Argus, Shape
from scenes import COLOURS, SHAPES
from tasks import LOCATION_BINS

HERE = Path(__file__).resolve().parent
ANY_COUNT = (0.02, 0.25, 0.27, 0.25, 0.21)
PARTS = (len(SHAPES) + 1, len(COLOURS) + 1, 2) + (LOCATION_BINS,) * 4  # what the dense head predicts per cell
ANSWER_WEIGHTS = {"count": 2.0, "colour": 2.0, "shape": 2.0, "exists": 2.0, "where": 2.0, "detect": 1.5}  # short answers count for more
POINTER_LAYER = 2


FEW_OBJECTS_UNTIL, WIDE_FROM = 300, 1900  # steps


def plan_for(step: int, seed: int, batch: int) -> Plan:
    """The curriculum: one and two objects first, then up to four; two tiles and a thumbnail later."""
    if step < FEW_OBJECTS_UNTIL:
        return Plan(batch, 224, False, (0.02, 0.58, 0.40), 0.1, 0.05)
    wide = step >= WIDE_FROM and np.random.default_rng([seed, 1, step]).random() < 0.30
    if wide:
        return Plan(batch * 3 // 8, 304, True, ANY_COUNT, 0.15, 0.1)
    return Plan(batch, 224, False, ANY_COUNT, 0.15, 0.1)


class Batches(torch.utils.data.Dataset):
    """Batch number `i` of the run, as a function of the seed: nothing to store, nothing to shuffle."""

    def __init__(self, tokenizer: str, start: int, total: int, seed: int, batch: int):
        self.tokenizer, self.start, self.total, self.seed, self.size = tokenizer, start, total, seed, batch
        self.builder = None

    def __len__(self) -> int:
        return self.total - self.start

    def __getitem__(self, index: int):
        torch.set_num_threads(1)
        self.builder = self.builder or Builder(Tokenizer.from_str(self.tokenizer), self.seed)
        step = self.start + index
        return self.builder.batch(step, plan_for(step, self.seed, self.size))


class Trainee(nn.Module):
    """The model, the dense head and the losses."""

    def __init__(self, shape: Shape, tokenizer: Tokenizer, compile_model: bool):
        super().__init__()
        first_location = tokenizer.token_to_id("<loc_0>")
        self.names = [torch.tensor([tokenizer.encode(" " + w).ids[0] for w in words]) for words in (SHAPES, COLOURS)]
        self.weight_of = torch.tensor([ANSWER_WEIGHTS.get(name, 1.0) for name in TASK_WEIGHTS])
        self.argus = Argus(shape)
        self.dense = nn.Linear(shape.text_hidden, sum(PARTS))
        self.first_location = first_location
        self.encode, self.decode = self.argus.encode, self.argus.decode
        if compile_model:
            self.encode, self.decode = torch.compile(self.encode), torch.compile(self.decode)
        bins = torch.arange(LOCATION_BINS, dtype=torch.float32)
        near = torch.exp(-0.5 * ((bins[:, None] - bins[None]) / 0.8) ** 2)
        self.register_buffer("near", near / near.sum(1, keepdim=True), persistent=False)  # a bin's target is spread over its neighbours
        # Neighbouring locations start out alike: smooth embeddings instead of random ones.
        waves = torch.outer(bins, math.pi / LOCATION_BINS * 2.0 ** torch.linspace(0, 4, shape.text_hidden // 2))
        with torch.no_grad():
            self.argus.model.text_model.embed_tokens.weight[first_location:] = 0.05 * torch.cat([waves.sin(), waves.cos()], dim=1)

    def forward(self, batch: dict[str, torch.Tensor]):
        """Scores of the answer tokens, their targets and marks, the visual tokens, and the pointing head's attention scores with its targets."""
        pixels = batch["tiles"].permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()
        segments, ids = batch["segments"], batch["ids"]
        length = segments.shape[1]
        seen = ((segments[:, None, :] == 0) | (segments[:, None, :] == segments[:, :, None])) & torch.ones(length, length, dtype=torch.bool).tril()
        features = self.encode(pixels)
        mask = torch.where(seen, 0.0, -1e4)[:, None].to(torch.bfloat16)
        hidden, attention = self.decode(ids, batch["positions"], features.flatten(0, 1), mask, None, POINTER_LAYER)
        rows, columns = batch["answer"].nonzero(as_tuple=True)
        # In a packed sequence the token before an answer's first is the last of its own question, so "the previous position" holds throughout.
        scores = self.argus.logits(hidden[rows, columns - 1]).float()
        marks = batch["answer"][rows, columns] + (rows << 20)
        bits = batch["pointers"][rows, columns]
        pointing = bits > 0
        rows, columns, bits = rows[pointing], columns[pointing], bits[pointing]
        # The pointer's target is spread evenly over the cells it names and the token before the last tile, which alone stands for "none".
        last = length - 1 - (ids == self.argus.shape.image_token).flip(1).int().argmax(1)[rows]
        cells = self.argus.shape.visual_tokens
        target = torch.zeros(len(rows), length)
        named = ((bits[:, None] >> torch.arange(cells)) & 1).float()
        target.scatter_(1, last[:, None] - cells + torch.arange(cells + 1), torch.cat([torch.ones(len(rows), 1), named], dim=1))
        answers = batch["answer"].nonzero(as_tuple=True)
        return scores, ids[answers], marks, features, attention[rows, columns - 1].float(), target / target.sum(1, keepdim=True)

    def losses(self, batch: dict[str, torch.Tensor]):
        scores, targets, marks, features, attention, pointer = self(batch)
        logp = F.log_softmax(scores, dim=-1)
        bins = targets - self.first_location
        is_location = bins >= 0
        weight = self.weight_of[((marks[~is_location] & 0xFFFFF) - 1) % 16]
        words = -(logp[~is_location].gather(1, targets[~is_location, None])[:, 0] * weight).sum() / weight.sum()
        spread = self.near[bins[is_location]]
        location = (spread * (spread.clamp_min(1e-20).log() - logp[is_location, self.first_location :])).sum(1)
        location = location.mean() if len(location) else words * 0
        cells = batch["cells"].flatten(0, 1)
        features = features.flatten(0, 1)
        parts = self.dense(features).float().split(PARTS, dim=1)
        what = sum(F.cross_entropy(parts[k], cells[:, k]) for k in range(3))
        inside = cells[:, 0] > 0
        where = sum(-(self.near[cells[inside, k]] * F.log_softmax(parts[k][inside], dim=1)).sum(1).mean() for k in range(3, 7)) / 4
        # A visual token should look like the words for what it shows, so that a question's word finds it.
        looks = self.argus.logits(F.rms_norm(features[inside].float(), features.shape[-1:])).float()
        look = sum(F.cross_entropy(looks[:, self.names[k]], cells[inside, k] - 1) for k in range(2))
        point = -(pointer * F.log_softmax(attention, dim=1)).sum(1) + (pointer * pointer.clamp_min(1e-20).log()).sum(1)
        return words, location, what, where, look, point.mean()


@torch.no_grad()
def quick_scores(trainee: Trainee, builder: Builder, wide: bool, batches: int) -> dict[str, float]:
    """Share of answers that greedy decoding gets exactly right, by task, found without decoding: an answer is right when every
    token is the likeliest one given the right ones before it. Location tokens count as right within one bin."""
    names, right = list(TASK_WEIGHTS), {}
    for number in range(batches):
        plan = Plan(12, 304, True, ANY_COUNT, 0.15, 0.1) if wide else Plan(32, 224, False, ANY_COUNT, 0.15, 0.1)
        scores, targets, marks, *_ = trainee(builder.batch(number, plan))
        guess = scores.argmax(1)
        good = (guess == targets) | ((targets >= trainee.first_location) & (guess >= trainee.first_location) & ((guess - targets).abs() <= 1))
        for mark in marks.unique().tolist():
            right.setdefault(names[((mark & 0xFFFFF) - 1) % 16], []).append(bool(good[marks == mark].all()))
    return {name: round(100 * float(np.mean(right[name])), 1) for name in names if name in right}


def rate_at(step: int, progress: float, warmup: int) -> float:
    """Learning rate factor: warm-up, constant, then a linear decay over the last 45 % of the run."""
    return min(1.0, (step + 1) / warmup) * min(1.0, max(0.01, (1 - progress) / 0.45))


def main() -> None:
    parser = argparse.ArgumentParser(description="Train argus-tiny on a CPU; stop it at any time and start it again to resume.")
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="folder for the state file (default: %(default)s)")
    parser.add_argument("--export", type=Path, default=HERE.parent, help="checkpoint directory to write (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=5000, help="optimiser steps in all (default: %(default)s)")
    parser.add_argument("--minutes", type=float, help="end after so many minutes from now instead: the schedule then follows the clock")
    parser.add_argument("--batch", type=int, default=32, help="pictures per step (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of data and weights (default: %(default)s)")
    parser.add_argument("--muon-rate", type=float, default=5e-3, help="learning rate of the matrices (default: %(default)s)")
    parser.add_argument("--adam-rate", type=float, default=3e-3, help="learning rate of everything else (default: %(default)s)")
    parser.add_argument("--dense-until", type=float, default=0.9, help="the dense loss fades out by this share of the run (default: %(default)s)")
    parser.add_argument("--export-every", type=int, default=500, help="steps between exports, 0 for the end only (default: %(default)s)")
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16", help="arithmetic of matrix products (default: %(default)s)")
    parser.add_argument("--no-compile", action="store_true", help="do without torch.compile (needs a C++ compiler)")
    a = parser.parse_args()

    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    a.work.mkdir(parents=True, exist_ok=True)
    tokenizer = vocabulary.build()
    shape = Shape(vocabulary=tokenizer.get_vocab_size(), image_token=tokenizer.token_to_id("<image>"))
    trainee = Trainee(shape, tokenizer, not a.no_compile)
    argus = trainee.argus
    matrices, others = [], []
    for name, p in trainee.named_parameters():
        (matrices if p.dim() == 2 and ("layers." in name or "modality_projection" in name) else others).append(p)
    muon = torch.optim.Muon(matrices, lr=a.muon_rate, weight_decay=0.02, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=a.adam_rate, betas=(0.9, 0.97), weight_decay=0.0)
    average = {k: v.detach().clone() for k, v in argus.state_dict().items()}
    print(f"{sum(p.numel() for p in argus.parameters()):,} parameters, {a.steps} steps of {a.batch} pictures", flush=True)

    step, pictures, seconds = 0, 0, 0.0
    state_file = a.work / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
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
        return torch.autocast("cpu", dtype=torch.bfloat16) if a.precision == "bf16" else contextlib.nullcontext()

    def check(label: str) -> None:
        kept = {k: v.clone() for k, v in argus.state_dict().items()}
        argus.load_state_dict(average)
        builder = Builder(tokenizer, 10**6)
        with precision():
            line = f"step {step} {label}: {quick_scores(trainee, builder, False, 4)}"
            if step > WIDE_FROM:
                line += f" wide: {quick_scores(trainee, builder, True, 4)}"
        print(line, flush=True)
        argus.load_state_dict(kept)

    def publish() -> None:
        export.export(a.export, shape, average, tokenizer)
        export.reference(a.export)

    data = torch.utils.data.DataLoader(
        Batches(tokenizer.to_str(), step, a.steps if a.minutes is None else 10**6, a.seed, a.batch), batch_size=None, shuffle=False, num_workers=1, prefetch_factor=6
    )
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    until = time.time() + 60 * (a.minutes or 0)
    previous, progress = time.time(), min(step / a.steps, 0.99)
    begun, saved, recent, since = time.time() - seconds, time.time(), [], time.time()
    for batch in data:
        now = time.time()
        if a.minutes is None:
            progress = step / a.steps
        else:  # what is left of the schedule is spread over what is left of the time
            progress += (1 - progress) * min(1.0, (now - previous) / max(1e-3, until - previous))
        previous = now
        factor = rate_at(step, progress, 150)
        for optimiser, rate in ((muon, a.muon_rate), (adam, a.adam_rate)):
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        with precision():
            parts = trainee.losses(batch)
            words, location, what, where, look, point = parts
        dense_weight = max(0.02, 1.0 - progress / a.dense_until)
        loss = words + 0.3 * location + dense_weight * (0.5 * what + 0.3 * where + 0.2 * look + 0.3 * point)
        loss.backward()
        nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        muon.step()
        adam.step()
        trainee.zero_grad(set_to_none=True)
        step += 1
        pictures += len(batch["ids"])
        keep = min(0.998, step / (step + 40))
        with torch.no_grad():
            for name, value in argus.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        recent.append([part.item() for part in parts])
        seconds = time.time() - begun
        if step % 50 == 0:
            means = np.mean(recent, axis=0)
            pace = (time.time() - since) / len(recent)
            left = pace * (a.steps - step) / 60 if a.minutes is None else (until - time.time()) / 60
            print(
                f"step {step} ({100 * progress:.0f} %) words {means[0]:.3f} location {means[1]:.3f} dense {means[2]:.3f} {means[3]:.3f} look {means[4]:.3f} point {means[5]:.3f} "
                f"lr {factor:.2f} {1000 * pace:.0f} ms/step, {pictures} pictures in {seconds / 60:.1f} min, {left:.0f} min left",
                flush=True,
            )
            recent, since = [], time.time()
        if step % 250 == 0:
            check("exact")
        if stopping or time.time() - saved > 180:
            save()
            saved = time.time()
        if stopping:
            print(f"stopped at step {step}; start again to resume", flush=True)
            os._exit(0)
        if progress >= 1:
            break
        if a.export_every and step % a.export_every == 0 and step < a.steps:
            publish()
    save()
    check("final")
    publish()
    print(f"done: {step} steps, {pictures} pictures, {seconds / 60:.0f} minutes", flush=True)
    os._exit(0)  # the loader may still be drawing ahead


if __name__ == "__main__":
    main()
