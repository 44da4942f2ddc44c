package drillbook.notice;

import com.slack.api.model.block.ContextBlock;
import com.slack.api.model.block.HeaderBlock;
import com.slack.api.model.block.LayoutBlock;
import com.slack.api.model.block.SectionBlock;
import com.slack.api.model.block.composition.MarkdownTextObject;
import com.slack.api.model.block.composition.PlainTextObject;
import com.slack.api.model.block.composition.TextObject;
import com.slack.api.util.json.GsonFactory;
import drillbook.check.Finding;
import drillbook.notice.Notice.Fact;
import java.util.ArrayList;
import java.util.List;

/**
 * A notice as Slack's Block Kit, within its bounds. What does not fit is counted, never dropped in
 * silence.
 *
 * <p>Source: Slack, reference of Block Kit, read 2026-11: 50 blocks a message, 10 fields a section,
 * 2000 characters a field, 3000 a text, 150 a header.
 */
final class SlackBlocks {
  static final int BLOCKS = 50;
  static final int FIELDS = 10;
  static final int FIELD_CHARS = 2000;
  static final int TEXT_CHARS = 3000;
  static final int HEADER_CHARS = 150;

  /**
   * All text of a message: Slack refuses longer messages as {@code msg_blocks_too_long} and does
   * not document from where on; people do not read more either.
   */
  static final int ALL_CHARS = 12_000;

  /** What figures may take of it, so that findings always have room. */
  private static final int FACTS_CHARS = 5_000;

  private static final int FACTS = 40;

  private SlackBlocks() {}

  /** Returns the blocks as Slack's JSON. */
  static String json(Notice notice, TemporalUi ui) {
    return GsonFactory.createSnakeCase().toJson(of(notice, ui));
  }

  /** Returns what notifications and screen readers say in place of the blocks. */
  static String fallback(Notice notice) {
    return SlackText.escaped(
        Wording.word(notice.level()) + ": " + Wording.line(notice.title()), TEXT_CHARS);
  }

  static List<LayoutBlock> of(Notice notice, TemporalUi ui) {
    List<LayoutBlock> blocks = new ArrayList<>();
    blocks.add(
        HeaderBlock.builder()
            .text(
                PlainTextObject.builder()
                    .text(
                        SlackText.plain(
                            Wording.sign(notice.level())
                                + " "
                                + Wording.word(notice.level())
                                + ": "
                                + notice.title(),
                            HEADER_CHARS))
                    .emoji(false)
                    .build())
            .build());
    int used = facts(blocks, notice.facts());
    findings(blocks, notice.findings(), ALL_CHARS - used);
    blocks.add(ContextBlock.builder().elements(List.of(markdown(context(notice, ui)))).build());
    return blocks;
  }

  private static int facts(List<LayoutBlock> blocks, List<Fact> facts) {
    List<TextObject> fields = new ArrayList<>();
    int used = 0;
    for (Fact fact : facts) {
      String text = "*" + SlackText.escaped(Wording.line(fact.name()), HEADER_CHARS) + "*\n";
      text += SlackText.escaped(fact.value(), FIELD_CHARS - text.length());
      if (fields.size() == FACTS || used + text.length() > FACTS_CHARS) {
        break;
      }
      fields.add(markdown(text));
      used += text.length();
    }
    for (int from = 0; from < fields.size(); from += FIELDS) {
      blocks.add(
          SectionBlock.builder()
              .fields(List.copyOf(fields.subList(from, Math.min(from + FIELDS, fields.size()))))
              .build());
    }
    if (fields.size() < facts.size()) {
      blocks.add(section(more(facts.size() - fields.size(), "figure")));
    }
    return used;
  }

  private static void findings(List<LayoutBlock> blocks, List<Finding> findings, int room) {
    int left = room;
    // One block is kept for the count of those left out, one for the context.
    int most = BLOCKS - blocks.size() - 2;
    int told = 0;
    for (Finding finding : findings) {
      String text = text(finding);
      if (told == most || text.length() > left) {
        break;
      }
      blocks.add(section(text));
      left -= text.length();
      told++;
    }
    if (told < findings.size()) {
      blocks.add(section(more(findings.size() - told, "finding")));
    }
  }

  private static String text(Finding finding) {
    String text = "*" + finding.code() + "* ";
    text += SlackText.escaped(finding.message(), TEXT_CHARS * 2 / 3 - text.length());
    return finding.advice().isBlank()
        ? text
        : text
            + "\n*What to do:* "
            + SlackText.escaped(finding.advice(), TEXT_CHARS / 3 - "\n*What to do:* ".length());
  }

  private static String more(int count, String noun) {
    return "… and " + Figures.counted(count, "more " + noun) + ": see the run.";
  }

  private static String context(Notice notice, TemporalUi ui) {
    String workflow = SlackText.escaped(notice.workflowId(), HEADER_CHARS);
    return ui.link(notice.workflowId(), notice.runId())
        .map(link -> "<" + SlackText.escaped(link, TEXT_CHARS / 2) + "|" + workflow + ">")
        .orElse(workflow + ", run " + SlackText.escaped(notice.runId(), HEADER_CHARS));
  }

  private static SectionBlock section(String text) {
    return SectionBlock.builder().text(markdown(text)).build();
  }

  private static MarkdownTextObject markdown(String text) {
    return MarkdownTextObject.builder().text(text).build();
  }
}
