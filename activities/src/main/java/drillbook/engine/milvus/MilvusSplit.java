package drillbook.engine.milvus;

import drillbook.failure.DrillbookException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts a collection into ranges of primary keys of about the same size, by counting how many
 * records lie below a key. Every key is in exactly one range, whatever is written meanwhile.
 */
final class MilvusSplit {
  /** A range: the keys after one and up to another, as tokens; empty where there is no bound. */
  record Part(String after, String upTo) {}

  /** Counts the records of a filter, about. */
  @FunctionalInterface
  interface Count {
    long of(String filter) throws DrillbookException, InterruptedException;
  }

  private static final int MOST_PARTS = 8;
  private static final int LONGEST_BOUND = 32;
  private static final char FIRST_CHARACTER = ' ';
  private static final char LAST_CHARACTER = '~';

  private final MilvusShape shape;
  private final Count count;
  private final long recordsPerPart;
  private final Map<String, Long> below = new HashMap<>();

  /**
   * Creates a splitter.
   *
   * @param recordsPerPart how many records are worth a range of their own
   */
  MilvusSplit(MilvusShape shape, long recordsPerPart, Count count) {
    this.shape = shape;
    this.recordsPerPart = recordsPerPart;
    this.count = count;
  }

  /** Returns the ranges, in the order of keys. */
  List<Part> parts() throws DrillbookException, InterruptedException {
    long total = count.of("");
    long wanted = Math.min(MOST_PARTS, total / recordsPerPart);
    List<String> bounds = new ArrayList<>();
    for (int i = 1; i < wanted; i++) {
      long target = total / wanted * i;
      long tolerance = Math.max(1, total / wanted / 4);
      String bound = shape.integerKey() ? number(target, tolerance) : text(target, tolerance);
      if (bounds.isEmpty() || isAfter(bound, bounds.getLast())) {
        bounds.add(bound);
      }
    }
    List<Part> parts = new ArrayList<>();
    String after = "";
    for (String bound : bounds) {
      String token = MilvusKeys.token(shape, bound);
      parts.add(new Part(after, token));
      after = token;
    }
    parts.add(new Part(after, ""));
    return parts;
  }

  private boolean isAfter(String bound, String other) {
    return shape.integerKey()
        ? Long.parseLong(bound) > Long.parseLong(other)
        : bound.compareTo(other) > 0;
  }

  /** Halves the integers until about the wanted number of records lies below. */
  private String number(long target, long tolerance)
      throws DrillbookException, InterruptedException {
    long low = Long.MIN_VALUE + 1;
    long high = Long.MAX_VALUE - 1;
    while (low < high) {
      // The middle between the two without an overflow of their sum.
      long middle = (low & high) + ((low ^ high) >> 1);
      long found = below(Long.toString(middle));
      if (Math.abs(found - target) <= tolerance) {
        return Long.toString(middle);
      }
      if (found < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Long.toString(low);
  }

  /** Adds character after character, each the last that leaves too few records below. */
  private String text(long target, long tolerance) throws DrillbookException, InterruptedException {
    StringBuilder bound = new StringBuilder();
    while (bound.length() < LONGEST_BOUND) {
      char low = FIRST_CHARACTER;
      char high = LAST_CHARACTER;
      while (low < high) {
        char middle = (char) ((low + high + 1) / 2);
        if (below(bound.toString() + middle) <= target) {
          low = middle;
        } else {
          high = (char) (middle - 1);
        }
      }
      bound.append(low);
      if (Math.abs(below(bound.toString()) - target) <= tolerance) {
        break;
      }
    }
    return bound.toString();
  }

  private long below(String bound) throws DrillbookException, InterruptedException {
    Long known = below.get(bound);
    if (known == null) {
      known = count.of(MilvusKeys.between(shape, Optional.empty(), Optional.of(bound)));
      below.put(bound, known);
    }
    return known;
  }
}
