package drillbook.watch;

import drillbook.check.Finding;
import drillbook.notice.Notice.Level;
import java.util.Objects;

/**
 * Something that somebody has to know, as long as it is so.
 *
 * @param key the same as long as it is the same: {@code paused/daily}
 * @param level how remarkable
 * @param finding what is so, and what to do
 * @param passing true: it happened, and nobody is told when it happens no more
 */
public record Alarm(String key, Level level, Finding finding, boolean passing) {
  /** Rejects an alarm without a key. */
  public Alarm {
    Objects.requireNonNull(level, "level == null");
    Objects.requireNonNull(finding, "finding == null");
    if (key.isBlank()) {
      throw new IllegalArgumentException("an alarm needs a key");
    }
  }
}
