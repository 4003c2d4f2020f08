"""The tokenizer: byte-level BPE over the questions and answers, special tokens first, location tokens last."""

from __future__ import annotations

import re

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from scenes import random_aspect, random_scene
from tasks import LOCATION_BINS, TASKS, ask, style

SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<img>", "</img>", "<image>", "<global-img>", "<row_1_col_1>",
    "<row_1_col_2>", "<row_1_col_3>", "<row_2_col_1>", "<row_3_col_1>", "<end_of_utterance>",
]  # fmt: skip
VOCABULARY = 664


def _corpus(scenes: int):
    rng = np.random.default_rng(20260316)
    for _ in range(scenes):
        scene = random_scene(rng, random_aspect(rng, 1), int(rng.integers(0, 9)))
        for task in TASKS:
            exchange = ask(rng, scene, task)
            if exchange is None:
                continue
            question = style(rng, exchange.question)
            if question.isupper():  # capitals stay single, so that what is written on an object is read letter by letter
                continue
            answer = re.sub(r'"\w+"', '"7"', re.sub(r"<loc_\d+>", "", exchange.answer))
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
    tokenizer.train_from_iterator(_corpus(3000), trainer)
    tokenizer.add_tokens([AddedToken(f"<loc_{i}>", special=False, normalized=False) for i in range(LOCATION_BINS)])
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    return tokenizer
