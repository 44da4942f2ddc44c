"""Writes files as people do with each tool, in the layout of Pinecone's bulk import."""

import hashlib
import sys

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

folder = sys.argv[1]
count = 1000
values = np.random.default_rng(1).standard_normal((count, 4)).astype("<f4")
with open(f"{folder}/values.sha256", "w") as out:
    out.write(hashlib.sha256(values.tobytes()).hexdigest())
ids = [f"id-{i}" for i in range(count)]
metadata = ['{"n": %d}' % i if i % 2 == 0 else None for i in range(count)]
sparse = [{"indices": [i, i + 7], "values": [0.5, 1.0]} if i % 3 == 0 else None for i in range(count)]

table = pa.table(
    {
        "id": ids,
        "values": pa.array(list(values), pa.list_(pa.float32())),
        "sparse_values": pa.array(
            sparse, pa.struct([("indices", pa.list_(pa.uint32())), ("values", pa.list_(pa.float32()))])
        ),
        "metadata": metadata,
    }
)
pq.write_table(table, f"{folder}/pyarrow.parquet")
pq.write_table(table, f"{folder}/pyarrow-zstd.parquet", compression="zstd", row_group_size=100, data_page_version="2.0")
frame = pd.DataFrame({"id": ids, "values": [list(map(float, row)) for row in values], "metadata": metadata})
frame.to_parquet(f"{folder}/pandas.parquet")
duckdb.sql(f"copy (select * from 'FOLDER/pyarrow.parquet') to 'FOLDER/duckdb.parquet'".replace("FOLDER", folder))
feather.write_feather(table, f"{folder}/pyarrow.arrow", compression="zstd")
large = table.set_column(0, "id", table["id"].cast(pa.large_string()))
with pa.OSFile(f"{folder}/stream.arrow", "wb") as out, pa.ipc.new_stream(out, large.schema) as writer:
    writer.write_table(large, max_chunksize=300)
integers = pa.table({"id": ["a"], "values": pa.array([[0, -3, 1 << 24, 1 << 40]], pa.list_(pa.int64()))})
pq.write_table(integers, f"{folder}/integers.parquet")
feather.write_feather(integers, f"{folder}/integers.arrow", compression="zstd")
print("\n".join(["pyarrow.parquet", "pyarrow-zstd.parquet", "pandas.parquet", "duckdb.parquet", "pyarrow.arrow", "stream.arrow"]))
