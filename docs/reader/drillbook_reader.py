#!/usr/bin/env python3
"""Reads a Drillbook backup without Drillbook: verifies it and prints its records.
Usage: drillbook_reader.py STORE_FOLDER TARGET BACKUP_ID PUBLIC_KEY_PEM
Prints a JSON line for each record and a summary at the end; exit 0 if all is proven, else 1.
Written from docs/formats.md; needs the packages zstandard and cryptography.
"""
import base64, hashlib, json, struct, sys
from pathlib import Path
import zstandard
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
MANIFEST_TYPE = b"application/vnd.drillbook.manifest+json;version=1"
ELEMENT_BITS = {"f32": 32, "f16": 16, "bf16": 16, "f64": 64, "i8": 8, "u8": 8, "bit": 1}

def check(condition, words):
    if not condition:
        raise ValueError(words)
def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def stored(store, artifact):
    """The bytes of an artifact, proven by length and sha256."""
    data = (store / artifact["key"]).read_bytes()
    check(len(data) == artifact["bytes"], artifact["key"] + ": length")
    check(sha256(data).hex() == artifact["sha256"], artifact["key"] + ": sha256")
    return data

def open_manifest(data, pem):
    """The manifest in an envelope, if the key signed it and no bit has two spellings."""
    envelope = json.loads(data)
    check(canonical(envelope) == data and len(data) <= 1 << 20, "envelope is not canonical")
    check(envelope["payloadType"].encode() == MANIFEST_TYPE, "payload type")
    check(len(envelope) == 3 and len(envelope["signatures"]) == 1, "one signature")
    key, signature = load_pem_public_key(pem), envelope["signatures"][0]
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    check(signature["keyid"] == sha256(spki).hex(), "signed by another key")
    payload, sig = (base64.b64decode(t) for t in (envelope["payload"], signature["sig"]))
    sizes = len(MANIFEST_TYPE), len(payload)
    key.verify(sig, b"DSSEv1 %d %s %d %s" % (sizes[0], MANIFEST_TYPE, sizes[1], payload))
    manifest = json.loads(payload)
    check(canonical(manifest) == payload, "manifest is not canonical")
    return manifest

def head(major, n):
    """The head of a CBOR item in its shortest form."""
    if n < 24:
        return bytes([major << 5 | n])
    size = next(s for s in (1, 2, 4, 8) if n < 1 << 8 * s)
    return bytes([major << 5 | 23 + size.bit_length()]) + n.to_bytes(size, "big")
def item(value):
    """A number, text, bytes or an array of these as canonical CBOR."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b"".join(map(item, value))
    data = value if isinstance(value, bytes) else value.encode()
    return head(2 if isinstance(value, bytes) else 3, len(data)) + data

def content_hash(record):
    """The hash of a record: a CBOR map of its columns, absent ones left out."""
    pairs = {kind[0]: item(sorted(record[kind])) for kind in ("sparse", "vectors")}
    pairs.update({kind[0]: record[kind] for kind in {"id", "payload"} & set(record)})
    for column in {"document", "uri"} & set(record):
        pairs[column[0]] = head(3, len(record[column])) + record[column]
    pairs = [item(key) + value for key, value in sorted(pairs.items())]
    return sha256(b"drillbook-record-v1\0", head(5, len(pairs)), *pairs)

class Input:
    def __init__(self, data):
        self.data, self.at = data, 0
    def take(self, count):
        check(0 <= count <= len(self.data) - self.at, "it ends early")
        self.at += count
        return self.data[self.at - count:self.at]
    def read(self, form):
        values = struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))
        return values[0] if len(values) == 1 else values
    def block(self):
        codec, length, size = self.read("BII")
        check(codec <= 1 and length <= 68 << 20, "block")
        data = self.take(size)
        if codec == 1:
            data = zstandard.ZstdDecompressor().decompress(data, max_output_size=length)
        check(len(data) == length, "length of a block")
        return data

def read_bits(column, length):
    """The bits of vectors; planes are put together as one big number with a lane a byte."""
    codec, count = column.read("B"), length // 4
    check(codec <= 2, "codec of vectors")
    if codec == 0:
        return column.block()
    planes, out = [column.block() for _ in range(codec + 1)], bytearray(length)
    if codec == 1:
        rest, exponents = planes
        out[0::4], out[1::4], planes = rest[0::3], rest[1::3], [exponents, rest[2::3]]
    check(all(len(plane) == count for plane in planes), "length of a plane")
    ones, e, t, *low = (int.from_bytes(p, "little") for p in (b"\1" * count, *planes))
    third, fourth = (e & ones) << 7 | t & ones * 0x7F, e >> 1 & ones * 0x7F | t & ones * 0x80
    if codec == 2:
        out[1::4] = ((low[0] & ones * 7) << 5).to_bytes(count, "little")
        third = (e & ones) << 7 | (t & ones * 3) << 5 | low[0] >> 3 & ones * 0x1F
        fourth = e >> 1 & ones * 0x7F | (t & ones * 4) << 5
    out[2::4], out[3::4] = third.to_bytes(count, "little"), fourth.to_bytes(count, "little")
    return bytes(out)

def read_column(column, kind, field, layout, records):
    meta, at = Input(column.block()), 0
    marks = meta.take((len(records) + 7) // 8) if meta.read("B") else b"\xff" * len(records)
    present, each = [i for i in range(len(records)) if marks[i // 8] >> i % 8 & 1], meta.read("B")
    same = None if each else meta.read("I")
    if kind in (2, 3):
        vector = layout[{2: "vectors", 3: "sparse"}[kind]][field]
        name, word = vector["name"], vector["elementType"].lower()
    if kind == 2:
        shapes = [meta.read("II") if each else (1, same) for _ in present]
        sizes = [rows * ((dim * ELEMENT_BITS[word] + 7) // 8) for rows, dim in shapes]
        data = read_bits(column, sum(sizes))
        for i, (rows, dim), size in zip(present, shapes, sizes):
            records[i]["vectors"].append((name, word, rows, dim, data[at:at + size]))
            at += size
        return
    lengths = [meta.read("I") if each else same for _ in present]
    data, values = column.block(), column.block() if kind == 3 else b""
    for i, n in zip(present, lengths):
        if kind == 3:
            unit, end = (ELEMENT_BITS[word] + 7) // 8, at + n
            sparse = name, word, data[4 * at:4 * end], values[unit * at:unit * end]
            records[i]["sparse"].append(sparse)
        else:
            records[i][{1: "id", 4: "payload", 5: "document", 6: "uri"}[kind]] = data[at:at + n]
        at += n

def read_segment(data, segment, layout):
    """All records of a segment in the order of their rows. Checksums are left to sha256."""
    target, backup = (segment["context"][key].encode() for key in ("target", "backupId"))
    place = struct.pack("<QH", segment["number"], len(target)) + target
    place += struct.pack("<H", len(backup)) + backup
    check(data[:12] == struct.pack("<8sHH", b"DRILLSEG", 1, 48 + len(place)), "no segment")
    check(data[44:44 + len(place)] == place, "a segment of another place")
    frames, records, last, number = Input(data[48 + len(place):]), [], 0, 0
    while not last:
        magic, n, last, cipher, slot, rows, size, plain, _, _ = frames.read("4sIBBHIIIII")
        check(magic == b"DRFM" and n == number and cipher == slot == 0, "frame")
        body = Input(frames.take(size))
        frame = [{"vectors": [], "sparse": []} for _ in range(rows)]
        for kind, _, field, length in [body.read("BBHI") for _ in range(body.read("H"))]:
            read_column(Input(body.take(length)), kind, field, layout, frame)
        records, number = records + frame, number + 1
    check(len(records) == segment["rows"], "rows")
    return records

def merkle(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256()
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", merkle(hashes[:left]), merkle(hashes[left:]))

def read_part(store, part, lists, layout):
    index, total, leaves = {}, 0, []
    mine = [p for names in lists for p in names["parts"]
            if (p["collection"], p["tenant"]) == (part["collection"], part["tenant"])]
    for data in (stored(store, run) for p in mine for run in p["runs"]):
        check(data[:16] == b"DRILLRUN\1" + bytes(7), "no run")
        for at in range(16, len(data), 72):
            id_hash, content, address = struct.unpack_from(">32s32sQ", data, at)
            index[id_hash] = content, address
    live = {address: (i, c) for i, (c, address) in index.items() if address < 2**64 - 1}
    for segment in (segment for p in mine for segment in p["segments"]):
        for row, record in enumerate(read_segment(stored(store, segment), segment, layout)):
            if (address := segment["number"] << 20 | row) not in live:
                continue
            id_hash, content = live.pop(address)
            check(sha256(b"drillbook-id-v1\0", record["id"]) == id_hash, "id hash of a record")
            check(content_hash(record) == content, "content hash of a record")
            total = (total + int.from_bytes(content, "big")) % 2**256
            leaves.append((id_hash, sha256(b"\0", id_hash, content)))
            print(json.dumps({"id": record["id"].hex(), "contentHash": content.hex()}))
    check(not live, "records of the index are in no segment")
    found = len(leaves), "%064x" % total, merkle([leaf for _, leaf in sorted(leaves)]).hex()
    check(found == (part["count"], part["sum"], part["root"]), "count, sum or root of a part")
    return len(leaves)

def main(folder, target, backup, pem):
    store, name = Path(folder), Path(target, "backups", backup, "manifest.json")
    manifest = open_manifest((store / name).read_bytes(), Path(pem).read_bytes())
    check((manifest["target"], manifest["backupId"]) == (target, backup), "another backup")
    collections = json.loads(stored(store, manifest["catalog"]))["collections"]
    layouts = {entry["number"]: entry["schema"]["layout"] for entry in collections}
    lists = [json.loads(stored(store, artifact)) for artifact in manifest["segmentLists"]]
    records = sum(read_part(store, p, lists, layouts[p["collection"]]) for p in manifest["parts"])
    check(records == manifest["records"], "number of records")
    print(json.dumps({"backup": backup, "records": records, "verdict": "passed"}))

try:
    main(*sys.argv[1:])
except Exception as e:
    print(json.dumps({"verdict": "failed", "reason": "%s: %s" % (type(e).__name__, e)}))
    sys.exit(1)
