"""Opens the files of an export with each tool, and prints what it found."""

import gzip
import hashlib
import json
import sys

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]


def digest(parts):
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:16]


def show(what, ids, values, half, metadata):
    texts = [json.loads(text) if isinstance(text, str) else text for text in metadata]
    print(
        what,
        len(ids),
        digest(text.encode() + b"\0" for text in ids),
        digest(np.asarray(vector, dtype="<f4").tobytes() for vector in values),
        digest(np.asarray(vector, dtype="<f4").astype("<f2").tobytes() for vector in half),
        sum(isinstance(text, dict) for text in texts),
    )


def table(what, found):
    found = found.select(["id", "values", "vector_half", "metadata"]).to_pydict()
    show(what, found["id"], found["values"], found["vector_half"], found["metadata"])


def frame(what, found):
    show(what, list(found["id"]), found["values"], found["vector_half"], list(found["metadata"]))


parquet, arrow, lines = (f"{folder}/records.{form}" for form in ("parquet", "arrow", "jsonl.gz"))
table("parquet pyarrow", pq.read_table(parquet))
frame("parquet pandas", pd.read_parquet(parquet))
table("parquet duckdb", duckdb.sql(f"select * from '{parquet}'").fetch_arrow_table())
found = pa.ipc.open_file(arrow).read_all()
found.validate(full=True)
assert pa.types.is_fixed_size_list(found.schema.field("values").type), found.schema
table("arrow pyarrow", found)
frame("arrow pandas", pd.read_feather(arrow))
table("arrow duckdb", duckdb.sql("select * from found").fetch_arrow_table())


def of_lines(what, records):
    show(
        what,
        [record["id"] for record in records],
        [record["values"] for record in records],
        [record["vectors"]["half"] for record in records],
        [record.get("metadata") for record in records],
    )


with gzip.open(lines, "rt", encoding="utf-8") as opened:
    of_lines("jsonl.gz python", [json.loads(line) for line in opened])
of_lines("jsonl.gz pandas", pd.read_json(lines, lines=True, dtype=False, precise_float=True)[["id", "values", "vectors", "metadata"]].to_dict("records"))
query = (
    f"select id, values, vectors.half as half, metadata from read_json('{lines}', format='newline_delimited',"
    " columns={id: 'VARCHAR', values: 'FLOAT[]', vectors: 'STRUCT(half FLOAT[])', metadata: 'JSON'})"
)
rows = duckdb.sql(query).fetchall()
show("jsonl.gz duckdb", *(list(column) for column in zip(*rows)))
