package dev.argus.runtime.capi;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps the recording of a CUDA graph apart from all other calls of CUDA in the process.
 *
 * <p>Design note: ONNX Runtime records in CUDA's <em>global</em> mode. While it does, CUDA refuses
 * other threads what may wait for a device, such as allocating or copying, and the recording fails
 * with them. Recordings are made once, so that all others wait for them; else nobody waits.
 * Thread-safe. A call may be within another one of its kind, or of one alone.
 */
public sealed interface DriverCalls {
  /** Of what nobody has to be kept apart from: a processor. */
  DriverCalls FREE = new Free();

  /** Of all GPUs of the process. */
  DriverCalls CUDA = new Guarded(new ReentrantReadWriteLock());

  /** Calls beside others. */
  void together(Runnable call);

  /** Calls when no other call runs, and lets none begin until it has ended. */
  void alone(Runnable call);

  /** Nobody waits. */
  record Free() implements DriverCalls {
    @Override
    public void together(Runnable call) {
      call.run();
    }

    @Override
    public void alone(Runnable call) {
      call.run();
    }
  }

  /** By a lock: those together share it. */
  record Guarded(ReadWriteLock lock) implements DriverCalls {
    @Override
    public void together(Runnable call) {
      run(lock.readLock(), call);
    }

    @Override
    public void alone(Runnable call) {
      run(lock.writeLock(), call);
    }

    private static void run(Lock held, Runnable call) {
      held.lock();
      try {
        call.run();
      } finally {
        held.unlock();
      }
    }
  }
}
