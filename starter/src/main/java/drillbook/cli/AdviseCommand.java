package drillbook.cli;

import drillbook.advice.Advice;
import drillbook.advice.Embedding;
import drillbook.advice.Money;
import drillbook.advice.Situation;
import drillbook.console.AdviceText;
import drillbook.console.AdviceText.Figure;
import drillbook.console.Console;
import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.runbook.Objectives;
import drillbook.runbook.Retention;
import drillbook.runbook.Runbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Advises to rebuild or to back up. Runs in its own process: it counts and computes. */
@Command(
    name = "advise",
    description = {
      "Rebuild from the source, or back up: what speaks for each, what each costs, how long each"
          + " takes.",
      "Asks the target for its records and its journal for measured times; options say what"
          + " nobody can ask, and whatever is given outweighs what was asked. Every figure says"
          + " where it comes from. Prices are in US dollars and never fetched."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook advise docs",
      "  drillbook advise --records 12000000 --dimension 1024 --rto 5h",
      "  drillbook advise docs --price-per-1k-tokens 0.00002 --tokens-per-record 400 --no-source"
    })
final class AdviseCommand implements Callable<Integer> {
  private static final double OTHER_BYTES = 1200;
  private static final double DAILY_SHARE = 0.115;
  private static final Retention KEPT =
      new Retention(Duration.ofDays(30), 0, 0, 0, 4, 0, Duration.ofDays(30));

  private final Installation installation;
  private final RunbookSource source;
  private final List<Figure> figures = new ArrayList<>();

  @Option(names = "--records", paramLabel = "N", description = "How many records there are.")
  Optional<Long> records = Optional.empty();

  @Option(names = "--dimension", paramLabel = "N", description = "Of f32 vectors, one a record.")
  Optional<Integer> dimension = Optional.empty();

  @Option(
      names = "--bytes-per-record",
      paramLabel = "N",
      description = "Vectors, payload and index; left out: the vectors and 1,200 bytes.")
  Optional<Double> bytesPerRecord = Optional.empty();

  @Option(
      names = "--daily-change",
      paramLabel = "PERCENT",
      description = "Of the index that a day's backup stores; left out: as measured, or 11.5%%.")
  Optional<String> dailyChange = Optional.empty();

  @Option(
      names = "--embed-speed",
      paramLabel = "N",
      description = "Records a second that one GPU or the service embeds; left out: 741.")
  Optional<Double> embedSpeed = Optional.empty();

  @Option(names = "--gpus", paramLabel = "N", description = "How many embed at once; 1.")
  Optional<Integer> gpus = Optional.empty();

  @Option(
      names = "--price-per-gpu-hour",
      paramLabel = "DOLLARS",
      description = "Left out: 3.11, one A10G.")
  Optional<Double> gpuHour = Optional.empty();

  @Option(
      names = "--price-per-1k-tokens",
      paramLabel = "DOLLARS",
      description = "Where a service embeds; needs --tokens-per-record.")
  Optional<Double> thousandTokens = Optional.empty();

  @Option(names = "--tokens-per-record", paramLabel = "N", description = "How long records are.")
  Optional<Double> tokens = Optional.empty();

  @Option(
      names = "--price-standard",
      paramLabel = "DOLLARS",
      description = "A GB and month in the usual storage class; left out: 0.023.")
  Optional<Double> standard = Optional.empty();

  @Option(
      names = "--price-infrequent",
      paramLabel = "DOLLARS",
      description = "The same in the class for infrequent access; left out: 0.0125.")
  Optional<Double> infrequent = Optional.empty();

  @Option(names = "--rpo", paramLabel = "TIME", description = "Left out: the runbook's.")
  Optional<String> rpo = Optional.empty();

  @Option(names = "--rto", paramLabel = "TIME", description = "Left out: the runbook's.")
  Optional<String> rto = Optional.empty();

  @Option(
      names = "--keep",
      paramLabel = "KEY=VALUE",
      description = {
        "As 'drillbook prune' understands it; left out: the runbook's, or all=30d, monthly=4,",
        "infrequent-access=30d."
      })
  Map<String, String> keep = new LinkedHashMap<>();

  @Option(
      names = "--recoveries",
      paramLabel = "N",
      description = "How often a year all is rebuilt, drills included; 1.")
  Optional<Double> recoveries = Optional.empty();

  @Option(names = "--no-source", description = "The source is not kept in a stable form.")
  boolean noSource;

  @Option(
      names = "--no-rederivation",
      description = "Compliance forbids to make records again from their source.")
  boolean noRederivation;

  @Option(names = "--standby", description = "A warm standby takes over.")
  boolean standby;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin CommonOptions common = new CommonOptions();

  AdviseCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    boolean described = !target.url.isEmpty() || !target.store.isEmpty();
    boolean alone =
        records.isPresent() && target.name().isEmpty() && target.file.isEmpty() && !described;
    AdviceFacts facts = AdviceFacts.NONE;
    Optional<Runbook> runbook = Optional.empty();
    String name = "";
    if (!alone) {
      TargetChoice choice = target.choose(installation, List.of(), List.of());
      name = choice.name();
      facts = AdviceFacts.ask(installation, choice, records.isPresent());
      runbook = runbook(name);
    }
    Situation situation = situation(facts, runbook);
    Advice advice = Advice.of(situation);
    common.print(
        console,
        AdviceText.json(name, advice, figures, facts.problems()),
        AdviceText.of(advice, figures, facts.problems()));
    return 0;
  }

  private Optional<Runbook> runbook(String name) throws DrillbookException {
    return source.runbooks().all().stream().filter(book -> book.target().equals(name)).findFirst();
  }

  private Situation situation(AdviceFacts facts, Optional<Runbook> runbook)
      throws DrillbookException {
    long count =
        records
            .or(facts::records)
            .orElseThrow(() ->
                TargetOptions.usage(
                    "records are not known: " + facts.problems(),
                    "Say how many: --records N --dimension N"));
    figure(
        "records", Figures.count(count), records.isPresent() ? "given" : "counted by the engine");
    double bytes = bytes(facts);
    double share = share(facts, count * bytes);
    Embedding embedding = embedding();
    Situation.Prices prices =
        new Situation.Prices(
            standard.orElse(Situation.Prices.S3.standard()),
            infrequent.orElse(Situation.Prices.S3.infrequent()));
    figure(
        "storage prices",
        "$" + prices.standard() + " and $" + prices.infrequent() + " a GB and month",
        standard.isPresent() && infrequent.isPresent()
            ? "given"
            : "assumed 2026-11 for S3 in us-east-1 where not given");
    Objectives objectives = objectives(runbook);
    Retention retention = retention(runbook);
    facts
        .measured()
        .ifPresent(measured ->
            figure(
                "recovery time",
                Figures.seconds(measured.value()),
                "measured: median of "
                    + Figures.counted(measured.entries(), "drill")
                    + " in the journal"));
    figure(
        "recoveries a year",
        String.valueOf(recoveries.orElse(1.0)),
        recoveries.isPresent() ? "given" : "assumed");
    figure(
        "source and compliance",
        (noSource ? "no stable source" : "a stable source")
            + (noRederivation ? ", re-derivation forbidden" : ", re-derivation allowed"),
        noSource || noRederivation ? "given" : "assumed; nobody can be asked");
    return new Situation(
        count,
        bytes,
        share,
        embedding,
        prices,
        objectives,
        retention,
        recoveries.orElse(1.0),
        !noSource,
        !noRederivation,
        standby,
        facts.measured().map(one -> Duration.ofMillis(Math.round(one.value() * 1000))));
  }

  private double bytes(AdviceFacts facts) throws DrillbookException {
    if (bytesPerRecord.isPresent()) {
      figure("bytes per record", String.valueOf(bytesPerRecord.get()), "given");
      return bytesPerRecord.get();
    }
    boolean known = facts.records().isPresent();
    if (dimension.isEmpty() && !known) {
      throw TargetOptions.usage(
          "the size of records is not known", "Say: --dimension N, or --bytes-per-record N");
    }
    double vectors = dimension.isPresent() ? 4.0 * dimension.get() : facts.vectorBytes();
    figure(
        "bytes per record",
        Figures.count(Math.round(vectors + OTHER_BYTES)),
        (dimension.isPresent()
                ? "given dimension " + dimension.get()
                : "the engine's vectors, dimension " + facts.dimension())
            + ", and 1,200 assumed for payload and index");
    return vectors + OTHER_BYTES;
  }

  private double share(AdviceFacts facts, double indexBytes) throws DrillbookException {
    double share = DAILY_SHARE;
    String where = "assumed: a daily backup is 8 to 15 % of the index";
    if (dailyChange.isPresent()) {
      share = parsed("--daily-change", Forms.PERCENTAGE, dailyChange.get());
      where = "given";
    } else if (facts.dailyBytes().isPresent() && indexBytes > 0) {
      share = Math.min(1, facts.dailyBytes().get().value() / indexBytes);
      where =
          "measured: "
              + Figures.counted(facts.dailyBytes().get().entries(), "backup")
              + " in the journal";
    }
    figure("daily change", String.format(Locale.ROOT, "%.1f %%", share * 100), where);
    return share;
  }

  private Embedding embedding() throws DrillbookException {
    if (thousandTokens.isPresent() != tokens.isPresent()) {
      throw TargetOptions.usage(
          "a price of tokens and the tokens of a record belong together",
          "Say both: --price-per-1k-tokens DOLLARS --tokens-per-record N");
    }
    Embedding embedding =
        new Embedding(
            embedSpeed.orElse(Embedding.A10G.recordsPerSecond()),
            gpus.orElse(1),
            gpuHour.orElse(Embedding.A10G.dollarsPerGpuHour()),
            thousandTokens.orElse(0.0),
            tokens.orElse(0.0));
    figure(
        "embedding speed",
        String.format(Locale.ROOT, "%.0f records/s", embedding.recordsPerSecond())
            + (embedding.gpus() == 1 ? "" : ", " + embedding.gpus() + " times"),
        embedSpeed.isPresent() ? "given" : "assumed: one A10G with bge-large-en-v1.5");
    figure(
        "embedding price",
        thousandTokens.isPresent()
            ? "$" + thousandTokens.get() + " per 1,000 tokens, " + tokens.get() + " a record"
            : Money.dollars(embedding.dollarsPerGpuHour()) + " a GPU hour",
        thousandTokens.isPresent() || gpuHour.isPresent()
            ? "given"
            : "assumed: one A10G, from a worked example of 2026-06");
    return embedding;
  }

  private Objectives objectives(Optional<Runbook> runbook) throws DrillbookException {
    Objectives known = runbook.map(Runbook::objectives).orElse(Objectives.NONE);
    Objectives objectives =
        new Objectives(
            rpo.isPresent() ? parsed("--rpo", Forms.TIME, rpo.get()) : known.rpo(),
            rto.isPresent() ? parsed("--rto", Forms.TIME, rto.get()) : known.rto());
    String where =
        runbook.map(book -> "runbook " + book.name()).orElse("no runbook of this target");
    figure("rpo", promised(objectives.rpo()), rpo.isPresent() ? "given" : where);
    figure("rto", promised(objectives.rto()), rto.isPresent() ? "given" : where);
    return objectives;
  }

  private static String promised(Duration objective) {
    return objective.isZero() ? "none" : Figures.seconds((double) objective.toSeconds());
  }

  private Retention retention(Optional<Runbook> runbook) throws DrillbookException {
    Retention retention =
        keep.isEmpty() ? runbook.map(Runbook::retention).orElse(KEPT) : RetentionWords.read(keep);
    String words =
        "all for "
            + retention.all().toDays()
            + " days"
            + counted(retention.daily(), "daily")
            + counted(retention.weekly(), "weekly")
            + counted(retention.monthly(), "monthly")
            + counted(retention.yearly(), "yearly")
            + (retention.infrequentAfter().isZero()
                ? ""
                : ", infrequent access after " + retention.infrequentAfter().toDays() + " days");
    figure(
        "retention",
        words,
        !keep.isEmpty()
            ? "given"
            : runbook.map(book -> "runbook " + book.name()).orElse("assumed"));
    return retention;
  }

  private static String counted(int count, String word) {
    return count == 0 ? "" : ", " + count + " " + word;
  }

  private static <T> T parsed(String option, Form<T> form, String text) throws DrillbookException {
    try {
      return form.parser().parse(text);
    } catch (IllegalArgumentException e) {
      throw TargetOptions.usage(option + " " + e.getMessage(), form.expected());
    }
  }

  private void figure(String name, String value, String from) {
    figures.add(new Figure(name, value, from));
  }
}
