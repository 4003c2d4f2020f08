/**
 * How a checkpoint comes to this machine: from the Hugging Face Hub, a mirror that speaks its
 * protocol, or a directory. Knows HTTP and files, and of a checkpoint only the names of the files
 * that Argus reads. Depends on the JDK and a JSON parser.
 */
@NullMarked
package dev.argus.hub;

import org.jspecify.annotations.NullMarked;
