package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.QueryRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked of servers that cannot be run here, too. */
class MilvusQueriesTest {
  private static final long CAPTURE_BEGAN = 450_000_000_000_000_000L;

  @ParameterizedTest
  @EnumSource(MilvusLine.class)
  void no_page_is_read_as_the_collection_once_was(MilvusLine server) throws Exception {
    QueryRequest page = page(server, 100);
    boolean iterates =
        page.getQueryParamsList().stream().anyMatch(pair -> pair.getKey().equals("iterator"));
    // An iterator's guarantee is the moment it looks at: what was upserted since is lost.
    assertThat(iterates && page.getGuaranteeTimestamp() > 0).isFalse();
    assertThat(iterates).isEqualTo(server.ordersOnRequest());
  }

  @ParameterizedTest
  @EnumSource(MilvusLine.class)
  void every_page_sees_what_was_written_before_the_capture_began(MilvusLine server)
      throws Exception {
    QueryRequest page = page(server, 100);
    if (page.getConsistencyLevel() != ConsistencyLevel.Strong) {
      assertThat(page.getConsistencyLevel()).isEqualTo(ConsistencyLevel.Customized);
      assertThat(page.getGuaranteeTimestamp()).isEqualTo(CAPTURE_BEGAN);
    }
  }

  @Test
  void records_that_are_fetched_by_id_are_seen_as_they_are() throws Exception {
    QueryRequest fetch =
        MilvusQueries.request(shape(), List.of(), "id in [1]", 0, 0, MilvusLine.CURRENT);
    assertThat(fetch.getConsistencyLevel()).isEqualTo(ConsistencyLevel.Strong);
    assertThat(fetch.getQueryParamsList()).isEmpty();
  }

  private static QueryRequest page(MilvusLine server, int limit) throws Exception {
    return MilvusQueries.request(shape(), List.of(), "", limit, CAPTURE_BEGAN, server);
  }

  private static MilvusShape shape() throws Exception {
    return TestingMilvus.shape(
        new CollectionName(List.of("default"), "pages"),
        """
        {"fields":[
          {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
          {"name":"v","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]}]}
        """);
  }
}
