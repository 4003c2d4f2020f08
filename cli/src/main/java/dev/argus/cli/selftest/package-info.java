/** Whether a checkpoint works on this machine, tried with the engines that serve it. */
@NullMarked
package dev.argus.cli.selftest;

import org.jspecify.annotations.NullMarked;
