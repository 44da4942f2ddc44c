package drillbook.http;

/**
 * A request that was sent and its answer, as they went over the wire.
 *
 * @param method {@code GET}, {@code PUT} and so on
 * @param path without a query, still encoded
 * @param query still encoded; empty where there is none
 * @param request the request's body; empty where there is none
 * @param status the answer's HTTP status
 * @param answerType the answer's content type; empty where it does not say
 * @param answer the answer's body
 */
public record RecordedExchange(
    String method,
    String path,
    String query,
    String request,
    int status,
    String answerType,
    String answer) {
  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query) + " -> " + status;
  }
}
