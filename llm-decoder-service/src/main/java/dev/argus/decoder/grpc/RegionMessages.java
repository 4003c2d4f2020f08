package dev.argus.decoder.grpc;

import dev.argus.decoder.core.region.Region;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Box;

/** Regions on the wire. */
final class RegionMessages {
  private RegionMessages() {}

  static DecodeResponse of(Region region) {
    Box box =
        Box.newBuilder()
            .setXMin((float) region.xMin())
            .setYMin((float) region.yMin())
            .setXMax((float) region.xMax())
            .setYMax((float) region.yMax())
            .build();
    return DecodeResponse.newBuilder()
        .setRegion(
            NamedRegion.newBuilder()
                .setLabel(region.label())
                .setBox(box)
                .setConfidence((float) region.confidence())
                .setFirstToken(region.firstToken())
                .setEndToken(region.endToken()))
        .build();
  }
}
