package drillbook.engine.pinecone;

/** An answer of the fake that is no success. */
final class TestingRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  private TestingRefusal(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static TestingRefusal invalid(String message) {
    return new TestingRefusal(400, "INVALID_ARGUMENT", message);
  }

  static TestingRefusal of(int status, String code, String message) {
    return new TestingRefusal(status, code, message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** Returns the number of google.rpc.Code by which the data plane says the same. */
  int number() {
    return switch (code) {
      case "INVALID_ARGUMENT" -> 3;
      case "NOT_FOUND" -> 5;
      case "ALREADY_EXISTS" -> 6;
      case "PERMISSION_DENIED" -> 7;
      case "RESOURCE_EXHAUSTED" -> 8;
      case "UNIMPLEMENTED" -> 12;
      case "UNAVAILABLE" -> 14;
      case "UNAUTHENTICATED" -> 16;
      default -> 2;
    };
  }
}
