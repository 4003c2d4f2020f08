package dev.argus.runtime;

import dev.argus.runtime.capi.DriverCalls;
import dev.argus.runtime.capi.OrtMemoryInfo;

/**
 * A device's memory, for us and for ONNX Runtime.
 *
 * @param info lives as long as the device
 * @param copiesWhenBound whether an input that a graph wants in another memory is possible: ONNX
 *     Runtime copies it when it is bound, so that it has to be bound again for each run
 * @param calls keeps recordings apart
 */
record Place(Memory memory, OrtMemoryInfo info, boolean copiesWhenBound, DriverCalls calls) {}
