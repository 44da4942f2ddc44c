package drillbook.file;

import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A format of files of records; docs/portable.md says what is in them. */
public enum FileForm {
  /** One JSON object a line, gzip. */
  LINES("jsonl.gz"),
  /** Apache Parquet. */
  PARQUET("parquet"),
  /** Arrow's IPC file format. */
  ARROW("arrow");

  private final String word;

  FileForm(String word) {
    this.word = word;
  }

  /** Returns what people call it, which is also how its files' names end. */
  public String word() {
    return word;
  }

  /**
   * Returns the format of a word.
   *
   * @throws DrillbookException UNSUPPORTED for any other word
   */
  public static FileForm ofWord(String word) throws DrillbookException {
    for (FileForm form : values()) {
      if (form.word.equals(word)) {
        return form;
      }
    }
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "format '" + word + "' is unknown",
        "Known: " + String.join(", ", Arrays.stream(values()).map(FileForm::word).toList()) + ".");
  }

  /**
   * Begins a file.
   *
   * @param out is neither closed nor flushed at the end
   */
  public RecordFileWriter open(RecordShape shape, OutputStream out) throws IOException {
    return switch (this) {
      case LINES -> new LinesFile(shape.layout(), shape.tenant(), out);
      case PARQUET ->
          new ParquetFile(shape.columns(), ParquetRows.Columns.WHOLE, shape.tenant(), out);
      case ARROW -> new ArrowFile(shape.columns(), shape.tenant(), out);
    };
  }

  /**
   * Reads all records of a file, in batches of about a mebibyte. Nothing that the file says of
   * itself is believed before it was checked.
   *
   * @param what names the file in messages
   * @param consumer takes each batch with the number of its last row as cursor
   * @return how many records there were
   * @throws DrillbookException CORRUPT with the row when it is cut off, damaged, or not of this
   *     shape
   */
  public long read(Path file, RecordShape shape, String what, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    try {
      if (this == PARQUET) {
        return ParquetRecords.read(file, shape.columns(), shape.tenant(), what, consumer);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return this == LINES
            ? LinesFile.read(in, shape, what, consumer)
            : ArrowRecords.read(in, shape.columns(), shape.tenant(), what, consumer);
      }
    } catch (IOException e) {
      throw StreamFailure.of("read " + what, e);
    }
  }
}
