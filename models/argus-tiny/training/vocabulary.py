"""The tokenizer: byte-level BPE over the questions and answers, special tokens first, location tokens last."""

from __future__ import annotations

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from scenes import random_aspect, random_scene
from tasks import LOCATION_BINS, TASKS, ask, style

SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<img>", "</img>", "<image>", "<global-img>",
    "<row_1_col_1>", "<row_1_col_2>", "<row_2_col_1>", "<row_2_col_2>", "<end_of_utterance>",
]  # fmt: skip
VOCABULARY = 640


def _corpus(scenes: int):
    rng = np.random.default_rng(20260316)
    for _ in range(scenes):
        scene = random_scene(rng, random_aspect(rng, False), int(rng.integers(0, 5)))
        for task in TASKS:
            pair = ask(rng, scene, task)
            if pair is None:
                continue
            question = style(rng, pair[0])
            answer = pair[1].split("<loc_")[0]
            yield f"User:{question}"
            yield f"Assistant: {answer}"
            yield question if rng.random() < 0.5 else f" {question}"


def build() -> Tokenizer:
    """Trains the tokenizer; always the same one."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - LOCATION_BINS,
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in SPECIAL],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(4000), trainer)
    tokenizer.add_tokens([AddedToken(f"<loc_{i}>", special=False, normalized=False) for i in range(LOCATION_BINS)])
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    return tokenizer
