/*
 * The one function of CUDA 12's runtime that CUDA 13's has under no name: it fills a structure that 13 has shortened. What it
 * fills is what a program decides by: sizes and limits; the sizes of textures and surfaces are left at 0.
 *
 * Source: driver_types.h of CUDA 12 (the structure), and of CUDA 13 (its beginning, and the attributes' numbers).
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The beginning, which both have: as far as the sizes of a grid. */
struct beginning {
  char name[256];
  char uuid[16];
  char luid[8];
  unsigned int luidDeviceNodeMask;
  size_t totalGlobalMem;
  size_t sharedMemPerBlock;
  int regsPerBlock;
  int warpSize;
  size_t memPitch;
  int maxThreadsPerBlock;
  int maxThreadsDim[3];
  int maxGridSize[3];
};

struct properties12 {
  struct beginning beginning_and_padding; /* Its last 4 bytes are padding, and clockRate in CUDA 12. */
  size_t totalConstMem;
  int major;
  int minor;
  size_t textureAlignment;
  size_t texturePitchAlignment;
  int deviceOverlap;
  int multiProcessorCount;
  int kernelExecTimeoutEnabled;
  int integrated;
  int canMapHostMemory;
  int computeMode;
  int texturesAndSurfaces[40];
  size_t surfaceAlignment;
  int concurrentKernels;
  int ECCEnabled;
  int pciBusID;
  int pciDeviceID;
  int pciDomainID;
  int tccDriver;
  int asyncEngineCount;
  int unifiedAddressing;
  int memoryClockRate;
  int memoryBusWidth;
  int l2CacheSize;
  int persistingL2CacheMaxSize;
  int maxThreadsPerMultiProcessor;
  int streamPrioritiesSupported;
  int globalL1CacheSupported;
  int localL1CacheSupported;
  size_t sharedMemPerMultiprocessor;
  int regsPerMultiprocessor;
  int managedMemory;
  int isMultiGpuBoard;
  int multiGpuBoardGroupID;
  int hostNativeAtomicSupported;
  int singleToDoublePrecisionPerfRatio;
  int pageableMemoryAccess;
  int concurrentManagedAccess;
  int computePreemptionSupported;
  int canUseHostPointerForRegisteredMem;
  int cooperativeLaunch;
  int cooperativeMultiDeviceLaunch;
  size_t sharedMemPerBlockOptin;
  int pageableMemoryAccessUsesHostPageTables;
  int directManagedMemAccessFromHost;
  int maxBlocksPerMultiProcessor;
  int accessPolicyMaxWindowSize;
  size_t reservedSharedMemPerBlock;
  char others[1032 - 728];
};
_Static_assert(sizeof(struct properties12) == 1032, "as large as CUDA 12's");
_Static_assert(offsetof(struct properties12, multiProcessorCount) == 388, "where CUDA 12 has it");
_Static_assert(offsetof(struct properties12, sharedMemPerBlockOptin) == 696, "where CUDA 12 has it");

static void *find(const char *name) {
  void *function = dlsym(dlopen(TARGET, RTLD_NOW), name);
  if (function == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(EXIT_FAILURE);
  }
  return function;
}

int cudaGetDeviceProperties_v2(struct properties12 *properties, int device) {
  int (*all)(void *, int) = (int (*)(void *, int))find("cudaGetDeviceProperties");
  int (*attribute)(int *, int, int) = (int (*)(int *, int, int))find("cudaDeviceGetAttribute");
  char properties13[4096];
  int code = all(properties13, device);
  if (code != 0) {
    return code;
  }
  memset(properties, 0, sizeof *properties);
  memcpy(properties, properties13, offsetof(struct beginning, maxGridSize) + 3 * sizeof(int));
  int value;
#define FILL(field, number) \
  if ((code = attribute(&value, number, device)) != 0) { \
    return code; \
  } \
  properties->field = value;
  FILL(totalConstMem, 9)
  FILL(textureAlignment, 14)
  FILL(multiProcessorCount, 16)
  FILL(kernelExecTimeoutEnabled, 17)
  FILL(integrated, 18)
  FILL(canMapHostMemory, 19)
  FILL(computeMode, 20)
  FILL(concurrentKernels, 31)
  FILL(ECCEnabled, 32)
  FILL(memoryClockRate, 36)
  FILL(memoryBusWidth, 37)
  FILL(l2CacheSize, 38)
  FILL(maxThreadsPerMultiProcessor, 39)
  FILL(asyncEngineCount, 40)
  FILL(unifiedAddressing, 41)
  FILL(texturePitchAlignment, 51)
  FILL(major, 75)
  FILL(minor, 76)
  FILL(sharedMemPerMultiprocessor, 81)
  FILL(regsPerMultiprocessor, 82)
  FILL(managedMemory, 83)
  FILL(cooperativeLaunch, 95)
  FILL(sharedMemPerBlockOptin, 97)
  FILL(maxBlocksPerMultiProcessor, 106)
  FILL(reservedSharedMemPerBlock, 111)
  return 0;
}
