package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.OutputStream;

/** A format of export files. */
public enum ExportForm {
  /** One JSON object a line, gzip. */
  LINES(ExportRequest.LINES) {
    @Override
    RecordFileWriter open(CollectionSchema schema, String tenant, OutputStream out)
        throws IOException {
      return new LinesFile(schema.layout(), tenant, out);
    }
  };

  private final String word;

  ExportForm(String word) {
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
  public static ExportForm ofWord(String word) throws DrillbookException {
    for (ExportForm form : values()) {
      if (form.word.equals(word)) {
        return form;
      }
    }
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "format '" + word + "' is unknown",
        "Known: " + ExportRequest.FORMATS + ".");
  }

  /**
   * Begins a file.
   *
   * @param tenant whose records these will be; empty where the collection has no tenants
   * @param out is neither closed nor flushed at the end
   */
  abstract RecordFileWriter open(CollectionSchema schema, String tenant, OutputStream out)
      throws IOException, DrillbookException;
}
