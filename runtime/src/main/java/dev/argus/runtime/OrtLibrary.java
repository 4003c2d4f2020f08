package dev.argus.runtime;

import ai.onnxruntime.OrtEnvironment;
import dev.argus.base.file.WholeFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * ONNX Runtime's native library, unpacked once for all processes.
 *
 * <p>By itself ONNX Runtime unpacks it from its jar at each start, tens of megabytes (for CUDA
 * hundreds), into a temporary folder that a killed process leaves behind. Argus keeps it in {@code
 * ~/.cache/argus/native}, in a folder that changes with the library. Where an image has it unpacked
 * already, or the home directory cannot be written to, {@value #FOLDER_PROPERTY} says where it is.
 */
final class OrtLibrary {
  /** ONNX Runtime's own property: the folder from which it loads its native library. */
  static final String FOLDER_PROPERTY = "onnxruntime.native.path";

  private OrtLibrary() {}

  /**
   * Unpacks the library where that has not been done, and tells ONNX Runtime; to be called before
   * it starts. Where it cannot be unpacked ONNX Runtime helps itself as ever.
   */
  static void unpackOnce() {
    if (System.getProperty(FOLDER_PROPERTY) == null) {
      try {
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "argus", "native");
        System.setProperty(FOLDER_PROPERTY, unpackOnce(cache).toString());
      } catch (IOException e) {
        System.clearProperty(FOLDER_PROPERTY);
      }
    }
  }

  /**
   * The folder that the library is unpacked to.
   *
   * @param cache where such folders are kept
   * @throws IOException if there is no library for this system, or it cannot be written
   */
  static Path unpackOnce(Path cache) throws IOException {
    String resources = "ai/onnxruntime/native/" + platform() + "/";
    try (JarFile jar = new JarFile(jarWith(resources).toFile())) {
      List<JarEntry> entries =
          jar.stream()
              .filter(entry -> entry.getName().startsWith(resources))
              .filter(entry -> entry.getName().indexOf('/', resources.length()) < 0)
              .filter(entry -> entry.getName().length() > resources.length())
              .toList();
      Path folder = cache.resolve("onnxruntime-%s-%08x".formatted(platform(), digest(entries)));
      if (!Files.exists(folder)) {
        WholeFolder.make(folder, partial -> unpack(jar, entries, partial));
      }
      return folder;
    }
  }

  private static void unpack(JarFile jar, List<JarEntry> entries, Path folder) throws IOException {
    for (JarEntry entry : entries) {
      String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
      try (InputStream content = jar.getInputStream(entry)) {
        Files.copy(content, folder.resolve(name));
      }
    }
  }

  private static Path jarWith(String resources) throws IOException {
    URL library =
        OrtEnvironment.class.getResource("/" + resources + System.mapLibraryName("onnxruntime"));
    if (library == null || !(library.openConnection() instanceof JarURLConnection jar)) {
      throw new IOException("no jar with " + resources);
    }
    try {
      return Path.of(jar.getJarFileURL().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The digests of the files, which the jar has, in one. */
  private static long digest(List<JarEntry> entries) {
    CRC32 digest = new CRC32();
    for (JarEntry entry : entries) {
      digest.update((entry.getName() + entry.getCrc()).getBytes(StandardCharsets.UTF_8));
    }
    return digest.getValue();
  }

  /** This system as ONNX Runtime's jar calls it. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "");
    return (system.startsWith("mac") ? "osx" : system.startsWith("win") ? "win" : "linux")
        + "-"
        + (architecture.equals("amd64") || architecture.equals("x86_64") ? "x64" : architecture);
  }
}
