@NullMarked
package dev.argus.bench.serve.report;

import org.jspecify.annotations.NullMarked;
