package drillbook.engine.chroma;

import drillbook.engine.CaptureNotes;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Lists the ids of a collection where a server hands out some only at once. Pages go by offset, so
 * a record that is deleted meanwhile would move others past the next page's begin, unseen. Each
 * page therefore begins with the last id of the one before; where it does not, the listing begins
 * anew.
 */
final class ChromaPages {
  private static final int LISTINGS = 5;
  private static final int IDS_PER_NOTE = 50_000;

  private final ChromaHttp http;
  private final int rows;

  /**
   * Prepares a listing.
   *
   * @param rows how many ids a page has, at least 2
   */
  ChromaPages(ChromaHttp http, int rows) {
    this.http = http;
    this.rows = rows;
  }

  /**
   * Writes the ids as notes, length before bytes.
   *
   * @return how many ids each note has; note {@code i} is {@code prefix-listing-i}
   * @throws DrillbookException UNAVAILABLE when records keep coming and going
   */
  List<Note> note(String what, HttpUrl get, CaptureNotes notes, String prefix)
      throws DrillbookException, InterruptedException {
    for (int listing = 0; listing < LISTINGS; listing++) {
      Optional<List<Note>> noted = list(what, get, notes, prefix + "-" + listing);
      if (noted.isPresent()) {
        return noted.get();
      }
    }
    throw new DrillbookException(
        FailureKind.UNAVAILABLE, what + ": records are deleted while they are listed");
  }

  /**
   * Some of the ids.
   *
   * @param name of the note
   */
  record Note(String name, long count) {}

  private Optional<List<Note>> list(String what, HttpUrl get, CaptureNotes notes, String prefix)
      throws DrillbookException, InterruptedException {
    List<Note> written = new ArrayList<>();
    List<String> page = page(what, get, 0);
    long offset = page.size();
    List<String> fresh = page;
    while (true) {
      String name = prefix + "-" + written.size();
      long count = 0;
      boolean more = true;
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(notes.write(name), 1 << 16))) {
        while (more && count < IDS_PER_NOTE) {
          for (String id : fresh) {
            byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
          }
          count += fresh.size();
          more = page.size() == rows;
          if (more) {
            String last = page.getLast();
            page = page(what, get, offset - 1);
            if (page.isEmpty() || !page.getFirst().equals(last)) {
              return Optional.empty();
            }
            fresh = page.subList(1, page.size());
            offset += fresh.size();
          }
        }
      } catch (IOException e) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE, "note " + name + ": " + e.getMessage(), "", e);
      }
      written.add(new Note(name, count));
      if (!more) {
        return Optional.of(written);
      }
    }
  }

  private List<String> page(String what, HttpUrl get, long offset)
      throws DrillbookException, InterruptedException {
    Object answer =
        http.send(what, "POST", get, Map.of("limit", rows, "offset", offset, "include", List.of()));
    Object ids = answer instanceof Map<?, ?> map ? map.get("ids") : null;
    return ChromaHttp.list(what, ids == null ? "no ids" : ids).stream()
        .map(String::valueOf)
        .toList();
  }
}
