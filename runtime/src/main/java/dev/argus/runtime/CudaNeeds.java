package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Predicate;

/** What has to be installed for graphs to run on a GPU. */
final class CudaNeeds {
  static final String PROVIDER = "CUDAExecutionProvider";

  /** Libraries that ONNX Runtime's provider loads, and what brings each. */
  private static final Map<String, String> LIBRARIES = new LinkedHashMap<>();

  static {
    LIBRARIES.put("libcuda.so.1", "NVIDIA's driver, 525 or newer");
    LIBRARIES.put("libcudart.so.12", "CUDA 12");
    LIBRARIES.put("libcublas.so.12", "CUDA 12");
    LIBRARIES.put("libcublasLt.so.12", "CUDA 12");
    LIBRARIES.put("libcurand.so.10", "CUDA 12");
    LIBRARIES.put("libcudnn.so.9", "cuDNN 9 for CUDA 12");
  }

  private CudaNeeds() {}

  /**
   * Checks that all is there.
   *
   * @param providers what ONNX Runtime was built with
   * @param canLoad whether a library can be loaded, by its name
   * @throws ModelFault if not, naming what to install
   */
  static void require(Collection<String> providers, Predicate<String> canLoad) {
    if (!providers.contains(PROVIDER)) {
      throw new ModelFault(
          "this build of Argus runs on processors alone: build it with `./mvnw -Pcuda package` to run on a GPU",
          null);
    }
    Map<String, StringJoiner> missing = new LinkedHashMap<>();
    LIBRARIES.forEach((library, product) -> {
      if (!canLoad.test(library)) {
        missing.computeIfAbsent(product, _ -> new StringJoiner(", ")).add(library);
      }
    });
    if (!missing.isEmpty()) {
      StringJoiner list = new StringJoiner("; ");
      missing.forEach((product, libraries) -> list.add("%s (%s)".formatted(product, libraries)));
      throw new ModelFault(
          "a GPU needs what is not there or cannot be found: install %s, and have LD_LIBRARY_PATH or ldconfig name its folder"
              .formatted(list),
          null);
    }
  }
}
