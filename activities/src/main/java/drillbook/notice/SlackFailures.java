package drillbook.notice;

import drillbook.failure.FailureKind;

/**
 * Who has to act on an error of Slack's.
 *
 * <p>Source: Slack, errors of chat.postMessage and of incoming webhooks, read 2026-11.
 */
enum SlackFailures {
  /** Retried; nobody acts. */
  LATER(FailureKind.UNAVAILABLE, ""),
  /** The token is wrong, expired or of another kind. */
  TOKEN(
      FailureKind.DENIED,
      "Store the bot's token (xoxb-...) of an app that is installed in this workspace."),
  /** The app lacks a right. */
  SCOPE(FailureKind.DENIED, "Give the app the scope chat:write and install it again."),
  /** The bot is not in the channel. */
  MEMBER(FailureKind.DENIED, "Invite the bot in the channel: /invite @name-of-the-bot."),
  /** The workspace lets the bot not post there. */
  POLICY(FailureKind.DENIED, "Ask who administers the workspace to let the bot post there."),
  /** There is no such channel, or the bot cannot see it. */
  CHANNEL(
      FailureKind.NOT_FOUND,
      "Give the channel's id, and invite the bot where the channel is private."),
  /** The webhook was removed. */
  WEBHOOK(FailureKind.NOT_FOUND, "Make a new incoming webhook and store its address."),
  /** The channel was archived. */
  ARCHIVED(FailureKind.CONFIGURATION, "Name a channel that is not archived."),
  /** What we sent is not as Slack wants it. */
  OURS(FailureKind.INTERNAL, "Report it: Drillbook sent what Slack does not take."),
  /** Anything else. */
  OTHER(FailureKind.CONFIGURATION, "");

  private final FailureKind kind;
  private final String hint;

  SlackFailures(FailureKind kind, String hint) {
    this.kind = kind;
    this.hint = hint;
  }

  FailureKind kind() {
    return kind;
  }

  String hint() {
    return hint;
  }

  /** Returns what an error's name means. */
  static SlackFailures of(String error) {
    return switch (error) {
      case "ratelimited",
          "rate_limited",
          "message_limit_exceeded",
          "internal_error",
          "fatal_error",
          "service_unavailable",
          "request_timeout",
          "rollup_error",
          "team_added_to_org" ->
          LATER;
      case "invalid_auth",
          "not_authed",
          "account_inactive",
          "token_expired",
          "token_revoked",
          "not_allowed_token_type",
          "org_login_required",
          "access_denied",
          "invalid_token" ->
          TOKEN;
      case "missing_scope", "no_permission" -> SCOPE;
      case "not_in_channel", "user_not_in_channel" -> MEMBER;
      case "restricted_action",
          "restricted_action_read_only_channel",
          "restricted_action_thread_only_channel",
          "restricted_action_non_threadable_channel",
          "team_access_not_granted",
          "ekm_access_denied",
          "posting_to_general_channel_denied",
          "action_prohibited" ->
          POLICY;
      case "channel_not_found" -> CHANNEL;
      case "no_service", "no_team", "no_active_hooks", "user_not_found" -> WEBHOOK;
      case "is_archived", "channel_is_archived" -> ARCHIVED;
      case "invalid_blocks",
          "invalid_blocks_format",
          "invalid_payload",
          "msg_blocks_too_long",
          "msg_too_long",
          "no_text",
          "invalid_arguments",
          "invalid_form_data" ->
          OURS;
      default -> OTHER;
    };
  }
}
