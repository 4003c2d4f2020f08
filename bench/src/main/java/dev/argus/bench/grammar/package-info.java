/** {@code argus bench grammar}: what keeping an answer to its form costs. */
@NullMarked
package dev.argus.bench.grammar;

import org.jspecify.annotations.NullMarked;
