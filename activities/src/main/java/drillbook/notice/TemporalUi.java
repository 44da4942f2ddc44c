package drillbook.notice;

import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Where people look at runs.
 *
 * @param address the web UI of Temporal; an empty string where there is none
 * @param namespace where the runs are
 */
public record TemporalUi(String address, String namespace) {
  /** No pages to look at. */
  public static final TemporalUi NONE = new TemporalUi("", "default");

  /** Rejects what is no address. */
  public TemporalUi {
    Objects.requireNonNull(namespace, "namespace == null");
    if (!address.isEmpty() && HttpUrl.parse(address) == null) {
      throw new IllegalArgumentException("the Temporal UI's address is neither http nor https");
    }
  }

  /** Returns the page of a run. */
  public Optional<String> link(String workflowId, String runId) {
    HttpUrl root = address.isEmpty() ? null : HttpUrl.parse(address);
    if (root == null) {
      return Optional.empty();
    }
    return Optional.of(
        root.newBuilder()
            .addPathSegment("namespaces")
            .addPathSegment(namespace)
            .addPathSegment("workflows")
            .addPathSegment(workflowId)
            .addPathSegment(runId)
            .addPathSegment("history")
            .build()
            .toString());
  }
}
