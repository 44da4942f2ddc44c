package drillbook.engine.milvus;

import drillbook.localserver.RealServers;

class MilvusEngineIT extends MilvusContract {
  @Override
  String url() {
    return RealServers.milvus().url();
  }

  @Override
  String line() {
    return "2.3";
  }
}
