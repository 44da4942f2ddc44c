package drillbook.file;

import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** The schema of a Parquet file of records, and how a record becomes a row of it. */
final class ParquetRows extends WriteSupport<ParquetFile.Row> {
  /** Which columns there are beside vectors. */
  enum Columns {
    /** All that a record has. */
    WHOLE,
    /** What Pinecone's bulk import takes: no tenants, documents and uris. */
    PINECONE
  }

  private static final String LIST = "list";
  private static final String ELEMENT = "element";

  private final ColumnPlan plan;
  private final Columns shape;
  private final byte[] tenant;
  private final List<String> names = new ArrayList<>();

  /** Given by the writer before the first row. */
  @SuppressWarnings("NullAway.Init")
  private RecordConsumer out;

  ParquetRows(ColumnPlan plan, Columns shape, String tenant) {
    this.plan = plan;
    this.shape = shape;
    this.tenant = tenant.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  @SuppressWarnings("deprecation") // Abstract, and never called with the other configuration.
  public WriteContext init(org.apache.hadoop.conf.Configuration configuration) {
    return context();
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return context();
  }

  private WriteContext context() {
    return new WriteContext(schema(), Map.of());
  }

  private MessageType schema() {
    List<Type> fields = new ArrayList<>();
    fields.add(text(ColumnPlan.ID, Repetition.REQUIRED));
    if (plan.tenanted() && shape == Columns.WHOLE) {
      fields.add(text(ColumnPlan.TENANT, Repetition.REQUIRED));
    }
    for (int i = 0; i < plan.vectors().size(); i++) {
      VectorField field = plan.layout().vectors().get(i);
      Type item = element(field.elementType());
      Type one = field.multi() ? list(ELEMENT, Repetition.REQUIRED, item) : item;
      fields.add(list(plan.vectors().get(i), Repetition.OPTIONAL, one));
    }
    for (int i = 0; i < plan.sparse().size(); i++) {
      SparseField field = plan.layout().sparse().get(i);
      Type position =
          Types.required(PrimitiveTypeName.INT32)
              .as(LogicalTypeAnnotation.intType(32, false))
              .named(ELEMENT);
      fields.add(
          new GroupType(
              Repetition.OPTIONAL,
              plan.sparse().get(i),
              list(ColumnPlan.INDICES, Repetition.REQUIRED, position),
              list(ColumnPlan.VALUES, Repetition.REQUIRED, element(field.elementType()))));
    }
    fields.add(text(ColumnPlan.METADATA, Repetition.OPTIONAL));
    if (shape == Columns.WHOLE) {
      fields.add(text(ColumnPlan.DOCUMENT, Repetition.OPTIONAL));
      fields.add(text(ColumnPlan.URI, Repetition.OPTIONAL));
    }
    fields.forEach(field -> names.add(field.getName()));
    return new MessageType("record", fields);
  }

  private static Type text(String name, Repetition repetition) {
    return Types.primitive(PrimitiveTypeName.BINARY, repetition)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  private static Type list(String name, Repetition repetition, Type element) {
    return Types.list(repetition).element(element).named(name);
  }

  private static Type element(ElementType type) {
    return switch (ColumnPlan.physical(type)) {
      case FLOAT -> Types.required(PrimitiveTypeName.FLOAT).named(ELEMENT);
      case DOUBLE -> Types.required(PrimitiveTypeName.DOUBLE).named(ELEMENT);
      case INT8 ->
          Types.required(PrimitiveTypeName.INT32)
              .as(LogicalTypeAnnotation.intType(8, true))
              .named(ELEMENT);
      case UINT8 ->
          Types.required(PrimitiveTypeName.INT32)
              .as(LogicalTypeAnnotation.intType(8, false))
              .named(ELEMENT);
    };
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(ParquetFile.Row row) {
    RecordBatch batch = row.batch();
    int record = row.record();
    out.startMessage();
    put(ColumnPlan.ID, row.id(), 0, row.id().length);
    if (names.contains(ColumnPlan.TENANT)) {
      put(ColumnPlan.TENANT, tenant, 0, tenant.length);
    }
    for (int i = 0; i < plan.vectors().size(); i++) {
      VectorColumn column = batch.vectors().get(i);
      if (column.isPresent(record)) {
        begin(plan.vectors().get(i));
        vector(column, record);
        end(plan.vectors().get(i));
      }
    }
    for (int i = 0; i < plan.sparse().size(); i++) {
      SparseColumn column = batch.sparse().get(i);
      if (column.isPresent(record)) {
        begin(plan.sparse().get(i));
        sparse(column, record);
        end(plan.sparse().get(i));
      }
    }
    if (row.metadata().length > 0) {
      put(ColumnPlan.METADATA, row.metadata(), 0, row.metadata().length);
    }
    if (shape == Columns.WHOLE) {
      text(ColumnPlan.DOCUMENT, batch.documents(), record);
      text(ColumnPlan.URI, batch.uris(), record);
    }
    out.endMessage();
  }

  private void text(String name, BytesColumn column, int record) {
    if (column.isPresent(record)) {
      put(name, column.data(), column.offset(record), column.length(record));
    }
  }

  private void put(String name, byte[] bytes, int offset, int length) {
    begin(name);
    out.addBinary(Binary.fromReusedByteArray(bytes, offset, length));
    end(name);
  }

  private void begin(String name) {
    out.startField(name, names.indexOf(name));
  }

  private void end(String name) {
    out.endField(name, names.indexOf(name));
  }

  private void vector(VectorColumn column, int record) {
    BytesColumn bits = column.bits();
    ElementType type = column.field().elementType();
    ByteBuffer data = ByteBuffer.wrap(bits.data()).order(ByteOrder.LITTLE_ENDIAN);
    int offset = bits.offset(record);
    int dimension = column.dimension(record);
    if (!column.field().multi()) {
      elements(type, data, offset, dimension);
      return;
    }
    out.startGroup();
    if (column.rows(record) > 0) {
      out.startField(LIST, 0);
      for (int i = 0; i < column.rows(record); i++) {
        out.startGroup();
        out.startField(ELEMENT, 0);
        elements(type, data, offset + i * type.bytes(dimension), dimension);
        out.endField(ELEMENT, 0);
        out.endGroup();
      }
      out.endField(LIST, 0);
    }
    out.endGroup();
  }

  private void sparse(SparseColumn column, int record) {
    int count = column.count(record);
    out.startGroup();
    out.startField(ColumnPlan.INDICES, 0);
    ByteBuffer positions = column.positions().view(record);
    beginList(count);
    for (int i = 0; i < count; i++) {
      beginElement();
      out.addInteger(positions.getInt(i * 4));
      endElement();
    }
    endList(count);
    out.endField(ColumnPlan.INDICES, 0);
    out.startField(ColumnPlan.VALUES, 1);
    elements(column.field().elementType(), column.values().view(record), 0, count);
    out.endField(ColumnPlan.VALUES, 1);
    out.endGroup();
  }

  private void elements(ElementType type, ByteBuffer data, int offset, int count) {
    beginList(count);
    for (int i = 0; i < count; i++) {
      beginElement();
      switch (type) {
        case F32 -> out.addFloat(data.getFloat(offset + 4 * i));
        case F16 ->
            out.addFloat(Float.intBitsToFloat(ColumnValues.widened(data.getShort(offset + 2 * i))));
        case BF16 -> out.addFloat(Float.intBitsToFloat(data.getShort(offset + 2 * i) << 16));
        case F64 -> out.addDouble(data.getDouble(offset + 8 * i));
        case I8 -> out.addInteger(data.get(offset + i));
        case U8 -> out.addInteger(data.get(offset + i) & 0xff);
        case BIT -> out.addInteger(ColumnValues.bit(data, offset, i));
      }
      endElement();
    }
    endList(count);
  }

  private void beginList(int count) {
    out.startGroup();
    if (count > 0) {
      out.startField(LIST, 0);
    }
  }

  private void endList(int count) {
    if (count > 0) {
      out.endField(LIST, 0);
    }
    out.endGroup();
  }

  private void beginElement() {
    out.startGroup();
    out.startField(ELEMENT, 0);
  }

  private void endElement() {
    out.endField(ELEMENT, 0);
    out.endGroup();
  }
}
