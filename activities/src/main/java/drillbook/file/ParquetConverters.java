package drillbook.file;

import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** Turns the rows of a Parquet file into records of a batch. */
final class ParquetConverters extends RecordMaterializer<Boolean> {
  private final RecordBatch batch;
  private final Group root;

  /** Refuses columns that records do not have, and types that they are not of. */
  ParquetConverters(MessageType schema, ColumnPlan plan, String tenant, RecordBatch batch) {
    this.batch = batch;
    List<Converter> fields = new ArrayList<>();
    if (!schema.containsField(ColumnPlan.ID)) {
      throw new IllegalArgumentException("it has no column 'id'");
    }
    for (Type field : schema.getFields()) {
      fields.add(column(field, plan, tenant));
    }
    root = new Group(fields, () -> {}, batch::endRecord);
  }

  @Override
  public Boolean getCurrentRecord() {
    return true;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private Converter column(Type field, ColumnPlan plan, String tenant) {
    return switch (field.getName()) {
      case ColumnPlan.ID -> new Text(field, id -> batch.ids().add(encoded(id, plan.idType())));
      case ColumnPlan.TENANT ->
          new Text(
              field,
              found -> {
                if (!found.toStringUsingUTF8().equals(tenant)) {
                  throw new IllegalArgumentException(
                      "tenant '" + found.toStringUsingUTF8() + "' instead of '" + tenant + "'");
                }
              });
      case ColumnPlan.METADATA -> new Text(field, json -> batch.payloads().add(payload(json)));
      case ColumnPlan.DOCUMENT ->
          new Text(field, text -> batch.documents().add(text.getBytesUnsafe()));
      case ColumnPlan.URI -> new Text(field, text -> batch.uris().add(text.getBytesUnsafe()));
      default -> vectors(field, plan);
    };
  }

  private Converter vectors(Type field, ColumnPlan plan) {
    int dense = plan.vectors().indexOf(field.getName());
    if (dense >= 0) {
      return vector(group(field), batch.vectors().get(dense));
    }
    int sparse = plan.sparse().indexOf(field.getName());
    if (sparse < 0) {
      throw new IllegalArgumentException(plan.unknown(field.getName()));
    }
    return sparse(group(field), batch.sparse().get(sparse));
  }

  private static Converter vector(GroupType field, VectorColumn target) {
    Elements read = new Elements(target.field().elementType());
    if (!target.field().multi()) {
      Converter item = new Element(item(field), read);
      return list(
          field, item, read::clear, () -> target.add(read.array(), 0, read.count(), 1), read);
    }
    Rows rows = new Rows(target, read);
    GroupType inner = group(item(field));
    Converter one = list(inner, new Element(item(inner), read), rows::begin, rows::end, read);
    return list(field, one, rows::clear, rows::finish, new Elements(ElementType.U8));
  }

  /** The vectors of a field that holds several. */
  private static final class Rows {
    private final VectorColumn target;
    private final Elements read;
    private int start;
    private int count;
    private int dimension;

    Rows(VectorColumn target, Elements read) {
      this.target = target;
      this.read = read;
    }

    void clear() {
      read.clear();
      count = 0;
      dimension = target.field().dimension();
    }

    void begin() {
      start = read.count();
    }

    void end() {
      int elements = read.count() - start;
      if (count > 0 && elements != dimension) {
        throw new IllegalArgumentException(
            "vectors of " + dimension + " and " + elements + " in one field");
      }
      dimension = elements;
      count++;
      read.align();
    }

    void finish() {
      target.add(read.array(), 0, dimension, count);
    }
  }

  private static Converter sparse(GroupType field, SparseColumn target) {
    Elements positions = new Elements(ElementType.F32);
    Elements values = new Elements(target.field().elementType());
    List<Converter> fields = new ArrayList<>();
    for (Type part : field.getFields()) {
      switch (part.getName()) {
        case ColumnPlan.INDICES ->
            fields.add(
                list(
                    group(part),
                    new Position(item(group(part)), positions),
                    () -> {},
                    () -> {},
                    positions));
        case ColumnPlan.VALUES ->
            fields.add(
                list(
                    group(part),
                    new Element(item(group(part)), values),
                    () -> {},
                    () -> {},
                    values));
        default ->
            throw new IllegalArgumentException(
                "unknown field '" + part.getName() + "' of a sparse vector");
      }
    }
    return new Group(
        fields,
        () -> {
          positions.clear();
          values.clear();
        },
        () -> target.add(positions.toByteArray(), values.toByteArray()));
  }

  private static GroupType group(Type type) {
    if (type.isPrimitive()) {
      throw new IllegalArgumentException("column '" + type.getName() + "' holds no lists");
    }
    return type.asGroupType();
  }

  /** Returns what a list is of, in the form with two levels and in that with three. */
  private static Type item(GroupType list) {
    if (list.getFieldCount() != 1 || !list.getType(0).isRepetition(Repetition.REPEATED)) {
      throw new IllegalArgumentException("column '" + list.getName() + "' holds no lists");
    }
    Type repeated = list.getType(0);
    if (repeated.isPrimitive()) {
      return repeated;
    }
    if (repeated.asGroupType().getFieldCount() != 1) {
      throw new IllegalArgumentException("column '" + list.getName() + "' holds no lists");
    }
    return repeated.asGroupType().getType(0);
  }

  /** Returns the converter of a list; an item that is not there is refused. */
  private static Converter list(
      GroupType list, Converter item, Runnable start, Runnable end, Elements counted) {
    if (list.getType(0).isPrimitive()) {
      return new Group(List.of(item), start, end);
    }
    int[] before = new int[1];
    Converter repeated =
        item.isPrimitive()
            ? new Group(
                List.of(item),
                () -> before[0] = counted.count(),
                () -> {
                  if (counted.count() == before[0]) {
                    throw new IllegalArgumentException(
                        "column '" + list.getName() + "' lacks an element");
                  }
                })
            : new Group(List.of(item), () -> {}, () -> {});
    return new Group(List.of(repeated), start, end);
  }

  private static byte[] encoded(Binary id, String idType) {
    try {
      return ColumnValues.id(id.toStringUsingUTF8(), idType);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] payload(Binary json) {
    try {
      return ColumnValues.payload(json.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A struct, list or row. */
  private static final class Group extends GroupConverter {
    private final List<Converter> fields;
    private final Runnable start;
    private final Runnable end;

    Group(List<Converter> fields, Runnable start, Runnable end) {
      this.fields = List.copyOf(fields);
      this.start = start;
      this.end = end;
    }

    @Override
    public Converter getConverter(int field) {
      return fields.get(field);
    }

    @Override
    public void start() {
      start.run();
    }

    @Override
    public void end() {
      end.run();
    }
  }

  /** A text. */
  private static final class Text extends PrimitiveConverter {
    private final Consumer<Binary> target;

    Text(Type type, Consumer<Binary> target) {
      this.target = target;
      if (!type.isPrimitive() || type.isRepetition(Repetition.REPEATED)) {
        throw new IllegalArgumentException("column '" + type.getName() + "' holds no texts");
      }
      switch (type.asPrimitiveType().getPrimitiveTypeName()) {
        case BINARY -> {}
        default ->
            throw new IllegalArgumentException("column '" + type.getName() + "' holds no texts");
      }
    }

    @Override
    public void addBinary(Binary value) {
      target.accept(value);
    }
  }

  /** An element of a vector. */
  private static final class Element extends PrimitiveConverter {
    private final Elements target;
    private final boolean signed;

    Element(Type type, Elements target) {
      this.target = target;
      requireNumber(type);
      signed = isSigned(type);
    }

    @Override
    public void addFloat(float value) {
      target.addFloat(Float.floatToRawIntBits(value));
    }

    @Override
    public void addDouble(double value) {
      target.addDouble(Double.doubleToRawLongBits(value));
    }

    @Override
    public void addInt(int value) {
      target.addInteger(signed ? value : Integer.toUnsignedLong(value));
    }

    @Override
    public void addLong(long value) {
      if (!signed && value < 0) {
        throw new IllegalArgumentException(
            "an element is " + Long.toUnsignedString(value) + ", which is too large");
      }
      target.addInteger(value);
    }
  }

  /** A position of a sparse vector. */
  private static final class Position extends PrimitiveConverter {
    private final Elements target;
    private final boolean signed;

    Position(Type type, Elements target) {
      this.target = target;
      requireNumber(type);
      signed = isSigned(type);
    }

    @Override
    public void addInt(int value) {
      target.addFloat(ColumnPlan.position(signed ? value : Integer.toUnsignedLong(value)));
    }

    @Override
    public void addLong(long value) {
      target.addFloat(ColumnPlan.position(value));
    }
  }

  private static boolean isSigned(Type type) {
    return !(type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation number)
        || number.isSigned();
  }

  private static void requireNumber(Type type) {
    boolean number =
        type.isPrimitive()
            && switch (type.asPrimitiveType().getPrimitiveTypeName()) {
              case FLOAT, DOUBLE -> true;
              // Decimals and times are integers of another unit.
              case INT32, INT64 ->
                  type.getLogicalTypeAnnotation() == null
                      || type.getLogicalTypeAnnotation()
                          instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
              default -> false;
            };
    if (!number) {
      throw new IllegalArgumentException("'" + type.getName() + "' holds no numbers");
    }
  }
}
