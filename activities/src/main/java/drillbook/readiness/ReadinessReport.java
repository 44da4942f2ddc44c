package drillbook.readiness;

import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import java.util.List;

/**
 * What backups and restores of a target need, and whether it is there.
 *
 * @param target the target's name
 * @param engine the engine's word
 * @param sections the engine, its collections, the store
 */
public record ReadinessReport(String target, String engine, List<Section> sections) {
  /** Copies the sections. */
  public ReadinessReport {
    sections = List.copyOf(sections);
  }

  /** What was asked of one side. */
  public record Section(String name, List<Requirement> requirements) {
    /** Copies the requirements. */
    public Section {
      requirements = List.copyOf(requirements);
    }
  }

  /** Returns how many requirements stand so. */
  public long count(Standing standing) {
    return sections.stream()
        .flatMap(section -> section.requirements().stream())
        .filter(requirement -> requirement.standing() == standing)
        .count();
  }
}
