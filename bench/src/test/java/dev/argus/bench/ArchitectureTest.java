package dev.argus.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What {@code cli}'s rules cannot see: the benchmarks are above everything else. */
@AnalyzeClasses(
    packages = "dev.argus",
    importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {
  @ArchTest
  static final ArchRule nothingDependsOnBenchmarks =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.argus.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.argus.bench..");

  @ArchTest
  static final ArchRule benchmarksDriveWhatServes =
      noClasses()
          .that()
          .resideInAPackage("dev.argus.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "io.micronaut..");

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("dev.argus.(**)").should().beFreeOfCycles();
}
