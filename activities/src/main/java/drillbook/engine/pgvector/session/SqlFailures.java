package drillbook.engine.pgvector.session;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server's refusals mean to people. Source: PostgreSQL 18 documentation, appendix A, error
 * codes.
 */
public final class SqlFailures {
  private SqlFailures() {}

  /** Returns the failure: what could not be done, the server's own words, its code. */
  public static DrillbookException of(String what, SQLException cause) {
    String state = cause.getSQLState() == null ? "" : cause.getSQLState();
    FailureKind kind = kind(state);
    return new DrillbookException(
        kind, what + ": " + words(cause) + " [SQL " + state + "]", hint(kind, state), cause);
  }

  /** Returns the server's own words, on one line, without its detail, which may quote data. */
  public static String words(SQLException cause) {
    String words = cause.getMessage() == null ? "" : cause.getMessage();
    if (cause instanceof PSQLException server) {
      ServerErrorMessage message = server.getServerErrorMessage();
      if (message != null && message.getMessage() != null) {
        words = message.getMessage();
      }
    }
    return words.replaceAll("\\s*\\R\\s*", " ");
  }

  private static FailureKind kind(String state) {
    return switch (state) {
      case "42P01", "3D000", "3F000" -> FailureKind.NOT_FOUND;
      case "42P07", "42710", "42P06" -> FailureKind.CONFLICT;
      case "42501" -> FailureKind.DENIED;
      case "0A000" -> FailureKind.UNSUPPORTED;
      case "25006" -> FailureKind.CONFIGURATION;
      case "42704", "42883", "42611" -> FailureKind.INCOMPATIBLE_TARGET;
      case "53300" -> FailureKind.UNAVAILABLE;
      case "XX001", "XX002" -> FailureKind.CORRUPT;
      case "57014", "40001", "40P01", "55P03", "55006", "72000" -> FailureKind.UNAVAILABLE;
      default -> kindOfClass(state.length() < 2 ? "" : state.substring(0, 2));
    };
  }

  private static FailureKind kindOfClass(String states) {
    return switch (states) {
      case "28" -> FailureKind.DENIED;
      case "22", "23", "21", "54" -> FailureKind.INCOMPATIBLE_TARGET;
      case "53", "58" -> FailureKind.EXHAUSTED;
      case "08", "57", "XX", "F0" -> FailureKind.UNAVAILABLE;
      default -> FailureKind.INTERNAL;
    };
  }

  private static String hint(FailureKind kind, String state) {
    return switch (state) {
      case "28P01", "28000" -> "Check the user, the credential and the server's pg_hba.conf.";
      case "53100" -> "Make room on the server's disk.";
      case "53300" -> "Raise max_connections or lower the number of ranges read at once.";
      case "25006" -> "This server is a standby or read-only: restore into a primary.";
      case "42501" ->
          "Grant what the server asks for. Where row-level security is on, the role needs"
              + " BYPASSRLS: without it rows would be left out.";
      default ->
          kind == FailureKind.UNAVAILABLE && state.startsWith("08")
              ? "Check that the server runs and that this host reaches it."
              : "";
    };
  }
}
