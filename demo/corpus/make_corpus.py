#!/usr/bin/env python3
"""Writes the demo's texts: passages.jsonl, queries.jsonl and changes.jsonl.

Needs nothing but Python 3.9 or newer. The result is the same on every machine:

    python3 demo/corpus/make_corpus.py

pools/<topic>.txt holds blocks of three hand-written lines: two openings and the closing that
belongs to both. A block gives two passages, a pool of 24 blocks 48, and 25 pools 1,200.
queries.txt holds a question per topic; changes.txt the texts of a later state of the source.
Run embed.py afterwards: the vectors follow the order of these files.
"""

import json
import random
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "starter/src/main/resources/drillbook/demo"
SEED = 20260117
PASSAGES = 1200
NEW_PASSAGES = 15
WORDS = range(15, 61)

# Ids that a careless export damages: accents composed and decomposed, other scripts, letters
# outside the basic plane, spaces, a slash.
UNUSUAL_IDS = {
    7: "kb-0007-größe",
    42: "kb-0042-東京",
    108: "kb-0108-" + unicodedata.normalize("NFC", "café"),
    109: "kb-0109-" + unicodedata.normalize("NFD", "café"),
    256: "kb-0256-Ωμέγα",
    333: "kb-0333-мир",
    404: "kb-0404 not found",
    512: "kb-0512-🚲",
    640: "kb-0640-سلام",
    777: "kb-0777/a",
    901: "kb-0901-naïve",
    1111: "kb-1111-한글",
    1203: "kb-1203-über",
}
WITHOUT_METADATA = {13, 109, 211, 388, 512, 599, 745, 860, 1024, 1199}
WITH_URI = {3, 42, 150, 377, 404, 500, 688, 777, 850, 999, 1111, 1200}


def passage_id(number):
    return UNUSUAL_IDS.get(number, f"kb-{number:04d}")


def pool(path):
    """Returns the passages of one topic."""
    passages = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        first, second, closing = block.split("\n")
        passages += [f"{first} {closing}", f"{second} {closing}"]
    return passages


def metadata(topic, text, chance):
    """Returns one value of each type; every fourth score is a whole number such as 1.0."""
    score = float(chance.randint(0, 3)) if chance.random() < 0.25 else chance.randint(1, 299) / 100
    return {
        "topic": topic,
        "words": len(text.split()),
        "score": score,
        "reviewed": chance.random() < 0.6,
        "year": chance.randint(2019, 2026),
    }


def entry(number, topic, text, chance):
    row = {"id": passage_id(number), "text": text}
    values = metadata(topic, text, chance)
    if number not in WITHOUT_METADATA:
        row["metadata"] = values
    if number in WITH_URI:
        row["uri"] = f"https://handbook.example/{topic}/{number:04d}"
    return row


def passages(chance):
    pools = sorted((HERE / "pools").glob("*.txt"))
    texts = [(path.stem, text) for path in pools for text in pool(path)]
    assert len(texts) == PASSAGES, len(texts)
    chance.shuffle(texts)
    return [(number, topic, text) for number, (topic, text) in enumerate(texts, 1)]


def queries():
    rows = []
    for number, line in enumerate(lines("queries.txt"), 1):
        topic, text = line.split(": ", 1)
        rows.append({"id": f"query-{number:02d}", "text": text, "metadata": {"topic": topic}})
    return rows


def changes(numbered, chance):
    """Returns updates of existing passages, each of the same topic, then new passages."""
    free = {}
    for number, topic, _ in numbered:
        if number not in WITHOUT_METADATA:
            free.setdefault(topic, []).append(number)
    rows, following = [], PASSAGES + 1
    for line in lines("changes.txt"):
        topic, text = line.split(": ", 1)
        if topic.startswith("+"):
            topic, number, following = topic[1:], following, following + 1
        else:
            number = free[topic].pop(chance.randrange(len(free[topic])))
        row = entry(number, topic, text, chance)
        row["metadata"]["year"] = 2026
        rows.append(row)
    assert following == PASSAGES + NEW_PASSAGES + 1, following
    return rows


def lines(name):
    content = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in content if line and not line.startswith("#")]


def check(rows):
    assert len({row["id"] for row in rows}) == len(rows), "an id stands twice"
    assert len({row["text"] for row in rows}) == len(rows), "a text stands twice"
    for row in rows:
        assert len(row["text"].split()) in WORDS, row["text"]


def write(name, rows):
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (TARGET / name).write_bytes(body.encode("utf-8"))
    print(f"{name}: {len(rows)}")


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    numbered = passages(chance)
    rows = [entry(number, topic, text, chance) for number, topic, text in numbered]
    changed = changes(numbered, chance)
    asked = queries()
    check(rows)
    check(changed)
    assert not {row["text"] for row in rows} & {row["text"] for row in changed + asked}
    write("passages.jsonl", rows)
    write("queries.jsonl", asked)
    write("changes.jsonl", changed)


if __name__ == "__main__":
    main()
