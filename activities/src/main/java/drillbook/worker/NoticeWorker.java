package drillbook.worker;

import drillbook.notice.NoticeActivities;
import drillbook.notice.Notices;

/** The activities that tell people. */
public final class NoticeWorker implements NoticeActivities {
  private final Notices notices;

  /** Opens nothing until an activity runs. */
  public NoticeWorker(Surroundings surroundings) {
    this(new Notices(surroundings.ui(), surroundings.clock()));
  }

  /** Opens nothing until an activity runs. */
  public NoticeWorker(Notices notices) {
    this.notices = notices;
  }

  @Override
  public String post(NoticePost post) {
    return Failures.call(() -> notices.post(post));
  }
}
