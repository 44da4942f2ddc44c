package drillbook.demo.calendar;

import drillbook.notice.Notice;
import drillbook.notice.NoticeActivities;
import drillbook.people.Approval;
import drillbook.runbook.HumanAnswer;
import drillbook.ticket.Ticket;
import drillbook.ticket.TicketActivities;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/** Those who are told, who are asked, and who keep tickets. Several threads. */
final class SimulatedPeople implements NoticeActivities, TicketActivities {
  private static final Duration TO_APPROVE = Duration.ofMinutes(9);
  private static final Duration TO_ACT = Duration.ofMinutes(25);

  private final SimulatedWork work;
  private final QuarterListener listener;
  private final List<Told> told = new ArrayList<>();
  private final List<Filed> tickets = new ArrayList<>();
  private final Queue<Answer> answers = new PriorityQueue<>(Comparator.comparing(Answer::at));

  /**
   * A notice that was posted.
   *
   * @param at when
   */
  record Told(Instant at, Notice notice) {}

  /**
   * A ticket.
   *
   * @param address where it would be read
   * @param ticket what it said first
   * @param opened when
   * @param closed when; absent while it is open
   */
  record Filed(String address, Ticket ticket, Instant opened, Optional<Instant> closed) {}

  /**
   * What somebody will do.
   *
   * @param at when
   * @param workflowId to which run
   * @param update which message
   * @param message its argument
   */
  record Answer(Instant at, String workflowId, String update, Object message) {}

  /**
   * Begins with nobody told.
   *
   * @param listener hears what they hear
   */
  SimulatedPeople(SimulatedWork work, QuarterListener listener) {
    this.work = work;
    this.listener = listener;
  }

  @Override
  public synchronized String post(NoticePost post) {
    Instant now = work.now();
    Notice notice = post.notice();
    told.add(new Told(now, notice));
    String asking = notice.workflowId();
    if (notice.title().contains("is asked to act")) {
      HumanAnswer done = new HumanAnswer("ada", true, "All were reached.");
      answers.add(new Answer(now.plus(TO_ACT), asking, "answer", done));
    } else if (notice.title().contains("waits for approval")) {
      Approval approval = new Approval("grace", QuarterStory.TARGET, false, "");
      answers.add(new Answer(now.plus(TO_APPROVE), asking, "approve", approval));
    }
    listener.told(now, notice);
    return "thread";
  }

  @Override
  public synchronized String file(TicketPost post) {
    Optional<Filed> open = open(post.ticket().key());
    if (open.isPresent()) {
      return open.get().address();
    }
    String address = "simulated/operations#" + (tickets.size() + 1);
    Filed filed = new Filed(address, post.ticket(), work.now(), Optional.empty());
    tickets.add(filed);
    listener.opened(filed.opened(), filed);
    return address;
  }

  @Override
  public synchronized String close(TicketPost post) {
    Optional<Filed> open = open(post.ticket().key());
    open.ifPresent(filed -> {
      Instant now = work.now();
      tickets.set(
          tickets.indexOf(filed),
          new Filed(filed.address(), filed.ticket(), filed.opened(), Optional.of(now)));
      listener.closed(now, filed, post.ticket().body());
    });
    return open.map(Filed::address).orElse("");
  }

  /** Returns what somebody will do next, where it is before a time, and forgets it. */
  synchronized Optional<Answer> answerBefore(Instant time) {
    Answer next = answers.peek();
    if (next == null || next.at().isAfter(time)) {
      return Optional.empty();
    }
    return Optional.ofNullable(answers.poll());
  }

  synchronized List<Told> told() {
    return List.copyOf(told);
  }

  synchronized List<Filed> tickets() {
    return List.copyOf(tickets);
  }

  private Optional<Filed> open(String key) {
    return tickets.stream()
        .filter(filed -> filed.ticket().key().equals(key) && filed.closed().isEmpty())
        .findFirst();
  }
}
