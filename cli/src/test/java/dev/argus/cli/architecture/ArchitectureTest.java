package dev.argus.cli.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * Which part may know which; {@code docs/architecture.md} gives the reasons. No rule has an
 * exemption: where one fails, the code moves.
 */
@AnalyzeClasses(
    packages = "dev.argus",
    importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {
  private static final List<String> SERVICES =
      List.of(
          "dev.argus.preprocess..",
          "dev.argus.encoder..",
          "dev.argus.decoder..",
          "dev.argus.gateway..");

  private static final String[] STUBS = {"dev.argus.v1..", "dev.argus.stage.v1.."};

  /** Packages whose code the protobuf compiler wrote. */
  private static final String[] GENERATED = {
    "dev.argus.v1..", "dev.argus.stage.v1..", "dev.argus.checkpoint.onnx.."
  };

  private static final String[] GRPC = {"io.grpc..", "dev.argus.v1..", "dev.argus.stage.v1.."};

  /** A service's own package, where the class that assembles it lives. */
  private static final String[] ASSEMBLIES = {
    "dev.argus.preprocess", "dev.argus.encoder", "dev.argus.decoder", "dev.argus.gateway"
  };

  /** What each part is built on; the JDK and other libraries aside. */
  private static final Map<String, Set<String>> FOUNDATIONS =
      Map.of(
          "dev.argus.base..", Set.of(),
          "dev.argus.checkpoint..", Set.of("dev.argus.base.."),
          "dev.argus.runtime..", Set.of("dev.argus.base.."),
          "dev.argus.hub..", Set.of(),
          "dev.argus.service..",
              Set.of("dev.argus.base..", "dev.argus.v1..", "dev.argus.stage.v1.."));

  @ArchTest
  static final ArchRule coreKnowsNoServerAndNoRuntime =
      noClasses()
          .that()
          .resideInAPackage("dev.argus..core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              "dev.argus.v1..",
              "dev.argus.stage.v1..",
              "dev.argus.service..",
              "io.micronaut..",
              "ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheRuntimeKnowsOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.argus.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheEdgesOfAServiceKnowGrpc =
      noClasses()
          .that(
              not(
                  resideInAnyPackage(STUBS)
                      .or(
                          resideInAnyPackage(
                              "dev.argus..grpc..",
                              "dev.argus.gateway.http..",
                              "dev.argus.service.."))
                      .or(resideInAnyPackage(ASSEMBLIES))
                      .or(resideInAPackage("dev.argus.cli.."))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(GRPC)
          .because(
              "the wire is known where it is spoken, or put into another protocol: by grpc packages,"
                  + " the gateway's http package, the kit, and the client");

  @ArchTest
  static final ArchRule onlyApplicationsKnowMicronaut =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.argus..app..", "dev.argus.service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micronaut..");

  @ArchTest
  static void servicesAreIndependentOfEachOther(JavaClasses all) {
    for (String service : SERVICES) {
      String[] others =
          Stream.concat(
                  SERVICES.stream().filter(s -> !s.equals(service)), Stream.of("dev.argus.cli.."))
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(service)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(all);
    }
  }

  @ArchTest
  static void librariesDependOnTheirFoundationsAlone(JavaClasses all) {
    FOUNDATIONS.forEach((library, foundations) ->
        classes()
            .that()
            .resideInAPackage(library)
            .should()
            .onlyDependOnClassesThat(
                not(resideInAPackage("dev.argus.."))
                    .or(resideInAPackage(library))
                    .or(resideInAnyPackage(foundations.toArray(String[]::new))))
            .check(all));
  }

  @ArchTest
  static final ArchRule aCheckpointIsNotAServerAndNotASession =
      noClasses()
          .that()
          .resideInAPackage("dev.argus.checkpoint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "io.micronaut..", "ai.onnxruntime..");

  @ArchTest
  static final ArchRule coreIsTheInnermostLayer =
      noClasses()
          .that()
          .resideInAPackage("dev.argus..core..")
          .should()
          .dependOnClassesThat(inLayers("engine", "grpc", "app"));

  @ArchTest
  static final ArchRule engineAndWireDoNotKnowEachOther =
      noClasses().that(inLayers("engine")).should().dependOnClassesThat(inLayers("grpc", "app"));

  @ArchTest
  static final ArchRule theWireKnowsTheCoreAlone =
      noClasses().that(inLayers("grpc")).should().dependOnClassesThat(inLayers("engine", "app"));

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("dev.argus.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule coreTakesTimeFromAClockItIsGiven =
      noClasses()
          .that()
          .resideInAPackage("dev.argus..core..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", Duration.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .that(not(resideInAnyPackage(GENERATED)))
          .should()
          .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl)");

  @ArchTest
  static void everyPackageSaysWhatMayBeNull(JavaClasses all) {
    Set<String> unmarked =
        all.that(not(resideInAnyPackage(GENERATED))).stream()
            .map(JavaClass::getPackage)
            .filter(candidate -> !candidate.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(toSet());

    assertThat(unmarked).isEmpty();
  }

  private static DescribedPredicate<JavaClass> inLayers(String... layers) {
    String[] packages =
        SERVICES.stream()
            .map(service -> service.substring(0, service.length() - "..".length()))
            .flatMap(service -> Stream.of(layers).map(layer -> service + "." + layer + ".."))
            .toArray(String[]::new);
    return resideInAnyPackage(packages);
  }
}
