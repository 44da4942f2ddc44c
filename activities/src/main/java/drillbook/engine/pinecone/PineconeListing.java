package drillbook.engine.pinecone;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Pages of ids and of namespaces of one index. */
final class PineconeListing {
  /** Takes ids page by page, in the bitwise order of the listing. */
  @FunctionalInterface
  interface Page {
    /** Takes a page; returns whether more are wanted. */
    boolean take(List<String> ids) throws DrillbookException, InterruptedException;
  }

  /** The name by which the unnamed namespace is listed and asked for. */
  static final String DEFAULT_NAMESPACE = "__default__";

  private static final int PAGE = 100;

  private final PineconeHttp http;
  private final HttpUrl host;

  PineconeListing(PineconeHttp http, HttpUrl host) {
    this.http = http;
    this.host = host;
  }

  /** Returns a tenant's namespace as requests name it. */
  static String namespace(String tenant) {
    return tenant.equals(CollectionSchema.NO_TENANT) ? DEFAULT_NAMESPACE : tenant;
  }

  /** Hands out all ids of a namespace that start with a prefix; none where it does not exist. */
  void ids(String what, String tenant, String prefix, int limit, Page page)
      throws DrillbookException, InterruptedException {
    String token = "";
    String last = "";
    do {
      HttpUrl.Builder url =
          PineconeHttp.below(host, "vectors", "list")
              .newBuilder()
              .addQueryParameter("namespace", namespace(tenant))
              .addQueryParameter("limit", Integer.toString(limit));
      if (!prefix.isEmpty()) {
        url.addQueryParameter("prefix", prefix);
      }
      if (!token.isEmpty()) {
        url.addQueryParameter("paginationToken", token);
      }
      Object answer;
      Pace.LIST.await(PineconeRecords.key(host));
      try {
        answer = http.get(what, url.build());
      } catch (DrillbookException e) {
        // The index was described just now, so it is the namespace that is missing.
        if (e.kind() == FailureKind.NOT_FOUND && token.isEmpty()) {
          return;
        }
        throw e;
      }
      List<String> ids = texts(what, answer, "vectors", "id");
      for (String id : ids) {
        // In the order of a listing nothing comes twice, so that pages that go back are noticed.
        if (id.compareTo(last) <= 0) {
          throw PineconeIndex.malformed(what, "id '" + id + "' is listed after '" + last + "'");
        }
        last = id;
      }
      String next = next(what, answer, token);
      if (!ids.isEmpty() && !page.take(ids)) {
        return;
      }
      token = next;
    } while (!token.isEmpty());
  }

  /** Hands out all ids of a namespace. */
  void ids(String what, String tenant, Page page) throws DrillbookException, InterruptedException {
    ids(what, tenant, "", PAGE, page);
  }

  /**
   * Tells whether an id is listed. A prefix may have no spaces (source: Pinecone API, list), so
   * that what comes before the first one has to do; in the order of a listing, an id comes before
   * all others that it begins, and a space before all letters.
   */
  boolean has(String what, String tenant, String id)
      throws DrillbookException, InterruptedException {
    int space = id.indexOf(' ');
    List<String> found = new ArrayList<>();
    ids(
        what,
        tenant,
        space < 0 ? id : id.substring(0, space),
        space < 0 ? 1 : PAGE,
        ids -> {
          if (ids.contains(id)) {
            found.add(id);
          }
          return found.isEmpty() && ids.getLast().compareTo(id) < 0;
        });
    return !found.isEmpty();
  }

  /** Returns the descriptions of all namespaces that the index lists, sorted by name. */
  List<Map<?, ?>> namespaces(String what) throws DrillbookException, InterruptedException {
    List<Map<?, ?>> found = new ArrayList<>();
    String token = "";
    do {
      HttpUrl.Builder url =
          PineconeHttp.below(host, "namespaces")
              .newBuilder()
              .addQueryParameter("limit", Integer.toString(PAGE));
      if (!token.isEmpty()) {
        url.addQueryParameter("paginationToken", token);
      }
      Object answer = http.get(what, url.build());
      for (Object row : rows(what, answer, "namespaces")) {
        if (!(row instanceof Map<?, ?> map) || !(map.get("name") instanceof String)) {
          throw PineconeIndex.malformed(what, "a namespace has no name");
        }
        found.add(map);
      }
      token = next(what, answer, token);
    } while (!token.isEmpty());
    return found;
  }

  /** Tells whether a namespace has a record. */
  boolean hasRecords(String what, String tenant) throws DrillbookException, InterruptedException {
    List<String> found = new ArrayList<>();
    ids(
        what,
        tenant,
        "",
        1,
        ids -> {
          found.addAll(ids);
          return false;
        });
    return !found.isEmpty();
  }

  /** A token that comes back as it was sent would page for ever. */
  private static String next(String what, Object answer, String sent) throws DrillbookException {
    Object pagination = answer instanceof Map<?, ?> map ? map.get("pagination") : null;
    Object next = pagination instanceof Map<?, ?> map ? map.get("next") : null;
    String token = next instanceof String text ? text : "";
    if (!token.isEmpty() && token.equals(sent)) {
      throw PineconeIndex.malformed(what, "the listing does not go on");
    }
    return token;
  }

  private static List<String> texts(String what, Object answer, String rows, String field)
      throws DrillbookException {
    List<String> texts = new ArrayList<>(PAGE);
    for (Object row : rows(what, answer, rows)) {
      if (!(row instanceof Map<?, ?> map) || !(map.get(field) instanceof String text)) {
        throw PineconeIndex.malformed(what, "a row of '" + rows + "' has no " + field);
      }
      texts.add(text);
    }
    return texts;
  }

  /** An answer without the field is one without rows: empty fields are left out. */
  private static List<?> rows(String what, Object answer, String field) throws DrillbookException {
    @Nullable Object rows = answer instanceof Map<?, ?> map ? map.get(field) : null;
    if (rows == null && answer instanceof Map<?, ?>) {
      return List.of();
    }
    if (rows instanceof List<?> list) {
      return list;
    }
    throw PineconeIndex.malformed(what, "the field '" + field + "' is no list");
  }
}
