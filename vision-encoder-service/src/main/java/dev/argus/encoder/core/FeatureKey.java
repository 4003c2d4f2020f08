package dev.argus.encoder.core;

import dev.argus.base.digest.Digest;
import dev.argus.base.tenant.Tenant;

/**
 * What a tile's features depend on, and who may see them.
 *
 * @param tenant whose tile it is: nobody learns, not even by how fast the answer comes, what
 *     another tenant asked
 * @param weights what encodes it: the checkpoint's fingerprint and the precision
 * @param tile SHA-256 of the pixels
 */
record FeatureKey(Tenant tenant, String weights, Digest tile) {}
