package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * What can be said to ONNX Runtime by environment variables alone. The native library reads the
 * process's own environment, so that they can be set from within.
 *
 * <ul>
 *   <li>{@code ORT_DISABLE_TELEMETRY}: it would report about the process to others. And in 1.29 it
 *       kills the process: it matches the command line with a recursive regular expression, which
 *       overflows the stack from some 4000 characters on (an ordinary class path), and it fails in
 *       images without a shell (microsoft/onnxruntime issue 32173).
 *   <li>{@code ORT_GQA_DISABLE_FLASH_ATTENTION}: the processor's tiled attention takes sequences of
 *       different lengths one after another, and divides no more than one's heads between the
 *       threads; the plain one divides those of all. It was faster for long chunks, too, where that
 *       was measured (bench/RESULTS.md), and needs more memory: a float for each head, each token
 *       of a chunk and each position.
 * </ul>
 */
final class OrtVariables {
  private static final List<String> SET =
      List.of("ORT_DISABLE_TELEMETRY", "ORT_GQA_DISABLE_FLASH_ATTENTION");

  private OrtVariables() {}

  /** Sets them in this process; to be called before the native library starts. */
  static void set() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isPresent()) { // Windows has none, and none of the telemetry either.
      MethodHandle handle = handle(linker, setenv.get());
      SET.forEach(variable -> set(handle, variable));
    }
  }

  @SuppressWarnings("restricted") // There is no other way to set an environment variable.
  private static MethodHandle handle(Linker linker, MemorySegment setenv) {
    return linker.downcallHandle(
        setenv,
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }

  private static void set(MethodHandle setenv, String variable) {
    try (Arena arena = Arena.ofConfined()) {
      int overwrite = 1;
      int failed =
          (int)
              setenv.invokeExact(arena.allocateFrom(variable), arena.allocateFrom("1"), overwrite);
      if (failed != 0) {
        throw new ModelFault("cannot set " + variable, null);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ModelFault("cannot set " + variable, e);
    }
  }
}
