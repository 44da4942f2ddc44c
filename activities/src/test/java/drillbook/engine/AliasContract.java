package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.failure.FailureKind;
import drillbook.record.RecordLayout;
import org.junit.jupiter.api.Test;

/** The promises of {@link Control} on aliases, and what an engine without them answers. */
public abstract class AliasContract extends ControlContract {
  @Test
  void aliases_are_declared_or_refused() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "plain");
    CollectionName alias = alias("name");
    if (engine.profile().has(Capability.ALIASES)) {
      engine.control().pointAlias(new Alias(alias, schema.name()));
      assertThat(engine.control().aliases()).contains(new Alias(alias, schema.name()));
      assertThat(engine.control().collections()).doesNotContain(alias);
    } else {
      assertThat(engine.control().aliases()).isEmpty();
      requireFailure(
          FailureKind.UNSUPPORTED,
          () -> engine.control().pointAlias(new Alias(alias, schema.name())));
      requireFailure(FailureKind.UNSUPPORTED, () -> engine.control().dropAlias(alias));
    }
  }

  @Test
  void an_alias_leads_where_it_was_led_last() throws Exception {
    Engine engine = engine();
    CollectionSchema first = create(engine, "first");
    CollectionSchema second = create(engine, "second");
    if (!engine.profile().has(Capability.ALIASES)) {
      assertThat(engine.control().schema(first.name()).aliases()).isEmpty();
      return;
    }
    CollectionName alias = alias("moving");
    engine.control().pointAlias(new Alias(alias, first.name()));
    assertThat(engine.control().schema(first.name()).aliases()).containsExactly(alias.name());
    engine.control().pointAlias(new Alias(alias, second.name()));
    engine.control().pointAlias(new Alias(alias, second.name()));
    assertThat(engine.control().schema(first.name()).aliases()).isEmpty();
    assertThat(engine.control().schema(second.name()).aliases()).containsExactly(alias.name());
    assertThat(engine.control().dropAlias(alias)).isTrue();
    assertThat(engine.control().dropAlias(alias)).isFalse();
    assertThat(engine.control().schema(second.name()).aliases()).isEmpty();
  }

  @Test
  void an_alias_whose_collection_was_dropped_can_be_led_to_another() throws Exception {
    Engine engine = engine();
    CollectionSchema gone = create(engine, "gone");
    CollectionSchema stays = create(engine, "stays");
    if (!engine.profile().has(Capability.ALIASES)) {
      assertThat(engine.control().drop(gone.name())).isTrue();
      assertThat(engine.control().aliases()).isEmpty();
      return;
    }
    CollectionName alias = alias("dangling");
    engine.control().pointAlias(new Alias(alias, gone.name()));
    engine.control().drop(gone.name());
    assertThat(engine.control().aliases().stream().filter(one -> one.name().equals(alias)))
        .as("still there and told, or gone with its collection")
        .allMatch(one -> one.collection().equals(gone.name()));
    engine.control().pointAlias(new Alias(alias, stays.name()));
    assertThat(engine.control().schema(stays.name()).aliases()).containsExactly(alias.name());
  }

  @Test
  void what_is_meant_for_a_collection_never_goes_through_an_alias() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "aliased");
    if (!engine.profile().has(Capability.ALIASES)) {
      requireFailure(FailureKind.NOT_FOUND, () -> engine.control().schema(alias("none")));
      return;
    }
    SeenRecords written =
        wrote(engine, schema, tenant(schema), SampleRecords.bare(schema.layout(), 0, 3));
    CollectionName alias = alias("trap");
    engine.control().pointAlias(new Alias(alias, schema.name()));
    requireFailure(FailureKind.CONFLICT, () -> engine.control().create(schema.named(alias)));
    requireFailure(FailureKind.CONFLICT, () -> engine.control().drop(alias));
    requireFailure(
        FailureKind.CONFLICT,
        () -> engine.records().writer(schema.named(alias), tenant(schema)).close());
    CollectionSchema other = draft("other", RecordLayout.dense(schema.layout().vectors().get(0)));
    requireFailure(
        FailureKind.CONFLICT,
        () -> {
          engine.control().create(other);
          engine.control().pointAlias(new Alias(schema.name(), other.name()));
        });
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }
}
