package drillbook.secret;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a secret is, never the secret: {@code env:NAME} or {@code file:/path}. The value is looked
 * up at the moment of the call that needs it and kept nowhere.
 *
 * @param reference the reference, or an empty string for an engine that asks for no credential
 */
public record SecretReference(String reference) {
  /** No credential. */
  public static final SecretReference NONE = new SecretReference("");

  /** Rejects what is no reference, without repeating it: it may be a secret typed by mistake. */
  public SecretReference {
    boolean known =
        reference.isEmpty() || reference.startsWith("env:") || reference.startsWith("file:");
    if (!known || reference.equals("env:") || reference.equals("file:")) {
      throw new IllegalArgumentException(
          "a credential is given as env:NAME or file:/path, never as the secret itself");
    }
  }

  /** Tells whether there is a credential to look up. */
  public boolean isPresent() {
    return !reference.isEmpty();
  }

  /**
   * Looks the secret up.
   *
   * @return the value, a trailing line end removed; empty for {@link #NONE}
   * @throws DrillbookException CONFIGURATION when the variable or file is not there
   */
  public String resolve() throws DrillbookException {
    if (!isPresent()) {
      return "";
    }
    if (reference.startsWith("env:")) {
      String value = System.getenv(reference.substring(4));
      if (value == null) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "credential " + reference + " could not be looked up: the variable is not set",
            "Set the variable for the process that runs the activities, the worker.");
      }
      return value;
    }
    try {
      return Files.readString(Path.of(reference.substring(5))).strip();
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "credential " + reference + " could not be read: " + e.getClass().getSimpleName(),
          "Make the file readable for the process that runs the activities, the worker.",
          e);
    }
  }

  @Override
  public String toString() {
    return isPresent() ? reference : "none";
  }
}
