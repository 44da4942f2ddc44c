package drillbook.engine.qdrant;

/** An answer that is no success, in the server's words. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int retryAfter;

  private Refusal(int status, String words, int retryAfter) {
    super(words);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  static Refusal wrong(String words) {
    return new Refusal(400, "Wrong input: " + words, 0);
  }

  static Refusal bad(String words) {
    return new Refusal(400, "Bad request: " + words, 0);
  }

  /** A body that the server cannot make sense of. */
  static Refusal format(String words) {
    return new Refusal(400, "Format error in JSON body: " + words, 0);
  }

  /** A body whose values are out of bounds. */
  static Refusal invalid(String words) {
    return new Refusal(422, "Validation error in JSON body: [" + words + "]", 0);
  }

  static Refusal strict(String words, String help) {
    return bad(words + ". Help: " + help);
  }

  static Refusal unknownCollection(String name) {
    return new Refusal(404, "Not found: Collection `" + name + "` doesn't exist!", 0);
  }

  static Refusal exists(String name) {
    return new Refusal(409, "Wrong input: Collection `" + name + "` already exists!", 0);
  }

  static Refusal forbidden(String words) {
    return new Refusal(403, "Forbidden: " + words, 0);
  }

  static Refusal internal(String words) {
    return new Refusal(500, "Service internal error: " + words, 0);
  }

  static Refusal tooFast(String what, int seconds) {
    return new Refusal(
        429,
        "Rate limiting exceeded: " + what + " rate limit exceeded. Retry after " + seconds + "s",
        seconds);
  }

  /** A request that costs more than the rate ever has: there is no time after which it passes. */
  static Refusal neverFastEnough(String what) {
    return new Refusal(
        429,
        "Rate limiting exceeded: "
            + what
            + " rate limit exceeded, request larger than rate limiter capacity, please try to"
            + " split your request",
        0);
  }

  /** A body that is larger than service.max_request_size_mb. */
  static Refusal tooLarge(int bytes, int most) {
    return new Refusal(
        400,
        "Payload error: JSON payload ("
            + bytes
            + " bytes) is larger than allowed (limit: "
            + most
            + " bytes)",
        0);
  }

  int status() {
    return status;
  }

  int retryAfter() {
    return retryAfter;
  }
}
