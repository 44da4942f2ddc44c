package drillbook.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Secrets in files, which no message may hold. */
public final class TestingSecret {
  private final Path folder;
  private final List<String> values = new ArrayList<>();

  /** Keeps them in a folder. */
  public TestingSecret(Path folder) {
    this.folder = folder;
  }

  /** Stores a secret and returns the reference to it. */
  public String store(String value) throws IOException {
    Path file = folder.resolve("secret-" + values.size());
    Files.writeString(file, value + "\n");
    values.add(value);
    return "file:" + file;
  }

  /** Returns all of them. */
  public List<String> values() {
    return List.copyOf(values);
  }
}
