package dev.argus.gateway.grpc;

import dev.argus.base.failure.Upstream;
import dev.argus.gateway.core.UprightPicture;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Box;
import dev.argus.v1.Region;
import java.util.List;

/** Regions on the wire: what the decoder names, placed in the client's picture. */
final class Regions {
  private Regions() {}

  /**
   * Places a region in the request's last picture.
   *
   * @param pictures of the request, in order
   */
  static Region of(NamedRegion named, List<ImageGeometry> pictures) {
    if (pictures.isEmpty()) {
      throw new Upstream("The decoder service named a region where there is no picture", null);
    }
    Box upright = named.getBox();
    return Region.newBuilder()
        .setLabel(named.getLabel())
        .setBox(stored(upright, pictures.getLast()))
        .setNormalizedBox(upright)
        .setConfidence(named.getConfidence())
        .setFirstToken(named.getFirstToken())
        .setEndToken(named.getEndToken())
        .setImageIndex(pictures.size() - 1)
        .build();
  }

  private static Box stored(Box upright, ImageGeometry picture) {
    var box =
        new UprightPicture(
                picture.getWidth(), picture.getHeight(), Math.max(1, picture.getOrientation()))
            .stored(
                new UprightPicture.Box(
                    upright.getXMin(), upright.getYMin(), upright.getXMax(), upright.getYMax()));
    return Box.newBuilder()
        .setXMin((float) box.xMin())
        .setYMin((float) box.yMin())
        .setXMax((float) box.xMax())
        .setYMax((float) box.yMax())
        .build();
  }
}
