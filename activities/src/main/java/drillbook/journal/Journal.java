package drillbook.journal;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened to a target, as signed entries {@code <target>/journal/<20 digits>.json}. Each
 * entry names the digest of the one before, so that none can be changed or taken out unseen; only
 * the newest ones could be cut off, against which heads are kept elsewhere.
 *
 * <p>Several processes may append at the same time: the store lets one of them have a number, the
 * others take the next. Safe for several threads. Does no I/O until asked.
 */
public final class Journal {
  private static final int PAGE = 1000;
  private static final int MOST_RACES = 50;

  /** How many entries of the same kind are looked at for an append that was made before. */
  private static final int REMEMBERED = 16;

  private final ArtifactStore store;
  private final String target;
  private final SigningKey key;
  private final TrustedKeys trusted;
  private final InstantSource clock;

  /**
   * Looks at the store when asked, not before.
   *
   * @param target whose journal
   * @param key signs what is appended
   * @param trusted whose entries are believed; holds the key's public half
   */
  public Journal(
      ArtifactStore store,
      String target,
      SigningKey key,
      TrustedKeys trusted,
      InstantSource clock) {
    this.store = store;
    this.target = target;
    this.key = key;
    this.trusted = trusted;
    this.clock = clock;
  }

  /** Looks at entries, newest first. */
  @FunctionalInterface
  public interface Visitor {
    /** Looks at an entry; returns whether to go on with an older one. */
    boolean visit(JournalEntry entry);
  }

  /**
   * Appends an entry. An append of the same kind and run as one of the newest {@value #REMEMBERED}
   * entries of that kind changes nothing and returns that entry's head, so that a retry is safe.
   *
   * @throws DrillbookException CORRUPT when the newest entry is not authentic, since nothing can be
   *     chained to it; UNAVAILABLE when other writers were faster each time
   */
  public JournalHead append(JournalRecord record) throws DrillbookException, InterruptedException {
    if (!record.target().equals(target)) {
      throw new IllegalArgumentException(
          "an entry of '" + record.target() + "' in the journal of '" + target + "'");
    }
    for (int race = 0; race < MOST_RACES; race++) {
      Optional<JournalHead> appended = tryAppend(record);
      if (appended.isPresent()) {
        return appended.get();
      }
    }
    throw new DrillbookException(
        FailureKind.UNAVAILABLE,
        "append to the journal of " + target + ": " + MOST_RACES + " others were faster");
  }

  /** Returns the newest entry's number and digest; number 0 for an empty journal. */
  public JournalHead head() throws DrillbookException, InterruptedException {
    long number = lastNumber();
    return number == 0 ? new JournalHead(0, "") : read(number).entry().head();
  }

  /**
   * Returns the newest entries, newest first.
   *
   * @param n how many at most
   */
  public List<JournalEntry> last(int n) throws DrillbookException, InterruptedException {
    List<JournalEntry> entries = new ArrayList<>();
    if (n > 0) {
      readBackwards(entry -> {
        entries.add(entry);
        return entries.size() < n;
      });
    }
    return entries;
  }

  /**
   * Returns the newest entries of one kind, newest first. Costs one read for each of them.
   *
   * @param n how many at most
   */
  public List<JournalEntry> last(String kind, int n)
      throws DrillbookException, InterruptedException {
    List<JournalEntry> entries = new ArrayList<>();
    if (n > 0) {
      readBackwards(
          kind,
          entry -> {
            entries.add(entry);
            return entries.size() < n;
          });
    }
    return entries;
  }

  /**
   * Shows all entries, newest first, until the visitor has enough. Each one's signature is checked;
   * missing ones are passed over: whether the chain is whole, {@link #verify} tells.
   *
   * @throws DrillbookException CORRUPT at an entry that is not authentic
   */
  public void readBackwards(Visitor visitor) throws DrillbookException, InterruptedException {
    for (long number = lastNumber(); number > 0; number--) {
      Optional<Read> found = find(number);
      if (found.isPresent() && !visitor.visit(found.get().entry())) {
        return;
      }
    }
  }

  /**
   * Shows the entries of one kind, newest first, until the visitor has enough. Costs one read for
   * each of them, however many others lie between.
   *
   * @throws DrillbookException CORRUPT at an entry that is not authentic
   */
  public void readBackwards(String kind, Visitor visitor)
      throws DrillbookException, InterruptedException {
    long number = lastNumber();
    while (number > 0) {
      Optional<Read> found = find(number);
      if (found.isEmpty()) {
        number--;
        continue;
      }
      JournalEntry entry = found.get().entry();
      if (entry.record().kind().equals(kind) && !visitor.visit(entry)) {
        return;
      }
      number = Math.min(number - 1, found.get().content().latest().getOrDefault(kind, 0L));
    }
  }

  /**
   * Reads the whole journal and checks numbers, signatures and chain.
   *
   * @param expectedHead a head that was kept outside the store: with one, nothing up to it can have
   *     been cut off; without one, the tail is not proven
   */
  public JournalCheck verify(Optional<JournalHead> expectedHead)
      throws DrillbookException, InterruptedException {
    JournalAudit audit = new JournalAudit(target, trusted, expectedHead);
    String folder = JournalFile.folder(target);
    String after = "";
    while (true) {
      List<Listed> page = store.list(folder, after, PAGE);
      for (Listed listed : page) {
        after = listed.key();
        long number = JournalFile.number(target, after).orElse(0);
        if (number > 0) {
          audit.take(number, JournalFile.read(store, target, number));
        } else {
          audit.foreign(after);
        }
      }
      if (page.size() < PAGE) {
        return audit.end();
      }
    }
  }

  private record Read(JournalFile.Content content, JournalEntry entry) {}

  private Optional<JournalHead> tryAppend(JournalRecord record)
      throws DrillbookException, InterruptedException {
    long last = lastNumber();
    SortedMap<String, Long> latest = new TreeMap<>();
    String previous = "";
    if (last > 0) {
      Read head = readHead(last);
      Optional<JournalHead> earlier = earlier(record, head);
      if (earlier.isPresent()) {
        return earlier;
      }
      previous = head.entry().sha256();
      latest.putAll(head.content().latest());
      latest.put(head.entry().record().kind(), last);
    }
    byte[] envelope =
        JournalFile.seal(
            new JournalFile.Content(
                last + 1, clock.instant().truncatedTo(ChronoUnit.MILLIS), previous, latest, record),
            key);
    try {
      store.putNew(JournalFile.key(target, last + 1), envelope);
      return Optional.of(new JournalHead(last + 1, JournalFile.sha256(envelope)));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CONFLICT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns the entry that an earlier attempt of the same append made. */
  private Optional<JournalHead> earlier(JournalRecord record, Read head)
      throws DrillbookException, InterruptedException {
    Read read = head;
    for (int seen = 0; seen < REMEMBERED; ) {
      JournalRecord other = read.entry().record();
      if (other.kind().equals(record.kind())) {
        if (other.run().equals(record.run())) {
          return Optional.of(read.entry().head());
        }
        seen++;
      }
      long next = read.content().latest().getOrDefault(record.kind(), 0L);
      Optional<Read> older =
          next > 0 && next < read.entry().number() ? findAuthentic(next) : Optional.empty();
      if (older.isEmpty()) {
        return Optional.empty();
      }
      read = older.get();
    }
    return Optional.empty();
  }

  private Read readHead(long number) throws DrillbookException, InterruptedException {
    try {
      return read(number);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CORRUPT) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            e.getMessage(),
            "Nothing can be chained to it. See: drillbook journal verify " + target,
            e);
      }
      throw e;
    }
  }

  private Read read(long number) throws DrillbookException, InterruptedException {
    byte[] bytes = JournalFile.read(store, target, number);
    JournalFile.Content content = JournalFile.open(target, number, bytes, trusted);
    return new Read(
        content,
        new JournalEntry(number, content.at(), content.record(), JournalFile.sha256(bytes)));
  }

  private Optional<Read> find(long number) throws DrillbookException, InterruptedException {
    try {
      return Optional.of(read(number));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** An entry that cannot be believed does not tell of an earlier attempt. */
  private Optional<Read> findAuthentic(long number)
      throws DrillbookException, InterruptedException {
    try {
      return find(number);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CORRUPT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns the largest number in the store; 0 for an empty journal. Gallops, since a journal of
   * years has more keys than a listing should go through for each append.
   */
  private long lastNumber() throws DrillbookException, InterruptedException {
    Numbers page = numbersAfter(0);
    long known = page.last();
    for (long step = PAGE; page.more(); step *= 2) {
      page = numbersAfter(known + step);
      if (page.last() == 0) {
        return lastBetween(known, known + step);
      }
      known = page.last();
    }
    return known;
  }

  /** Bisects between a number that is there and one behind which there is none. */
  private long lastBetween(long there, long none) throws DrillbookException, InterruptedException {
    long low = there;
    long high = none;
    while (high - low > PAGE) {
      long middle = low + (high - low) / 2;
      Numbers page = numbersAfter(middle);
      if (page.last() == 0) {
        high = middle;
      } else if (page.more()) {
        low = page.last();
      } else {
        return page.last();
      }
    }
    return Math.max(low, numbersAfter(low).last());
  }

  /**
   * A page of the journal's numbers.
   *
   * @param last the largest; 0 where there is none
   * @param more whether there may be larger ones behind the page
   */
  private record Numbers(long last, boolean more) {}

  private Numbers numbersAfter(long number) throws DrillbookException, InterruptedException {
    String after = number == 0 ? "" : JournalFile.key(target, number);
    while (true) {
      List<Listed> page = store.list(JournalFile.folder(target), after, PAGE);
      long last = 0;
      for (Listed listed : page) {
        after = listed.key();
        last = Math.max(last, JournalFile.number(target, after).orElse(0));
      }
      boolean more = page.size() == PAGE;
      // A page full of foreign names says nothing about what lies behind it.
      if (last > 0 || !more) {
        return new Numbers(last, more);
      }
    }
  }
}
