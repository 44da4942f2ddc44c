package drillbook.engine.chroma;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@code get}: columns of the answer become columns of records, read as they
 * arrive. Reused from answer to answer; not thread-safe.
 */
final class ChromaAnswer {
  private final VectorColumn vectors;
  private final List<String> ids = new ArrayList<>();
  private final BytesColumn documents = new BytesColumn();
  private final BytesColumn uris = new BytesColumn();
  private final BytesColumn payloads = new BytesColumn();
  private final BytesColumn carriedIds = new BytesColumn();
  private final BytesColumn carriedDocuments = new BytesColumn();
  private final BytesColumn carriedUris = new BytesColumn();
  private final BytesColumn corrections = new BytesColumn();
  private float[] floats = new float[1024];

  /** Creates an answer that holds nothing yet. */
  ChromaAnswer(VectorField field) {
    this.vectors = new VectorColumn(field);
  }

  /** Returns the ids in the order of the answer. */
  List<String> ids() {
    return ids;
  }

  /** Tells whether a record's vector was handed out. */
  boolean hasVector(int row) {
    return vectors.size() > 0 && vectors.isPresent(row);
  }

  /** Appends a record to a batch. */
  void appendTo(RecordBatch batch, int row) {
    if (carriedIds.isPresent(row)) {
      copy(carriedIds, row, batch.ids());
    } else {
      batch.ids().add(RecordId.of(ids.get(row)));
    }
    BytesColumn bits = vectors.bits();
    VectorColumn column = batch.vectors().getFirst();
    if (corrections.isPresent(row)) {
      byte[] corrected = bits.get(row);
      CosineVectors.correct(corrected, new String(corrections.get(row), StandardCharsets.US_ASCII));
      column.add(corrected, 0, vectors.dimension(row), 1);
    } else {
      column.add(bits.data(), bits.offset(row), vectors.dimension(row), 1);
    }
    copy(payloads, row, batch.payloads());
    copy(carriedDocuments.isPresent(row) ? carriedDocuments : documents, row, batch.documents());
    copy(carriedUris.isPresent(row) ? carriedUris : uris, row, batch.uris());
    batch.endRecord();
  }

  private static void copy(BytesColumn from, int row, BytesColumn to) {
    if (from.isPresent(row)) {
      to.add(from.data(), from.offset(row), from.length(row));
    } else {
      to.addAbsent();
    }
  }

  /**
   * Reads an answer to a request that included embeddings, documents, metadatas and uris. Vectors
   * may be missing, as the caller asks {@link #hasVector}; all else must be there.
   *
   * @throws IOException when it is no such answer, or breaks off
   */
  void read(InputStream body) throws IOException {
    clear();
    Set<String> seen = new HashSet<>();
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "it is no object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        // A parser at the end of its input says null for ever.
        if (json.currentToken() == null) {
          throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the answer breaks off");
        }
        String field = json.currentName();
        require(seen.add(field), "field '" + field + "' stands twice");
        json.nextToken();
        switch (field) {
          case "ids" -> readIds(json);
          case "embeddings" -> readVectors(json);
          case "documents" -> readTexts(json, documents);
          case "uris" -> readTexts(json, uris);
          case "metadatas" -> readMetadatas(json);
          default -> json.skipChildren();
        }
      }
    }
    requireRows("documents", documents.size());
    requireRows("uris", uris.size());
    requireRows("metadatas", payloads.size());
    if (vectors.size() > 0) {
      requireRows("embeddings", vectors.size());
    }
    require(new HashSet<>(ids).size() == ids.size(), "an id stands twice");
  }

  private void clear() {
    ids.clear();
    vectors.clear();
    documents.clear();
    uris.clear();
    payloads.clear();
    carriedIds.clear();
    carriedDocuments.clear();
    carriedUris.clear();
    corrections.clear();
  }

  private void requireRows(String field, int rows) throws IOException {
    require(rows == ids.size(), "it has " + ids.size() + " ids and " + rows + " " + field);
  }

  private static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new MalformedAnswerException(otherwise);
    }
  }

  private void readIds(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "its ids are no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.VALUE_STRING, "an id is no text");
      ids.add(json.getText());
    }
  }

  private static void readTexts(JsonParser json, BytesColumn column) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(json.currentToken() == JsonToken.START_ARRAY, "its texts are no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        column.addAbsent();
      } else {
        require(json.currentToken() == JsonToken.VALUE_STRING, "a document or uri is no text");
        column.add(json.getText().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void readVectors(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(json.currentToken() == JsonToken.START_ARRAY, "its embeddings are no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        vectors.addAbsent();
      } else {
        require(json.currentToken() == JsonToken.START_ARRAY, "an embedding is no list");
        readVector(json);
      }
    }
  }

  private void readVector(JsonParser json) throws IOException {
    int expected = vectors.field().dimension();
    int dimension = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken().isNumeric(), "an embedding has an element that is no number");
      require(expected == 0 || dimension < expected, "an embedding is longer than " + expected);
      if (dimension == floats.length) {
        floats = Arrays.copyOf(floats, dimension * 2);
      }
      // Straight to 32 bits: by way of a double the value could be rounded twice.
      floats[dimension++] = json.getFloatValue();
    }
    require(expected == 0 || dimension == expected, "an embedding is shorter than " + expected);
    vectors.add(floats, 0, dimension);
  }

  private void readMetadatas(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(json.currentToken() == JsonToken.START_ARRAY, "its metadatas are no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        payloads.addAbsent();
        carriedIds.addAbsent();
        carriedDocuments.addAbsent();
        carriedUris.addAbsent();
        corrections.addAbsent();
      } else {
        require(json.currentToken() == JsonToken.START_OBJECT, "a metadata is no object");
        Map<String, @Nullable Object> metadata = ChromaMetadata.read(json);
        if (metadata.remove(CosineVectors.KEY) instanceof String correction) {
          corrections.add(correction.getBytes(StandardCharsets.US_ASCII));
        } else {
          corrections.addAbsent();
        }
        Reserved.Content content = unpack(metadata);
        content
            .payload()
            .ifPresentOrElse(payload -> payloads.add(Payload.encode(payload)), payloads::addAbsent);
        content.id().ifPresentOrElse(carriedIds::add, carriedIds::addAbsent);
        content.document().ifPresentOrElse(carriedDocuments::add, carriedDocuments::addAbsent);
        content.uri().ifPresentOrElse(carriedUris::add, carriedUris::addAbsent);
      }
    }
  }

  private static Reserved.Content unpack(Map<String, @Nullable Object> metadata)
      throws MalformedAnswerException {
    try {
      return Reserved.unpack(metadata);
    } catch (IOException e) {
      throw new MalformedAnswerException(String.valueOf(e.getMessage()));
    }
  }
}
