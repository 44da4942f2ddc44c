package drillbook.engine;

class MemoryEngineTest extends MemoryEngineContract {
  @Override
  MemoryEngine adapter(MemoryServer server) {
    return MemoryEngine.rich(server);
  }
}
