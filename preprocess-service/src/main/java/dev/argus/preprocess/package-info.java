/**
 * The preprocessing service, put together: {@link dev.argus.preprocess.PreprocessStage} is what a
 * server binds.
 */
@NullMarked
package dev.argus.preprocess;

import org.jspecify.annotations.NullMarked;
