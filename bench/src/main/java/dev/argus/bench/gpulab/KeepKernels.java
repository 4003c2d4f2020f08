package dev.argus.bench.gpulab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Copies a CUDA library with the kernels of one GPU architecture alone, the others zeroed, so that
 * it packs to a fraction: {@code KeepKernels libonnxruntime_providers_cuda.so 90 small.so}.
 */
public final class KeepKernels {
  private static final int ARGUMENTS = 3;

  private KeepKernels() {}

  /**
   * Runs it.
   *
   * @param arguments the library, the architecture as a number, and the file to write
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != ARGUMENTS) {
      throw new IllegalArgumentException("KeepKernels LIBRARY ARCHITECTURE COPY");
    }
    int architecture = Integer.parseInt(arguments[1]);
    FatBinaries.Outcome done = copy(Path.of(arguments[0]), architecture, Path.of(arguments[2]));
    System.out.printf(
        "sm_%d: kept %d kernels of %d MB, zeroed %d of %d MB%n",
        architecture,
        done.keptKernels(),
        done.keptBytes() / 1_000_000,
        done.zeroedKernels(),
        done.zeroedBytes() / 1_000_000);
  }

  /**
   * Copies.
   *
   * @param copy must not exist; gone again where it cannot be made
   * @throws IllegalArgumentException if the library has no kernels of that architecture, or cannot
   *     be read
   */
  static FatBinaries.Outcome copy(Path library, int architecture, Path copy) throws IOException {
    Files.copy(library, copy);
    try (FileChannel file =
            FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      ElfFile elf = new ElfFile(file.map(MapMode.READ_WRITE, 0, file.size(), arena));
      return FatBinaries.keep(elf.section(".nv_fatbin"), architecture);
    } catch (IllegalArgumentException e) {
      Files.delete(copy);
      throw e;
    }
  }
}
