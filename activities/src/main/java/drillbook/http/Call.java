package drillbook.http;

import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * One request.
 *
 * @param what what could not be done if it fails, in words
 * @param method {@code GET}, {@code POST} and so on
 * @param url where
 * @param shown the address as messages may show it; empty where it is a secret
 * @param headers what else is said
 * @param body a document that becomes JSON
 */
public record Call(
    String what,
    String method,
    HttpUrl url,
    String shown,
    Map<String, String> headers,
    Optional<Object> body) {
  /** Copies the headers. */
  public Call {
    headers = Map.copyOf(headers);
  }

  /** Returns how messages end: {@code [POST /repos/a/b/issues 422]}. */
  String tail(String status) {
    return " [" + String.join(" ", method, shown, status).replaceAll("\\s+", " ").strip() + "]";
  }

  /** Headers and address may be secret. */
  @Override
  public String toString() {
    return what + tail("");
  }
}
