package drillbook.notice;

import io.temporal.activity.ActivityInterface;

/** Tells people. */
@ActivityInterface(namePrefix = "Notice")
public interface NoticeActivities {
  /**
   * Posts a notice on one route. Posted again after a lost answer it may appear twice: people are
   * told twice rather than not at all.
   *
   * @return the thread that further notices of the same run belong to; an empty string where the
   *     route has none
   */
  String post(NoticePost post);

  /**
   * What to post where.
   *
   * @param route where
   * @param notice what
   * @param thread what an earlier post of this run returned; an empty string for the first
   */
  record NoticePost(NoticeRoute route, Notice notice, String thread) {}
}
