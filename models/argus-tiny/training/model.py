"""The Argus architecture in PyTorch: SigLIP-style ViT, pixel unshuffle, one linear layer, Llama-style decoder.

Parameter names are those of the published checkpoint, so `state_dict()` is what gets exported.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes of a checkpoint."""

    image_size: int = 144
    patch_size: int = 12
    scale_factor: int = 2
    vision_hidden: int = 256
    vision_mlp: int = 768
    vision_layers: int = 5
    vision_heads: int = 4
    text_hidden: int = 256
    text_mlp: int = 512
    text_layers: int = 4
    text_heads: int = 4
    text_kv_heads: int = 1
    head_dim: int = 64
    vocabulary: int = 640
    rope_theta: float = 10000.0
    image_token: int = 5

    @property
    def visual_tokens(self) -> int:
        return (self.image_size // self.patch_size // self.scale_factor) ** 2


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """Attention with `bias` added to the scores. On a CPU plain: at these lengths its backward pass is much faster than the fused kernel's."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, None if bias is None else bias.to(q.dtype))
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if bias is not None:
        scores = scores + bias
    return torch.softmax(scores, dim=-1).to(v.dtype) @ v


class VisionAttention(nn.Module):
    def __init__(self, hidden: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(hidden, hidden) for _ in range(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, length, hidden = x.shape
        q, k, v = (p(x).view(n, length, self.heads, -1).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(attend(q, k, v, None).transpose(1, 2).reshape(n, length, hidden))


class VisionMlp(nn.Module):
    def __init__(self, hidden: int, inner: int):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(hidden, inner), nn.Linear(inner, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class VisionLayer(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.layer_norm1, self.layer_norm2 = (nn.LayerNorm(s.vision_hidden, eps=1e-6) for _ in range(2))
        self.self_attn = VisionAttention(s.vision_hidden, s.vision_heads)
        self.mlp = VisionMlp(s.vision_hidden, s.vision_mlp)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class VisionEmbeddings(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.patch_embedding = nn.Conv2d(3, s.vision_hidden, s.patch_size, stride=s.patch_size)
        self.position_embedding = nn.Embedding((s.image_size // s.patch_size) ** 2, s.vision_hidden)
        self.patch = s.patch_size

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        n, c, h, w = pixels.shape
        p = self.patch
        patches = pixels.view(n, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(n, (h // p) * (w // p), c * p * p)
        return F.linear(patches, self.patch_embedding.weight.flatten(1), self.patch_embedding.bias) + self.position_embedding.weight


class VisionEncoder(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.layers = nn.ModuleList(VisionLayer(s) for _ in range(s.vision_layers))


class VisionModel(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.embeddings = VisionEmbeddings(s)
        self.encoder = VisionEncoder(s)
        self.post_layernorm = nn.LayerNorm(s.vision_hidden, eps=1e-6)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        x = self.embeddings(pixels)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.post_layernorm(x)


class Projection(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.proj = nn.Linear(s.vision_hidden * s.scale_factor**2, s.text_hidden, bias=False)


class Connector(nn.Module):
    """Pixel unshuffle (channel slowest, as torch.nn.functional.pixel_unshuffle orders it), then one linear layer."""

    def __init__(self, s: Shape):
        super().__init__()
        self.modality_projection = Projection(s)
        self.scale = s.scale_factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, length, hidden = x.shape
        side, s = int(length**0.5), self.scale
        x = x.view(n, side // s, s, side // s, s, hidden).permute(0, 1, 3, 5, 2, 4).reshape(n, length // s**2, hidden * s * s)
        return self.modality_projection.proj(x)


class RmsNorm(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), 1e-5)


class TextAttention(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = s.text_heads, s.text_kv_heads, s.head_dim
        self.q_proj = nn.Linear(s.text_hidden, s.text_heads * s.head_dim, bias=False)
        self.k_proj = nn.Linear(s.text_hidden, s.text_kv_heads * s.head_dim, bias=False)
        self.v_proj = nn.Linear(s.text_hidden, s.text_kv_heads * s.head_dim, bias=False)
        self.o_proj = nn.Linear(s.text_heads * s.head_dim, s.text_hidden, bias=False)

    def forward(self, x, cos, sin, mask, past):
        n, length, _ = x.shape
        q = rotate(self.q_proj(x).view(n, length, self.heads, self.head_dim).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(n, length, self.kv_heads, self.head_dim).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(n, length, self.kv_heads, self.head_dim).transpose(1, 2)
        if past is not None:
            if past:
                k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
            past[:] = [k, v]
        groups = self.heads // self.kv_heads
        k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
        y = attend(q, k, v, mask)
        return self.o_proj(y.transpose(1, 2).reshape(n, length, -1))


class TextMlp(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.gate_proj = nn.Linear(s.text_hidden, s.text_mlp, bias=False)
        self.up_proj = nn.Linear(s.text_hidden, s.text_mlp, bias=False)
        self.down_proj = nn.Linear(s.text_mlp, s.text_hidden, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class TextLayer(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(s.text_hidden), RmsNorm(s.text_hidden)
        self.self_attn, self.mlp = TextAttention(s), TextMlp(s)

    def forward(self, x, cos, sin, mask, past):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask, past)
        return x + self.mlp(self.post_attention_layernorm(x))


class TextModel(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(s.vocabulary, s.text_hidden)
        self.layers = nn.ModuleList(TextLayer(s) for _ in range(s.text_layers))
        self.norm = RmsNorm(s.text_hidden)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions, half-split."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Core(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.vision_model = VisionModel(s)
        self.connector = Connector(s)
        self.text_model = TextModel(s)


class Argus(nn.Module):
    """The whole model. `encode` turns tiles into visual tokens, `decode` turns tokens into hidden states, `logits` into scores."""

    def __init__(self, s: Shape):
        super().__init__()
        self.shape = s
        self.model = Core(s)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d)):
                nn.init.trunc_normal_(module.weight, std=0.6 * module.weight[0].numel() ** -0.5)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.03)
        for layer in self.model.vision_model.encoder.layers:
            nn.init.zeros_(layer.self_attn.out_proj.weight)
            nn.init.zeros_(layer.mlp.fc2.weight)
        for layer in self.model.text_model.layers:
            nn.init.zeros_(layer.self_attn.o_proj.weight)
            nn.init.zeros_(layer.mlp.down_proj.weight)

    def look(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[tiles, 3, size, size] to visual tokens [tiles, visual tokens, text hidden] and patches [tiles, patches, vision hidden]."""
        patches = self.model.vision_model(pixels)
        return self.model.connector(patches), patches

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        """[tiles, 3, size, size] to [tiles, visual tokens, text hidden]."""
        return self.look(pixels)[0]

    def decode(self, ids, positions, features=None, mask=None, past=None, score_layer=None):
        """Hidden states after the final norm. `features` [n, hidden] replace the embeddings at image tokens, in order.

        With `score_layer`, also the raw attention scores of that layer's first head, for training.
        """
        text = self.model.text_model
        x = text.embed_tokens(ids)
        if features is not None:
            x = x.to(features.dtype)
            x = x.masked_scatter((ids == self.shape.image_token).unsqueeze(-1), features)
        half = self.shape.head_dim // 2
        frequency = self.shape.rope_theta ** (-torch.arange(half, dtype=torch.float32, device=ids.device) / half)
        angle = positions.float().unsqueeze(-1) * frequency
        cos, sin = angle.cos().unsqueeze(1).to(x.dtype), angle.sin().unsqueeze(1).to(x.dtype)
        scores = None
        for number, layer in enumerate(text.layers):
            if number == score_layer:
                normed, width = layer.input_layernorm(x), self.shape.head_dim
                q = rotate(F.linear(normed, layer.self_attn.q_proj.weight[:width])[:, None], cos, sin)[:, 0]
                k = rotate(F.linear(normed, layer.self_attn.k_proj.weight[:width])[:, None], cos, sin)[:, 0]
                scores = (q * width**-0.5) @ k.transpose(1, 2)
                if mask is not None:
                    scores = scores + mask[:, 0]
            x = layer(x, cos, sin, mask, None if past is None else past[number])
        return text.norm(x) if score_layer is None else (text.norm(x), scores)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return F.linear(hidden, self.model.text_model.embed_tokens.weight)

    @torch.no_grad()
    def generate(self, ids: list[int], pixels: torch.Tensor | None, stop: int, limit: int = 160) -> tuple[list[int], torch.Tensor]:
        """Greedy tokens (the stop token included, where reached) and the logits after the prompt."""
        features = None if pixels is None else self.encode(pixels).flatten(0, 1)
        past: list[list] = [[] for _ in self.model.text_model.layers]
        length = len(ids)
        mask = torch.full((length, length), float("-inf")).triu(1)
        hidden = self.decode(torch.tensor([ids]), torch.arange(length)[None], features, mask, past)
        first = scores = self.logits(hidden[0, -1])
        out: list[int] = []
        while True:
            out.append(int(scores.argmax()))
            if out[-1] == stop or len(out) == limit:
                return out, first
            hidden = self.decode(torch.tensor([out[-1:]]), torch.tensor([[length + len(out) - 1]]), None, None, past)
            scores = self.logits(hidden[0, -1])

    @torch.no_grad()
    def answer_all(self, prompts: list[list[int]], features: torch.Tensor, stop: int, limit: int = 160) -> list[list[int]]:
        """Greedy answers (without the stop token) to several prompts about one picture, as one batch: prompts are padded on the left."""
        longest = max(map(len, prompts))
        pad = torch.tensor([longest - len(p) for p in prompts])
        ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts])
        positions = (torch.arange(longest)[None] - pad[:, None]).clamp_min(0)
        hide = torch.zeros(len(prompts), 1, 1, longest).masked_fill(torch.arange(longest) < pad[:, None, None, None], -1e30)
        mask = hide + torch.full((longest, longest), -1e30).triu(1)
        past: list[list] = [[] for _ in self.model.text_model.layers]
        hidden = self.decode(ids, positions, features.repeat(len(prompts), 1), mask, past)
        out: list[list[int]] = [[] for _ in prompts]
        done = [False] * len(prompts)
        for step in range(limit):
            tokens = self.logits(hidden[:, -1]).argmax(1)
            for row, token in enumerate(tokens.tolist()):
                done[row] = done[row] or token == stop
                if not done[row]:
                    out[row].append(token)
            if all(done):
                break
            hide = F.pad(hide, (0, 1))
            hidden = self.decode(tokens[:, None], (longest + step - pad)[:, None], None, hide, past)
        return out
