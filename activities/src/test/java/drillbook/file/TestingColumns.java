package drillbook.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** The rows of a Parquet file as anybody's reader finds them, with nothing of ours in between. */
public final class TestingColumns {
  private TestingColumns() {}

  /**
   * Returns the rows: texts, floats, unsigned integers as longs, lists, and maps of a group's
   * fields; what is null is left out.
   */
  public static List<Map<String, Object>> rows(byte[] file) throws IOException {
    Path path = Files.createTempFile("columns", ".parquet");
    try {
      Files.write(path, file);
      return rows(path);
    } finally {
      Files.delete(path);
    }
  }

  private static List<Map<String, Object>> rows(Path path) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs())
            .build();
    List<Map<String, Object>> rows = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), options)) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
        for (long row = 0; row < pages.getRowCount(); row++) {
          rows.add(fields(records.read()));
        }
      }
    }
    return rows;
  }

  private static Map<String, Object> fields(Group group) {
    Map<String, Object> fields = new LinkedHashMap<>();
    GroupType type = group.getType();
    for (int i = 0; i < type.getFieldCount(); i++) {
      if (group.getFieldRepetitionCount(i) == 1) {
        fields.put(type.getFieldName(i), value(group, i));
      }
    }
    return fields;
  }

  private static Object value(Group group, int field) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      PrimitiveTypeName primitive = type.asPrimitiveType().getPrimitiveTypeName();
      return switch (primitive) {
        case BINARY -> group.getString(field, 0);
        case FLOAT -> group.getFloat(field, 0);
        case INT32 -> Integer.toUnsignedLong(group.getInteger(field, 0));
        default -> throw new IllegalArgumentException("a column of " + primitive);
      };
    }
    Group inner = group.getGroup(field, 0);
    if (!(type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation)) {
      return fields(inner);
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < inner.getFieldRepetitionCount(0); i++) {
      items.add(value(inner.getGroup(0, i), 0));
    }
    return items;
  }
}
