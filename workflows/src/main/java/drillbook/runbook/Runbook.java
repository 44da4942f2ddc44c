package drillbook.runbook;

import drillbook.drift.DriftRule;
import drillbook.notice.NoticeRoute;
import drillbook.ticket.TicketRoute;
import drillbook.verify.SizeRule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a target, how often, what must hold, and who hears of it. Travels whole in the
 * arguments of the runs that it schedules: what was applied is what is done, wherever the file
 * went. Holds references to secrets, never a secret.
 *
 * @param name how people call it
 * @param target a target that workers know
 * @param zone in which times are meant, as in {@code Europe/Zurich}; UTC when left out
 * @param objectives what was promised
 * @param occasions at most one a cadence
 * @param sizeDelta how much a size may move
 * @param retention which backups are kept
 * @param notices where messages go
 * @param tickets where tickets are filed
 * @param watchdog how often somebody looks whether the rest is done; hourly when left out
 * @param drift how far records may move before it is worth a look
 */
public record Runbook(
    String name,
    String target,
    String zone,
    Objectives objectives,
    List<Occasion> occasions,
    SizeRule sizeDelta,
    Retention retention,
    List<NoticeRoute> notices,
    List<TicketRoute> tickets,
    Watch watchdog,
    DriftRule drift) {
  /** How often somebody looks. */
  public enum Watch {
    /** Every hour. */
    HOURLY,
    /** Not at all. */
    NEVER
  }

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** Fills in what was left out. */
  public Runbook(
      String name,
      String target,
      @Nullable String zone,
      @Nullable Objectives objectives,
      List<Occasion> occasions,
      @Nullable SizeRule sizeDelta,
      @Nullable Retention retention,
      @Nullable List<NoticeRoute> notices,
      @Nullable List<TicketRoute> tickets,
      @Nullable Watch watchdog,
      @Nullable DriftRule drift) {
    this.name = name;
    this.target = target;
    this.zone = zone == null || zone.isBlank() ? "UTC" : zone.strip();
    this.objectives = Objects.requireNonNullElse(objectives, Objectives.NONE);
    this.occasions = List.copyOf(occasions);
    this.sizeDelta = Objects.requireNonNullElse(sizeDelta, SizeRule.DEFAULT);
    this.retention = Objects.requireNonNullElse(retention, Retention.DEFAULT);
    this.notices = notices == null ? List.of() : List.copyOf(notices);
    this.tickets = tickets == null ? List.of() : List.copyOf(tickets);
    this.watchdog = Objects.requireNonNullElse(watchdog, Watch.HOURLY);
    this.drift = Objects.requireNonNullElse(drift, DriftRule.DEFAULT);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a runbook's name is lower-case letters, digits and dashes, at most 63: '" + name + "'");
    }
    if (target.isBlank()) {
      throw new IllegalArgumentException("target is missing: name one that the workers know");
    }
    zoneId(this.zone);
    Set<Cadence> seen = new HashSet<>();
    for (Occasion occasion : this.occasions) {
      if (!seen.add(occasion.cadence())) {
        throw new IllegalArgumentException(occasion.cadence().word() + " stands there twice");
      }
    }
  }

  /** Creates a runbook that is watched, by which records may move as far as usual. */
  public Runbook(
      String name,
      String target,
      @Nullable String zone,
      @Nullable Objectives objectives,
      List<Occasion> occasions,
      @Nullable SizeRule sizeDelta,
      @Nullable Retention retention,
      @Nullable List<NoticeRoute> notices,
      @Nullable List<TicketRoute> tickets) {
    this(
        name,
        target,
        zone,
        objectives,
        occasions,
        sizeDelta,
        retention,
        notices,
        tickets,
        null,
        null);
  }

  /** Returns what is done at a cadence, where something is. */
  public Optional<Occasion> occasion(Cadence cadence) {
    return occasions.stream().filter(occasion -> occasion.cadence() == cadence).findFirst();
  }

  private static ZoneId zoneId(String zone) {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "there is no zone '" + zone + "': expected UTC or a name such as Europe/Zurich", e);
    }
  }
}
