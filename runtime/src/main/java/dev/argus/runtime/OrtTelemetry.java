package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * ONNX Runtime's own telemetry, which is on by default and which Argus turns off.
 *
 * <p>It would report about the process to others. And in 1.29 it kills the process: it matches the
 * command line with a recursive regular expression, which overflows the stack from some 4000
 * characters on (an ordinary class path), and it fails in images without a shell
 * (microsoft/onnxruntime issue 32173). The only switch that comes before the damage is the
 * environment variable {@code ORT_DISABLE_TELEMETRY}; the native library reads the process's own
 * environment, so that it can be set from within.
 */
final class OrtTelemetry {
  private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  private OrtTelemetry() {}

  /** Turns it off for this process; to be called before the native library starts. */
  static void disable() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isPresent()) { // Windows has none, and none of this telemetry either.
      set(handle(linker, setenv.get()));
    }
  }

  @SuppressWarnings("restricted") // There is no other way to set an environment variable.
  private static MethodHandle handle(Linker linker, MemorySegment setenv) {
    return linker.downcallHandle(
        setenv,
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }

  private static void set(MethodHandle setenv) {
    try (Arena arena = Arena.ofConfined()) {
      int overwrite = 1;
      int failed =
          (int)
              setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("1"), overwrite);
      if (failed != 0) {
        throw new ModelFault("cannot set " + VARIABLE, null);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ModelFault("cannot set " + VARIABLE, e);
    }
  }
}
