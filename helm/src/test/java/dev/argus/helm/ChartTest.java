package dev.argus.helm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1IngressRule;
import io.kubernetes.client.openapi.models.V1IngressSpec;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V2HPAScalingRules;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscalerSpec;
import io.kubernetes.client.openapi.models.V2PodsMetricSource;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChartTest {
  private static final String EVERYTHING = "ci/everything-values.yaml";

  /** Kinds of others, of which the client has no models. */
  private static final Set<String> FOREIGN =
      Set.of("PrometheusRule", "ScaledObject", "ServiceMonitor");

  private static final Pattern KIND = Pattern.compile("(?m)^kind: (\\w+)$");

  @Test
  void lints() {
    assertThat(Chart.lint().isFailed()).as(Chart.lint().getMessages().toString()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "values-gpu.yaml", "values-cpu-small.yaml", EVERYTHING})
  void everyManifestIsOneThatKubernetesKnows(String values) throws IOException {
    List<Object> objects = objects(Chart.render(values, Map.of()));

    assertThat(objects).filteredOn(V1Deployment.class::isInstance).hasSize(4);
    assertThat(objects).filteredOn(V1Service.class::isInstance).hasSize(4);
  }

  @Test
  void aTypingErrorInAManifestIsFound() {
    String wrong = Chart.render("", Map.of()).replaceFirst("readinessProbe:", "redinessProbe:");

    assertThatThrownBy(() -> objects(wrong)).hasMessageContaining("redinessProbe");
  }

  @Test
  void whatIsSwitchedOnIsThere() {
    String manifests = Chart.render(EVERYTHING, Map.of());

    assertThat(KIND.matcher(manifests).results().map(kind -> kind.group(1)))
        .contains(
            "HorizontalPodAutoscaler",
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "PrometheusRule",
            "Role",
            "RoleBinding",
            "ScaledObject",
            "ServiceAccount",
            "ServiceMonitor");
    assertThat(manifests)
        .contains(
            "image: registry.example/argus/encoder@sha256:0123",
            "claimName: models",
            "--argus.decoder.slots=16",
            "--argus.encoder.models.internvl=/models/InternVL3-2B-hf",
            "--argus.gateway.models=smolvlm,internvl",
            "--argus.gateway.http.image-hosts=images.example.com,*.cdn.example.com",
            "--argus.gateway.encoder=k8s:///vision/demo-encoder:grpc",
            "OTEL_TRACES_SAMPLER_ARG, value: \"0.1\"",
            "query: sum(argus_encoder_load{namespace=\"vision\",service=\"demo-encoder\"})");
  }

  @Test
  void stagesThatFollowTheirLoadGrowForWhatLastsAMinute() throws IOException {
    String manifests = Chart.render(EVERYTHING, Map.of());
    V2HorizontalPodAutoscalerSpec byLoad = autoscaler("decoder", manifests);
    V2PodsMetricSource metric =
        requireNonNull(requireNonNull(byLoad.getMetrics()).getFirst().getPods());

    assertThat(metric.getMetric().getName()).isEqualTo("argus_decoder_load");
    assertThat(metric.getTarget().getAverageValue()).isEqualTo(new Quantity("1.2"));
    assertThat(requireNonNull(byLoad.getBehavior()).getScaleUp())
        .returns(60, V2HPAScalingRules::getStabilizationWindowSeconds);
    assertThat(requireNonNull(autoscaler("preprocess", manifests).getBehavior()).getScaleUp())
        .isNull();
    assertThat(manifests)
        .containsPattern("horizontalPodAutoscalerConfig:\\s+behavior:\\s+#[^\\n]+\\s+scaleUp:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", EVERYTHING})
  void httpLeadsFromTheServiceToThePort(String values) throws IOException {
    String manifests = Chart.render(values, Map.of());
    V1Container container = pod("gateway", manifests).getContainers().getFirst();
    V1Service service = named(V1Service.class, "demo-gateway", manifests);

    assertThat(container.getArgs())
        .contains("--argus.gateway.http.enabled=true", "--argus.gateway.http.port=8080");
    assertThat(container.getPorts())
        .filteredOn(port -> "http".equals(port.getName()))
        .singleElement()
        .returns(8080, V1ContainerPort::getContainerPort);
    assertThat(requireNonNull(service.getSpec()).getPorts())
        .filteredOn(port -> "http".equals(port.getName()))
        .singleElement()
        .returns("http", port -> requireNonNull(port.getTargetPort()).getStrValue())
        .returns(8080, V1ServicePort::getPort);
    assertThat(container("preprocess", manifests).getPorts())
        .noneMatch(port -> "http".equals(port.getName()));
  }

  @Test
  void theIngressLeadsToHttpWithEveryHostsCertificate() throws IOException {
    V1Ingress ingress = named(V1Ingress.class, "demo-gateway", Chart.render(EVERYTHING, Map.of()));
    V1IngressSpec spec = requireNonNull(ingress.getSpec());

    assertThat(spec.getRules())
        .extracting(V1IngressRule::getHost)
        .containsExactly("vision.example.com", "*.vision.example.com");
    assertThat(spec.getRules())
        .flatExtracting(rule -> requireNonNull(rule.getHttp()).getPaths())
        .extracting(path -> requireNonNull(path.getBackend().getService()))
        .allSatisfy(backend -> {
          assertThat(backend.getName()).isEqualTo("demo-gateway");
          assertThat(requireNonNull(backend.getPort()).getName()).isEqualTo("http");
        });
    assertThat(requireNonNull(spec.getTls()).getFirst().getHosts())
        .containsExactly("vision.example.com", "*.vision.example.com");
  }

  @Test
  void theNetworkPolicyLetsClientsToHttp() throws IOException {
    V1NetworkPolicy policy =
        named(V1NetworkPolicy.class, "demo-gateway", Chart.render(EVERYTHING, Map.of()));

    assertThat(requireNonNull(requireNonNull(policy.getSpec()).getIngress()).getFirst().getPorts())
        .extracting(port -> requireNonNull(port.getPort()).getStrValue())
        .containsExactly("grpc", "http");
  }

  @Test
  void theGatewayMayWatchEndpointSlicesAndNothingElse() throws IOException {
    String manifests = Chart.render("", Map.of());
    V1Role role = named(V1Role.class, "demo-gateway", manifests);
    V1RoleBinding binding = named(V1RoleBinding.class, "demo-gateway", manifests);
    String account = requireNonNull(pod("gateway", manifests).getServiceAccountName());

    assertThat(requireNonNull(role.getRules()))
        .singleElement()
        .returns(List.of("discovery.k8s.io"), V1PolicyRule::getApiGroups)
        .returns(List.of("endpointslices"), V1PolicyRule::getResources)
        .returns(List.of("get", "list", "watch"), V1PolicyRule::getVerbs);
    assertThat(binding.getRoleRef().getName()).isEqualTo("demo-gateway");
    assertThat(requireNonNull(binding.getSubjects()))
        .singleElement()
        .returns(account, RbacV1Subject::getName)
        .returns("vision", RbacV1Subject::getNamespace);
    assertThat(named(V1ServiceAccount.class, account, manifests)).isNotNull();
    for (String stage : List.of("preprocess", "encoder", "decoder")) {
      assertThat(pod(stage, manifests).getServiceAccountName()).isNotEqualTo(account);
    }
  }

  @Test
  void servicesNamePortsAsTheGatewayAsksForThem() throws IOException {
    String manifests = Chart.render("", Map.of());

    assertThat(container("gateway", manifests).getArgs())
        .contains("--argus.gateway.decoder=k8s:///vision/demo-decoder:grpc");
    assertThat(
            requireNonNull(named(V1Service.class, "demo-decoder", manifests).getSpec()).getPorts())
        .extracting(V1ServicePort::getName)
        .contains("grpc");
  }

  @Test
  void byDnsTheGatewayNeedsNoRights() throws IOException {
    String manifests = Chart.render("", Map.of("discovery", "dns"));

    assertThat(container("gateway", manifests).getArgs())
        .contains("--argus.gateway.encoder=dns:///demo-encoder.vision.svc:7072");
    assertThat(pod("gateway", manifests).getAutomountServiceAccountToken()).isFalse();
    assertThat(pod("gateway", manifests).getServiceAccountName())
        .isEqualTo(pod("encoder", manifests).getServiceAccountName());
    assertThat(KIND.matcher(manifests).results().map(kind -> kind.group(1)))
        .doesNotContain("Role", "RoleBinding");
  }

  @Test
  void rightsAndAccountsMayBeMadeElsewhere() throws IOException {
    String manifests =
        Chart.render(
            "",
            Map.of(
                "rbac.create", "false",
                "serviceAccount.create", "false",
                "serviceAccount.name", "ours"));

    assertThat(pod("gateway", manifests).getServiceAccountName()).isEqualTo("ours");
    assertThat(KIND.matcher(manifests).results().map(kind -> kind.group(1)))
        .doesNotContain("Role", "RoleBinding", "ServiceAccount");
  }

  @Test
  void withoutHttpThereIsNoPortOfIt() throws IOException {
    String manifests = Chart.render("", Map.of("gateway.http.enabled", "false"));

    assertThat(container("gateway", manifests).getArgs())
        .contains("--argus.gateway.http.enabled=false");
    assertThat(manifests).doesNotContain("name: http,");
    assertThatThrownBy(() -> Chart.render(EVERYTHING, Map.of("gateway.http.enabled", "false")))
        .hasMessageContaining("gateway.ingress.enabled needs gateway.http.enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"preprocess", "encoder", "decoder", "gateway"})
  void podsAreLetEndWhatTheyAreAt(String stage) throws IOException {
    V1PodSpec pod = pod(stage);
    V1Container container = pod.getContainers().getFirst();

    long drain =
        requireNonNull(container.getArgs()).stream()
            .filter(argument -> argument.startsWith("--argus.server.drain-limit="))
            .mapToLong(argument -> Long.parseLong(argument.replaceAll("\\D", "")))
            .findAny()
            .orElseThrow();
    long pause =
        requireNonNull(
                requireNonNull(requireNonNull(container.getLifecycle()).getPreStop()).getSleep())
            .getSeconds();
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(drain + pause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"preprocess", "encoder", "decoder", "gateway"})
  void podsMayDoNothingButServe(String stage) throws IOException {
    V1PodSpec pod = pod(stage);

    assertThat(requireNonNull(pod.getSecurityContext()).getRunAsNonRoot()).isTrue();
    assertThat(pod.getAutomountServiceAccountToken()).isEqualTo(stage.equals("gateway"));
    for (V1Container container : pod.getContainers()) {
      var security = requireNonNull(container.getSecurityContext());
      assertThat(security.getReadOnlyRootFilesystem()).isTrue();
      assertThat(security.getAllowPrivilegeEscalation()).isFalse();
      assertThat(requireNonNull(security.getCapabilities()).getDrop()).containsExactly("ALL");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "decoder.replicas | -1 | at '/decoder/replicas': minimum: got -1, want 0",
        "decoder.replicas | many | at '/decoder/replicas': got string, want integer",
        "decoder.drainSeconds | 0 | at '/decoder/drainSeconds': minimum",
        "decoder.config.Slots | 3 | 'Slots' does not match pattern",
        "decoder.slots | 3 | at '/decoder': additional properties 'slots' not allowed",
        "encoder.autoscaling.kind | vpa | at '/encoder/autoscaling/kind': value must be one of 'none'",
        "encoder.autoscaling.maxReplicas | 0 | at '/encoder/autoscaling/maxReplicas': minimum",
        "encoder.autoscaling.cpuPercent | 200 | at '/encoder/autoscaling/cpuPercent': maximum",
        "encoder.image.digest | latest | at '/encoder/image/digest': 'latest' does not match",
        "encoder.resources.limits.memory | 4 GB | at '/encoder/resources/limits/memory': '4 GB'",
        "gateway.service.port | 70700 | at '/gateway/service/port': maximum",
        "gateway.service.httpPort | 0 | at '/gateway/service/httpPort': minimum",
        "gateway.ingress.enabled | true | at '/gateway/ingress/hosts': minItems",
        "gateway.ingress.hosts[0] | https://a.example | at '/gateway/ingress/hosts/0'",
        "gateway.service.type | Public | at '/gateway/service/type': value must be one of",
        "discovery | consul | at '/discovery': value must be one of 'k8s', 'dns'",
        "rbac.create | maybe | at '/rbac/create': got string, want boolean",
        "image.pullPolicy | Sometimes | at '/image/pullPolicy': value must be one of 'Always'",
        "telemetry.sampleRatio | 2 | at '/telemetry/sampleRatio': maximum",
        "telemetry.otlpEndpoint | collector:4317 | at '/telemetry/otlpEndpoint'",
        "modelVolume.mountPath | models | at '/modelVolume/mountPath'",
        "import.endpoint | ftp://mirror | at '/import/endpoint'",
        "modelsVolume.mountPath | /models | additional properties 'modelsVolume' not allowed"
      })
  void wrongValuesAreRefusedWithTheReason(String key, String value, String refusal) {
    assertThatThrownBy(() -> Chart.render("", Map.of(key, value))).hasMessageContaining(refusal);
  }

  private static V1PodSpec pod(String stage) throws IOException {
    return pod(stage, Chart.render("", Map.of()));
  }

  private static V1PodSpec pod(String stage, String manifests) throws IOException {
    V1Deployment deployment = named(V1Deployment.class, "demo-" + stage, manifests);
    return requireNonNull(requireNonNull(deployment.getSpec()).getTemplate().getSpec());
  }

  private static V1Container container(String stage, String manifests) throws IOException {
    return pod(stage, manifests).getContainers().getFirst();
  }

  private static V2HorizontalPodAutoscalerSpec autoscaler(String stage, String manifests)
      throws IOException {
    return requireNonNull(
        named(V2HorizontalPodAutoscaler.class, "demo-" + stage, manifests).getSpec());
  }

  private static <T extends KubernetesObject> T named(Class<T> kind, String name, String manifests)
      throws IOException {
    return objects(manifests).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(object -> name.equals(requireNonNull(object.getMetadata()).getName()))
        .findAny()
        .orElseThrow();
  }

  /** Read by the client's own models, which take no field that they do not have. */
  private static List<Object> objects(String manifests) throws IOException {
    List<Object> objects = new ArrayList<>();
    for (String manifest : manifests.split("(?m)^---$", -1)) {
      var kind = KIND.matcher(manifest);
      if (kind.find() && !FOREIGN.contains(kind.group(1))) {
        objects.add(Yaml.load(manifest));
      }
    }
    return objects;
  }
}
