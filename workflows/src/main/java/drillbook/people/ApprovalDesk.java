package drillbook.people;

import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a run waits for approvals, and where approvals and a stop come in. */
public final class ApprovalDesk {
  private final String subject;
  private final ApprovalRule rule;
  private final boolean deletes;
  private final List<Approval> approvals = new ArrayList<>();
  private Optional<Stop> stop = Optional.empty();
  private boolean open;
  private boolean ended;
  private Runnable onStop = () -> {};

  /**
   * Opens nothing yet.
   *
   * @param subject what has to be typed
   * @param deletes whether something is deleted where every approver says so
   */
  public ApprovalDesk(String subject, ApprovalRule rule, boolean deletes) {
    this.subject = subject;
    this.rule = rule;
    this.deletes = deletes;
  }

  /** Takes approvals from now on: before people are asked, since an answer may be quick. */
  public void open() {
    open = true;
  }

  /**
   * Waits until enough people approved, somebody stopped it, or the time is up.
   *
   * @param escalate asks people once more
   * @return whether enough approved and nobody stopped it
   */
  public boolean await(Runnable escalate) {
    Duration rest = rule.within().minus(rule.escalateAfter());
    boolean answered = Workflow.await(rule.escalateAfter(), this::isAnswered);
    if (!answered && rest.isPositive()) {
      escalate.run();
      Workflow.await(rest, this::isAnswered);
    }
    open = false;
    return stop.isEmpty() && approvals.size() >= rule.needed();
  }

  private boolean isAnswered() {
    return stop.isPresent() || approvals.size() >= rule.needed();
  }

  /** Takes an approval that was checked. */
  public void take(Approval approval) {
    approvals.add(approval);
  }

  /** Refuses an approval that nobody waits for, that is not its sender's to give, or a second. */
  public void check(Approval approval) {
    require(open && !isAnswered(), "no approval is waited for at this moment");
    require(!approval.who().isEmpty(), "say who approves: {\"who\": \"...\", \"typed\": \"...\"}");
    require(
        rule.approvers().isEmpty()
            || rule.approvers().stream().anyMatch(name -> same(name, approval.who())),
        "'" + approval.who() + "' is none of the approvers: " + rule.approvers());
    require(
        approvals.stream().noneMatch(before -> same(before.who(), approval.who())),
        "'"
            + approval.who()
            + "' approved already: "
            + rule.needed()
            + " different people have to");
    require(
        approval.typed().equals(subject),
        "type the target's name to approve: typed must be '" + subject + "'");
    require(
        deletes || !approval.delete(),
        "this runbook fences the primary and never deletes it: approve without delete");
  }

  /** Stops what is under way, if it still can be. */
  public void take(Stop given) {
    stop = Optional.of(given);
    onStop.run();
  }

  /** Refuses a stop that does not say who stops, or that comes too late. */
  public void check(Stop given) {
    require(!given.who().isEmpty(), "say who stops it: {\"who\": \"...\", \"words\": \"...\"}");
    require(stop.isEmpty(), "it is being stopped already");
    require(!ended, "it is over already, and on its way back");
  }

  /** Says what a stop interrupts from now on. */
  public void onStop(Runnable interrupt) {
    onStop = interrupt;
    if (stop.isPresent()) {
      interrupt.run();
    }
  }

  /** Says that from now on there is nothing left to stop. */
  public void end() {
    ended = true;
    onStop = () -> {};
  }

  /** Returns who approved so far. */
  public List<Approval> approvals() {
    return List.copyOf(approvals);
  }

  /** Returns who stopped it, where somebody did. */
  public Optional<Stop> stopped() {
    return stop;
  }

  private static boolean same(String name, String other) {
    return name.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
  }

  private static void require(boolean condition, String refusal) {
    if (!condition) {
      throw new IllegalArgumentException(refusal);
    }
  }
}
