package dev.argus.bench.gpulab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a made-up library with two fat binaries in a section. */
final class KeepKernelsTest {
  private static final int ELF_HEADER = 64;
  private static final int PADDING = 8;

  private static final byte[] FATBIN =
      join(
          fatBinary(entry(64, 80, 40), entry(64, 90, 24), entry(96, 120, 8)),
          new byte[PADDING],
          fatBinary(entry(64, 90, 16)));

  @TempDir private Path folder;

  @Test
  void zeroesTheOtherArchitecturesPayloadsAndNothingElse() throws IOException {
    Path library = Files.write(folder.resolve("library"), elf(FATBIN));
    Path copy = folder.resolve("copy");

    FatBinaries.Outcome outcome = KeepKernels.copy(library, 90, copy);

    assertThat(outcome).isEqualTo(new FatBinaries.Outcome(2, 40, 2, 48));
    byte[] expected = elf(FATBIN);
    int first = ELF_HEADER + 16 + 64;
    Arrays.fill(expected, first, first + 40, (byte) 0);
    int third = first + 40 + 64 + 24 + 96;
    Arrays.fill(expected, third, third + 8, (byte) 0);
    assertThat(copy).hasBinaryContent(expected);
    assertThat(library).hasBinaryContent(elf(FATBIN));
  }

  @Test
  void refusesALibraryWithoutTheArchitecture() throws IOException {
    refuses(elf(FATBIN), 75, "no kernel for sm_75");
  }

  @Test
  void refusesWhatIsNoElfFile() throws IOException {
    refuses(new byte[100], 90, "no 64-bit little-endian ELF file");
    refuses(new byte[3], 90, "no 64-bit little-endian ELF file");
  }

  @Test
  void refusesALibraryThatIsCutOff() throws IOException {
    byte[] whole = elf(FATBIN);
    refuses(Arrays.copyOf(whole, whole.length - 1), 90, "cut off");
  }

  @Test
  void refusesSectionsThatHoldNoFatBinaries() throws IOException {
    byte[] wrong = FATBIN.clone();
    wrong[0]++;
    refuses(elf(wrong), 90, "no fat binary begins at byte 0");
  }

  @Test
  void refusesSizesThatDoNotFit() throws IOException {
    byte[] longer = FATBIN.clone();
    longer[16 + 8]++; // The first payload, which others follow.
    refuses(elf(longer), 90, "impossible size");
    byte[] endless = FATBIN.clone();
    Arrays.fill(endless, 8, 15, (byte) -1); // The first fat binary.
    refuses(elf(endless), 90, "impossible size");
  }

  private void refuses(byte[] library, int architecture, String why) throws IOException {
    Path file = Files.write(folder.resolve("library"), library);
    Path copy = folder.resolve("copy");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeepKernels.copy(file, architecture, copy))
        .withMessageContaining(why);
    assertThat(copy).doesNotExist();
  }

  /** An entry whose payload is all 7. */
  private static byte[] entry(int headerBytes, int architecture, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) 7);
    return bytes(
        headerBytes + payloadBytes,
        entry ->
            entry
                .putShort(0, (short) 2)
                .putInt(4, headerBytes)
                .putLong(8, payloadBytes)
                .putInt(28, architecture)
                .put(headerBytes, payload));
  }

  private static byte[] fatBinary(byte[]... entries) {
    byte[] all = join(entries);
    return bytes(
        16 + all.length,
        fatBinary ->
            fatBinary
                .putInt(0, 0xBA55ED50)
                .putShort(4, (short) 1)
                .putShort(6, (short) 16)
                .putLong(8, all.length)
                .put(16, all));
  }

  /** A header, the section, the names, and a table of two sections. */
  private static byte[] elf(byte[] fatbin) {
    byte[] names = "\0.shstrtab\0.nv_fatbin\0".getBytes(StandardCharsets.US_ASCII);
    int namesAt = ELF_HEADER + fatbin.length;
    int table = namesAt + names.length;
    return bytes(
        table + 2 * 64,
        elf ->
            elf.putInt(0, 0x464C457F)
                .putShort(4, (short) 0x0102)
                .putLong(40, table)
                .putShort(58, (short) 64)
                .putShort(60, (short) 2)
                .putShort(62, (short) 0)
                .put(ELF_HEADER, fatbin)
                .put(namesAt, names)
                .putInt(table, 1)
                .putLong(table + 24, namesAt)
                .putLong(table + 32, names.length)
                .putInt(table + 64, 11)
                .putLong(table + 64 + 24, ELF_HEADER)
                .putLong(table + 64 + 32, fatbin.length));
  }

  private static byte[] bytes(int count, Consumer<ByteBuffer> fill) {
    byte[] bytes = new byte[count];
    fill.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    int count = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    return bytes(
        count,
        all -> {
          for (byte[] part : parts) {
            all.put(part);
          }
        });
  }
}
