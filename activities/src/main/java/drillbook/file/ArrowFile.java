package drillbook.file;

import com.google.flatbuffers.FlatBufferBuilder;
import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;

/**
 * Writes an Arrow IPC file, uncompressed, in record batches of about {@value #BATCH_BYTES} bytes.
 * Speaks the format itself, on Arrow's metadata classes: Arrow's memory for Java needs internals of
 * the JDK that are closed.
 */
final class ArrowFile implements RecordFileWriter {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH_BYTES = 4 << 20;
  private static final int BATCH_RECORDS = 8192;
  private static final int ALIGNMENT = 64;

  private final OutputStream out;
  private final ColumnPlan plan;
  private final byte[] tenant;
  private final List<ArrowNode> columns = new ArrayList<>();
  private final ArrowNode id = column(ArrowNode.of(ColumnPlan.ID, ArrowNode.Kind.UTF8));
  private final List<ArrowNode> tenants = new ArrayList<>();
  private final List<ArrowNode> vectors = new ArrayList<>();
  private final List<ArrowNode> sparse = new ArrayList<>();
  private final ArrowNode metadata;
  private final ArrowNode document;
  private final ArrowNode uri;
  private final List<long[]> blocks = new ArrayList<>();
  private long position;
  private int records;

  ArrowFile(ColumnPlan plan, String tenant, OutputStream out) throws IOException {
    this.plan = plan;
    this.out = out;
    this.tenant = tenant.getBytes(StandardCharsets.UTF_8);
    if (plan.tenanted()) {
      tenants.add(column(ArrowNode.of(ColumnPlan.TENANT, ArrowNode.Kind.UTF8)));
    }
    for (int i = 0; i < plan.vectors().size(); i++) {
      vectors.add(column(vector(plan.vectors().get(i), plan.layout().vectors().get(i))));
    }
    for (int i = 0; i < plan.sparse().size(); i++) {
      ArrowNode indices = ArrowNode.of("item", ArrowNode.Kind.UINT32);
      ArrowNode values = ArrowNode.of("item", kind(plan.layout().sparse().get(i).elementType()));
      sparse.add(
          column(
              ArrowNode.struct(
                  plan.sparse().get(i),
                  ArrowNode.list(ColumnPlan.INDICES, indices),
                  ArrowNode.list(ColumnPlan.VALUES, values))));
    }
    metadata = column(ArrowNode.of(ColumnPlan.METADATA, ArrowNode.Kind.UTF8));
    document = column(ArrowNode.of(ColumnPlan.DOCUMENT, ArrowNode.Kind.UTF8));
    uri = column(ArrowNode.of(ColumnPlan.URI, ArrowNode.Kind.UTF8));
    put(MAGIC, MAGIC.length);
    put(new byte[2], 2);
    FlatBufferBuilder message = new FlatBufferBuilder();
    int schema = schema(message);
    message(message, MessageHeader.Schema, schema, 0);
  }

  private ArrowNode column(ArrowNode node) {
    columns.add(node);
    return node;
  }

  private static ArrowNode.Kind kind(ElementType type) {
    return switch (ColumnPlan.physical(type)) {
      case FLOAT -> ArrowNode.Kind.FLOAT;
      case DOUBLE -> ArrowNode.Kind.DOUBLE;
      case INT8 -> ArrowNode.Kind.INT8;
      case UINT8 -> ArrowNode.Kind.UINT8;
    };
  }

  private static ArrowNode vector(String name, VectorField field) {
    ArrowNode item = ArrowNode.of("item", kind(field.elementType()));
    String inner = field.multi() ? "item" : name;
    ArrowNode one =
        field.dimension() > 0
            ? ArrowNode.fixed(inner, field.dimension(), item)
            : ArrowNode.list(inner, item);
    return field.multi() ? ArrowNode.list(name, one) : one;
  }

  @Override
  public void write(RecordBatch batch, int record) throws IOException, DrillbookException {
    byte[] words =
        ColumnValues.id(batch.ids().get(record), plan.idType()).getBytes(StandardCharsets.UTF_8);
    requireHeld(batch, record);
    id.addText(words, 0, words.length);
    tenants.forEach(column -> column.addText(tenant, 0, tenant.length));
    for (int i = 0; i < vectors.size(); i++) {
      addVector(vectors.get(i), batch.vectors().get(i), record);
    }
    for (int i = 0; i < sparse.size(); i++) {
      addSparse(sparse.get(i), batch.sparse().get(i), record);
    }
    if (batch.payloads().isPresent(record)) {
      byte[] json = ColumnValues.metadata(batch.payloads().get(record));
      metadata.addText(json, 0, json.length);
    } else {
      metadata.addNull();
    }
    addText(document, batch.documents(), record);
    addText(uri, batch.uris(), record);
    records++;
    if (records == BATCH_RECORDS || bytes() >= BATCH_BYTES) {
      flush();
    }
  }

  /** Asks before anything is added: half a record would make a batch that cannot be read. */
  private void requireHeld(RecordBatch batch, int record) throws DrillbookException {
    ColumnValues.requireText(batch.documents(), batch, record, ColumnPlan.DOCUMENT);
    ColumnValues.requireText(batch.uris(), batch, record, ColumnPlan.URI);
    for (VectorColumn column : batch.vectors()) {
      if (column.field().multi() && column.isPresent(record)) {
        ColumnPlan.requireDimension(
            column.field(),
            column.dimension(record),
            column.rows(record),
            RecordId.print(batch.ids().get(record)));
      }
    }
  }

  private static void addText(ArrowNode node, BytesColumn column, int record) {
    if (column.isPresent(record)) {
      node.addText(column.data(), column.offset(record), column.length(record));
    } else {
      node.addNull();
    }
  }

  private static void addVector(ArrowNode node, VectorColumn column, int record) {
    if (!column.isPresent(record)) {
      node.addNull();
      return;
    }
    ElementType type = column.field().elementType();
    BytesColumn bits = column.bits();
    int dimension = column.dimension(record);
    if (!column.field().multi()) {
      addElements(node.child(0), type, bits.data(), bits.offset(record), dimension);
      node.end();
      return;
    }
    ArrowNode row = node.child(0);
    for (int i = 0; i < column.rows(record); i++) {
      int offset = bits.offset(record) + i * type.bytes(dimension);
      addElements(row.child(0), type, bits.data(), offset, dimension);
      row.end();
    }
    node.end();
  }

  private static void addElements(
      ArrowNode item, ElementType type, byte[] data, int offset, int count) {
    switch (type) {
      case F32, F64, I8, U8 -> item.addNumbers(data, offset, count);
      case F16, BF16 -> {
        for (int i = 0; i < count; i++) {
          short half = (short) ((data[offset + 2 * i] & 0xff) | (data[offset + 2 * i + 1] << 8));
          item.addNumber(type == ElementType.F16 ? ColumnValues.widened(half) : half << 16);
        }
      }
      case BIT -> {
        ByteBuffer bits = ByteBuffer.wrap(data);
        for (int i = 0; i < count; i++) {
          item.addNumber(ColumnValues.bit(bits, offset, i));
        }
      }
    }
  }

  private static void addSparse(ArrowNode node, SparseColumn column, int record) {
    if (!column.isPresent(record)) {
      node.addNull();
      return;
    }
    int count = column.count(record);
    ArrowNode indices = node.child(0);
    indices
        .child(0)
        .addNumbers(column.positions().data(), column.positions().offset(record), count);
    indices.end();
    ArrowNode values = node.child(1);
    addElements(
        values.child(0),
        column.field().elementType(),
        column.values().data(),
        column.values().offset(record),
        count);
    values.end();
    node.end();
  }

  private long bytes() {
    long bytes = 0;
    for (ArrowNode column : columns) {
      bytes += column.bytes();
    }
    return bytes;
  }

  private void flush() throws IOException {
    if (records == 0) {
      return;
    }
    List<long[]> nodes = new ArrayList<>();
    List<ArrowNode.Bytes> buffers = new ArrayList<>();
    columns.forEach(column -> column.flatten(nodes, buffers));
    FlatBufferBuilder message = new FlatBufferBuilder();
    long body = 0;
    long[] starts = new long[buffers.size()];
    for (int i = 0; i < buffers.size(); i++) {
      starts[i] = body;
      body += padded(buffers.get(i).length());
    }
    org.apache.arrow.flatbuf.RecordBatch.startBuffersVector(message, buffers.size());
    for (int i = buffers.size() - 1; i >= 0; i--) {
      Buffer.createBuffer(message, starts[i], buffers.get(i).length());
    }
    int bufferList = message.endVector();
    org.apache.arrow.flatbuf.RecordBatch.startNodesVector(message, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(message, nodes.get(i)[0], nodes.get(i)[1]);
    }
    int nodeList = message.endVector();
    org.apache.arrow.flatbuf.RecordBatch.startRecordBatch(message);
    org.apache.arrow.flatbuf.RecordBatch.addLength(message, records);
    org.apache.arrow.flatbuf.RecordBatch.addNodes(message, nodeList);
    org.apache.arrow.flatbuf.RecordBatch.addBuffers(message, bufferList);
    int header = org.apache.arrow.flatbuf.RecordBatch.endRecordBatch(message);
    long start = position;
    int metadataLength = message(message, MessageHeader.RecordBatch, header, body);
    for (ArrowNode.Bytes buffer : buffers) {
      put(buffer.array(), buffer.length());
      pad(padded(buffer.length()) - buffer.length());
    }
    blocks.add(new long[] {start, metadataLength, body});
    columns.forEach(ArrowNode::clear);
    records = 0;
  }

  /** Writes a message's metadata, and returns how long it is with what stands before it. */
  private int message(FlatBufferBuilder builder, byte type, int header, long body)
      throws IOException {
    builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, body, 0));
    ByteBuffer bytes = builder.dataBuffer();
    int length = bytes.remaining();
    int whole = (int) padded(8 + length);
    ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    prefix.putInt(-1).putInt(whole - 8);
    put(prefix.array(), 8);
    byte[] copy = new byte[length];
    bytes.get(copy);
    put(copy, length);
    pad(whole - 8 - length);
    return whole;
  }

  private int schema(FlatBufferBuilder builder) {
    int[] fields = columns.stream().mapToInt(column -> column.field(builder)).toArray();
    int list = Schema.createFieldsVector(builder, fields);
    return Schema.createSchema(builder, org.apache.arrow.flatbuf.Endianness.Little, list, 0, 0);
  }

  @Override
  public void finish() throws IOException {
    flush();
    ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(-1).putInt(0);
    put(end.array(), 8);
    FlatBufferBuilder footer = new FlatBufferBuilder();
    int schema = schema(footer);
    Footer.startDictionariesVector(footer, 0);
    int dictionaries = footer.endVector();
    Footer.startRecordBatchesVector(footer, blocks.size());
    for (long[] block : blocks.reversed()) {
      Block.createBlock(footer, block[0], (int) block[1], block[2]);
    }
    int batches = footer.endVector();
    footer.finish(
        Footer.createFooter(footer, MetadataVersion.V5, schema, dictionaries, batches, 0));
    ByteBuffer bytes = footer.dataBuffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    put(copy, copy.length);
    put(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(copy.length).array(), 4);
    put(MAGIC, MAGIC.length);
  }

  /** There is nothing to release but memory. */
  @Override
  public void close() {}

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private void put(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    position += length;
  }

  private void pad(long count) throws IOException {
    put(new byte[(int) count], (int) count);
  }
}
