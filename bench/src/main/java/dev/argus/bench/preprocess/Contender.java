package dev.argus.bench.preprocess;

import java.util.Optional;

/** Someone who makes tiles of a picture. */
interface Contender extends AutoCloseable {

  /** What it is called in the table. */
  String label();

  /** Makes the tiles of a picture, as often as it is asked. */
  void prepare(Picture picture);

  /**
   * SHA-256 of all tiles one after another, in hexadecimal; empty where it makes no bytes that
   * could be the same as another's.
   */
  Optional<String> digest(Picture picture);

  @Override
  void close();
}
