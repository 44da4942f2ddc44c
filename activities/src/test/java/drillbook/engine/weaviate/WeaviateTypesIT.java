package drillbook.engine.weaviate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NamedVectors;
import drillbook.engine.NearestQuery;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users' own classes, and what becomes of records that come from other engines. */
class WeaviateTypesIT {
  private static final String ID = "00000000-0000-0000-0000-00000000000";
  private static final RecordLayout DENSE =
      RecordLayout.dense(new VectorField("embedding", ElementType.F32, 3, false));

  private final List<CollectionName> made = new ArrayList<>();
  private WeaviateHttp http;
  private Engine engine;

  @BeforeEach
  void open() throws Exception {
    http = TestingWeaviate.http(RealServers.weaviate().url());
    engine = TestingWeaviate.open(RealServers.weaviate().url(), SecretReference.NONE);
  }

  @AfterEach
  void close() throws Exception {
    for (CollectionName name : made) {
      engine.control().drop(name);
    }
    engine.close();
    http.close();
  }

  private CollectionName name(String hint) {
    CollectionName name = TestingWeaviate.newName(hint);
    made.add(name);
    return name;
  }

  private CollectionName create(String hint, String description) throws Exception {
    CollectionName name = name(hint);
    TestingWeaviate.send(http, "POST", "schema", "{'class':'" + name + "'," + description + "}");
    return name;
  }

  /** Restores a class and asserts that the copy is described and filled as the original is. */
  private CollectionSchema requireSameCopy(CollectionName from, String... tenants)
      throws Exception {
    CollectionName into = name("copy");
    CollectionSchema copy = TestingWeaviate.restore(engine, from, into);
    assertThat(TestingWeaviate.described(http, into))
        .isEqualTo(TestingWeaviate.described(http, from));
    assertThat(copy.named(from)).isEqualTo(engine.control().schema(from).named(from));
    for (String tenant : tenants) {
      List<String> objects = TestingWeaviate.shown(http, from, tenant);
      assertThat(objects).isNotEmpty();
      assertThat(TestingWeaviate.shown(http, into, tenant)).isEqualTo(objects);
    }
    return copy;
  }

  @Test
  void a_class_of_every_type_comes_back_the_same() throws Exception {
    CollectionName name =
        create(
            "every",
            """
            'description':'every type','vectorizer':'none','vectorIndexType':'hnsw',
            'vectorIndexConfig':{'distance':'l2-squared','ef':77,'bq':{'enabled':true}},
            'invertedIndexConfig':{'indexTimestamps':true,'indexNullState':true,
              'bm25':{'b':0.5,'k1':1.1},'stopwords':{'preset':'none','additions':['foo']}},
            'replicationConfig':{'deletionStrategy':'NoAutomatedResolution'},
            'shardingConfig':{'desiredCount':3},
            'properties':[
              {'name':'t','dataType':['text'],'tokenization':'field','description':'a text',
                'indexSearchable':false},
              {'name':'i','dataType':['int'],'indexRangeFilters':true},
              {'name':'n','dataType':['number']},{'name':'b','dataType':['boolean']},
              {'name':'d','dataType':['date']},{'name':'u','dataType':['uuid']},
              {'name':'bl','dataType':['blob']},{'name':'ts','dataType':['text[]']},
              {'name':'is','dataType':['int[]']},{'name':'ns','dataType':['number[]']},
              {'name':'bs','dataType':['boolean[]']},{'name':'ds','dataType':['date[]']},
              {'name':'us','dataType':['uuid[]']},{'name':'g','dataType':['geoCoordinates']},
              {'name':'p','dataType':['phoneNumber']},
              {'name':'o','dataType':['object'],'nestedProperties':[
                {'name':'x','dataType':['int']},{'name':'Y','dataType':['object'],
                  'nestedProperties':[{'name':'z','dataType':['text[]']}]}]},
              {'name':'os','dataType':['object[]'],'nestedProperties':[
                {'name':'when','dataType':['date']}]}]
            """);
    TestingWeaviate.objects(
        http,
        """
        {'class':'%1$s','id':'%2$s1','vector':[0.1,-0.0,1.4e-45],'properties':{
          't':'naïve 😀 \\\\ \\u0000','i':9007199254740993,'n':-0.0,'b':false,
          'd':'2026-11-01T10:00:00.123456789+05:30','u':'01234567-89AB-cdef-0123-456789abcdef',
          'bl':'AP9/','ts':['a',''],'is':[1,-2],'ns':[1.0,2.5,1e300],'bs':[true,false],
          'ds':['2026-11-01T10:00:00Z','0001-01-01T00:00:00Z'],
          'us':['01234567-89ab-cdef-0123-456789abcdef'],
          'g':{'latitude':52.3932,'longitude':-4.123457},
          'p':{'input':'020 1234567','defaultCountry':'nl'},
          'o':{'x':7,'Y':{'z':['deep',null]}},'os':[{'when':'2026-11-01T10:00:00Z'},{}]}},
        {'class':'%1$s','id':'%2$s2','vector':[1,2,3],'properties':{'i':1000000000000000000,
          'n':4.9e-324,'ts':[],'is':[],'o':{},'os':[]}},
        {'class':'%1$s','id':'%2$s3','properties':{'t':'','n':5,'ns':[1,2]}},
        {'class':'%1$s','id':'ffffffff-ffff-ffff-ffff-ffffffffffff','vector':[0,0,0]}
        """
            .replace("['deep',null]", "['deep']")
            .formatted(name, ID));
    CollectionSchema copy = requireSameCopy(name, "");
    assertThat(copy.idType()).isEqualTo("uuid");
    assertThat(copy.layout())
        .isEqualTo(RecordLayout.dense(new VectorField("", ElementType.F32, 3, false)));
    VectorIndex index = copy.indexes().getFirst();
    assertThat(index.metric()).isEqualTo(VectorIndex.Metric.EUCLIDEAN);
    assertThat(index.parameters())
        .containsEntry("ef", "77")
        .containsEntry("bq.enabled", "true")
        .doesNotContainKey("pq.enabled");
    assertThat(engine.control().indexState(copy)).isEqualTo(new IndexState.Ready());
  }

  @Test
  void named_vectors_of_every_kind_come_back_the_same() throws Exception {
    CollectionName name =
        create(
            "named",
            """
            'vectorConfig':{
              'title':{'vectorizer':{'none':{}},'vectorIndexType':'hnsw',
                'vectorIndexConfig':{'maxConnections':12,'rq':{'enabled':true}}},
              'flatOne':{'vectorizer':{'none':{}},'vectorIndexType':'flat',
                'vectorIndexConfig':{'distance':'dot','bq':{'enabled':true,'cache':true}}},
              'tokens':{'vectorizer':{'none':{}},'vectorIndexType':'hnsw',
                'vectorIndexConfig':{'multivector':{'enabled':true}}}}
            """);
    TestingWeaviate.objects(
        http,
        """
        {'class':'%1$s','id':'%2$s1','vectors':{'title':[1,-0.0],'flatOne':[1,2,3],
          'tokens':[[0.1,0.2,0.3],[-0.0,1,2]]}},
        {'class':'%1$s','id':'%2$s2','vectors':{'tokens':[[1,2,3]]}},
        {'class':'%1$s','id':'%2$s3','vectors':{'title':[3,4]}},
        {'class':'%1$s','id':'%2$s4'}
        """
            .formatted(name, ID));
    CollectionSchema copy = requireSameCopy(name, "");
    assertThat(copy.layout().vectors())
        .containsExactly(
            new VectorField("flatOne", ElementType.F32, 3, false),
            new VectorField("title", ElementType.F32, 2, false),
            new VectorField("tokens", ElementType.F32, 3, true));
    ByteBuffer query = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    query.putFloat(1).putFloat(2).putFloat(3);
    NearestQuery tokens = new NearestQuery(copy.name(), "", "tokens", query.array(), 3, 10, false);
    assertThat(engine.control().nearest(tokens))
        .extracting(hit -> RecordId.print(hit.id()))
        .as("those with tokens, and no others")
        .containsExactlyInAnyOrder(ID + "1", ID + "2");
    assertThat(copy.indexes())
        .extracting(VectorIndex::kind)
        .containsExactly("flat", "hnsw", "hnsw");
  }

  @Test
  void named_vectors_declared_in_no_order_of_their_names_keep_them() throws Exception {
    String none =
        "{'vectorizer':{'none':{}},'vectorIndexType':'flat','vectorIndexConfig':"
            + "{'distance':'dot'}}";
    CollectionName name =
        create("unsorted", "'vectorConfig':{'title':" + none + ",'body':" + none + "}");
    TestingWeaviate.objects(
        http,
        "{'class':'%1$s','id':'%2$s1','vectors':{'title':[1,2],'body':[3,4]}}".formatted(name, ID));
    NamedVectors.requireCopied(engine, name, name("copy"));
  }

  @Test
  void a_named_vector_that_came_to_an_unnamed_one_stays_beside_it() throws Exception {
    CollectionName name = create("both", "'vectorizer':'none','vectorIndexType':'hnsw'");
    Map<String, Object> description = TestingWeaviate.described(http, name);
    description.put("class", name.name());
    description.put(
        "vectorConfig",
        Map.of("late", Map.of("vectorizer", Map.of("none", Map.of()), "vectorIndexType", "hnsw")));
    http.send("no vector added", "PUT", http.url("schema", name.name()), description);
    TestingWeaviate.objects(
        http,
        "{'class':'%1$s','id':'%2$s1','vector':[1,2],'vectors':{'late':[1,2,3]}}"
            .formatted(name, ID));
    assertThat(requireSameCopy(name, "").layout().vectors())
        .extracting(VectorField::name)
        .containsExactly("", "late");
  }

  @Test
  void tenants_come_back_with_their_status() throws Exception {
    CollectionName name =
        create("tenants", "'multiTenancyConfig':{'enabled':true,'autoTenantCreation':true}");
    TestingWeaviate.send(
        http,
        "POST",
        "schema/" + name + "/tenants",
        "[{'name':'a'},{'name':'b-2'},{'name':'Empty'},{'name':'cold'}]");
    for (String tenant : List.of("a", "b-2", "cold")) {
      TestingWeaviate.objects(
          http,
          "{'class':'%1$s','tenant':'%3$s','id':'%2$s1','vector':[1,2],'properties':{'t':'%3$s'}}"
              .formatted(name, ID, tenant));
    }
    String cold = "[{'name':'cold','activityStatus':'COLD'}]";
    TestingWeaviate.send(http, "PUT", "schema/" + name + "/tenants", cold);
    CollectionSchema copy = requireSameCopy(name, "a", "b-2");
    assertThat(copy.tenants()).containsExactly("Empty", "a", "b-2", "cold");
    assertThat(copy.attributes()).containsEntry("tenants", "{\"cold\":\"COLD\"}");
    for (CollectionName each : List.of(name, copy.name())) {
      assertThat(engine.control().count(each, "cold")).isEqualTo(1);
      assertThat(engine.control().count(each, "Empty")).isZero();
    }
  }

  @Test
  void classes_without_objects_tenants_or_vectors_come_back() throws Exception {
    CollectionSchema empty =
        requireSameCopy(create("empty", "'properties':[{'name':'t','dataType':['text']}]"));
    assertThat(empty.layout().vectors()).extracting(VectorField::dimension).containsExactly(0);
    CollectionSchema none =
        requireSameCopy(create("none", "'multiTenancyConfig':{'enabled':true}"));
    assertThat(none.tenants()).containsExactly("");
    assertThat(engine.control().count(none.name(), "")).isZero();
    CollectionName without = name("without");
    engine
        .control()
        .create(TestingWeaviate.foreign(without, new RecordLayout(List.of(), List.of()), "text"));
    RecordBatch batch = new RecordBatch(new RecordLayout(List.of(), List.of()));
    batch.ids().add(RecordId.of("no vector at all"));
    batch.payloads().add(Payload.encode(Map.of("label", "kept")));
    batch.endRecord();
    TestingWeaviate.write(engine, without, "", batch);
    assertThat(requireSameCopy(without, "").layout().vectors()).isEmpty();
    seen(batch, without);
  }

  @Test
  void references_come_back_to_objects_that_come_later() throws Exception {
    CollectionName authors = create("author", "'vectorIndexType':'hnsw'");
    CollectionName name =
        create("article", "'properties':[{'name':'by','dataType':['" + authors + "']}]");
    String own = "{'name':'next','dataType':['" + name + "']}";
    TestingWeaviate.send(http, "POST", "schema/" + name + "/properties", own);
    TestingWeaviate.objects(http, "{'class':'%s','id':'%s9'}".formatted(authors, ID));
    TestingWeaviate.objects(
        http, "{'class':'%1$s','id':'%2$s2'},{'class':'%1$s','id':'%2$s1'}".formatted(name, ID));
    String beacon = "weaviate://localhost/";
    TestingWeaviate.send(
        http,
        "POST",
        "batch/references",
        """
        [{'from':'%1$s%2$s/%4$s1/by','to':'%1$s%3$s/%4$s9'},
         {'from':'%1$s%2$s/%4$s1/next','to':'%1$s%2$s/%4$s2'}]
        """
            .formatted(beacon, name, authors, ID));
    requireSameCopy(name, "");
  }

  @Test
  void keys_of_payloads_become_properties_to_filter_by() throws Exception {
    CollectionName name = name("filter");
    engine.control().create(TestingWeaviate.foreign(name, DENSE, "text"));
    RecordBatch batch = new RecordBatch(DENSE);
    List<Map<String, Object>> payloads =
        List.of(
            Map.of("label", "red", "price", 7L, "share", 0.5, "Upper", "kept", "a.b", 1L),
            Map.of("label", "blue", "price", 7.5, "share", 2L, "LABEL", "other", "_id", "x"),
            Map.of("label", 5L, "price", 1L << 60, "tags", List.of("a", "b"), "vector", "x"),
            Map.of("labeL", "case", "class", "x", "x_searchable", "y", "_document", "mine"));
    for (int i = 0; i < payloads.size(); i++) {
      batch.ids().add(RecordId.of("record " + i));
      batch.vectors().getFirst().add(new float[] {i, 1, 2}, 0, 3);
      batch.payloads().add(Payload.encode(payloads.get(i)));
      batch.documents().add(("document of number " + i).getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
    }
    TestingWeaviate.write(engine, name, "", batch);
    TestingWeaviate.write(engine, name, "", batch);
    seen(batch, name);
    Map<String, PropertyType> types =
        new WeaviateClass(name, TestingWeaviate.described(http, name)).properties();
    assertThat(types.get("label")).isEqualTo(new PropertyType("text", Map.of()));
    assertThat(types.get("price")).isEqualTo(new PropertyType("int", Map.of()));
    assertThat(types.get("share")).isEqualTo(new PropertyType("number", Map.of()));
    assertThat(types.get("tags")).isEqualTo(new PropertyType("text[]", Map.of()));
    assertThat(hits(name, "where:{path:[\"label\"],operator:Equal,valueText:\"blue\"}"))
        .isEqualTo(1);
    assertThat(hits(name, "where:{path:[\"price\"],operator:LessThan,valueInt:8}")).isEqualTo(1);
    assertThat(hits(name, "bm25:{query:\"document\",properties:[\"_document\"]}")).isEqualTo(4);
  }

  @Test
  void keys_beyond_a_sensible_number_are_carried() throws Exception {
    CollectionName name = name("keys");
    engine.control().create(TestingWeaviate.foreign(name, DENSE, "uuid"));
    RecordBatch batch = new RecordBatch(DENSE);
    for (int i = 0; i < 230; i++) {
      batch.ids().add(RecordId.of(new UUID(i, i)));
      batch.vectors().getFirst().add(new float[] {i, 1, 2}, 0, 3);
      batch.payloads().add(Payload.encode(Map.of("key" + i, true)));
      batch.endRecord();
    }
    TestingWeaviate.write(engine, name, "", batch);
    seen(batch, name);
    assertThat(new WeaviateClass(name, TestingWeaviate.described(http, name)).properties())
        .hasSize(200);
  }

  @Test
  void ranges_of_ids_meet_without_gap_or_overlap() throws Exception {
    CollectionName name = create("ranges", "'shardingConfig':{'desiredCount':3}");
    RecordLayout layout = engine.control().schema(name).layout();
    RecordBatch batch = new RecordBatch(layout);
    List<UUID> ids = new ArrayList<>(List.of(new UUID(0, 0), new UUID(0, 1), new UUID(-1, -1)));
    for (UUID start : UuidSpace.split(5)) {
      ids.addAll(List.of(start, UuidSpace.before(start).orElseThrow()));
    }
    for (int i = 0; i < 200; i++) {
      ids.add(new UUID(i * 0x9e3779b97f4a7c15L, i));
    }
    for (UUID id : List.copyOf(new LinkedHashSet<>(ids))) {
      batch.ids().add(RecordId.of(id));
      batch.endRecord();
    }
    TestingWeaviate.write(engine, name, "", batch);
    SeenRecords seen = new SeenRecords();
    List<Integer> sizes = new ArrayList<>();
    CollectionSchema schema = engine.control().schema(name);
    List<String> starts = new ArrayList<>(List.of("-"));
    UuidSpace.split(5).forEach(start -> starts.add(start.toString()));
    for (int i = 0; i < starts.size(); i++) {
      String end = i + 1 < starts.size() ? starts.get(i + 1) : "-";
      Range range = new Range(schema, "", starts.get(i) + " " + end);
      CaptureToken token =
          new CaptureToken("", Consistency.FUZZY, TestingWeaviate.NOW, List.of(range));
      int before = seen.size();
      engine.records().read(token, range, "", new MemoryNotes(), (b, cursor) -> seen.add(b));
      sizes.add(seen.size() - before);
    }
    SeenRecords written = new SeenRecords();
    written.add(batch);
    seen.requireSame(written);
    assertThat(sizes).hasSize(5).allMatch(size -> size > 30);
  }

  @Test
  void a_vector_that_json_cannot_say_is_refused_by_the_name_of_its_record() throws Exception {
    CollectionName name = name("nan");
    engine.control().create(TestingWeaviate.foreign(name, DENSE, "text"));
    RecordBatch batch = new RecordBatch(DENSE);
    batch.ids().add(RecordId.of("the bad one"));
    batch.vectors().getFirst().add(new float[] {1, Float.NaN, 2}, 0, 3);
    batch.endRecord();
    DrillbookException refused =
        catchThrowableOfType(
            DrillbookException.class, () -> TestingWeaviate.write(engine, name, "", batch));
    assertThat(refused.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(refused).hasMessageContaining("the bad one").hasMessageContaining("NaN");
    assertThat(engine.control().count(name, "")).isZero();
  }

  private void seen(RecordBatch written, CollectionName name) throws Exception {
    SeenRecords expected = new SeenRecords();
    expected.add(written);
    TestingWeaviate.seen(engine, name).requireSame(expected);
  }

  private int hits(CollectionName name, String condition) throws Exception {
    String query = "{Get{" + name + "(" + condition + "){_additional{id}}}}";
    return WeaviateHttp.list("no hits", http.graphql("no hits", query, "Get", name.name())).size();
  }
}
