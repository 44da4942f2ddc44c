package drillbook.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.file.RecordLinesWriter;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Hits as the lines of an export, vectors left out. Not thread-safe. */
final class HitRecords {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final RecordLayout NO_VECTORS = new RecordLayout(List.of(), List.of());

  private final JsonNode[] records;

  /** Begins with nothing read. */
  HitRecords(int hits) {
    records = new JsonNode[hits];
  }

  /** Takes what is to be shown of a hit. */
  void take(int hit, RecordBatch batch, int record) {
    RecordBatch shown = new RecordBatch(NO_VECTORS);
    shown.ids().add(batch.ids().get(record));
    copy(batch.payloads(), record, shown.payloads());
    copy(batch.documents(), record, shown.documents());
    copy(batch.uris(), record, shown.uris());
    shown.endRecord();
    records[hit] = line(shown);
  }

  /** Returns a hit: what was taken of it, or its id alone. */
  JsonNode json(int hit, byte[] id) {
    return Optional.ofNullable(records[hit])
        .orElseGet(() -> {
          RecordBatch shown = new RecordBatch(NO_VECTORS);
          shown.ids().add(id);
          shown.endRecord();
          return line(shown);
        });
  }

  private static void copy(BytesColumn from, int record, BytesColumn to) {
    if (from.isPresent(record)) {
      to.add(from.data(), from.offset(record), from.length(record));
    }
  }

  private static JsonNode line(RecordBatch shown) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      try (RecordLinesWriter lines = new RecordLinesWriter(NO_VECTORS, "", line)) {
        lines.write(shown);
      }
      return JSON.readTree(line.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("a record in memory could not be written", e);
    }
  }
}
