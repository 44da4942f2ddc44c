package drillbook.engine.milvus;

import drillbook.localserver.RealServers;

class MilvusLiteEngineIT extends MilvusContract {
  @Override
  String url() {
    return RealServers.milvusLite().url();
  }

  @Override
  String line() {
    return "lite";
  }
}
