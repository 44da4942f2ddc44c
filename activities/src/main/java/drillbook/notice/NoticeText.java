package drillbook.notice;

import java.util.List;

/** A notice as plain text, as mails carry it. */
public final class NoticeText {
  private NoticeText() {}

  /** Returns the lines; what is wrong stands first. */
  public static List<String> lines(Notice notice) {
    return MailText.body(notice, TemporalUi.NONE).lines().toList();
  }

  /** Returns a notice's level as people read it. */
  public static String word(Notice.Level level) {
    return Wording.word(level);
  }
}
