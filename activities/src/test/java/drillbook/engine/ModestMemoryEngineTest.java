package drillbook.engine;

class ModestMemoryEngineTest extends MemoryEngineContract {
  @Override
  MemoryEngine adapter(MemoryServer server) {
    return MemoryEngine.modest(server);
  }
}
