/** {@code argus bench split}: what it costs to split the server into services. */
@NullMarked
package dev.argus.bench.split;

import org.jspecify.annotations.NullMarked;
