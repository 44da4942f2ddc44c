package drillbook.engine;

class TellingMemoryEngineTest extends MemoryEngineContract {
  @Override
  MemoryEngine adapter(MemoryServer server) {
    return MemoryEngine.telling(server);
  }
}
