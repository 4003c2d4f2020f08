/*
 * A library of CUDA 12's name over CUDA 13's: each function that is listed in functions.h, as FUNCTION(name), jumps to the
 * one of the same name in TARGET, with whatever arguments it was called. For x86-64.
 *
 *   cc -shared -fPIC -DTARGET='"libcublas.so.13"' -I DIR_OF_FUNCTIONS_H -Wl,-soname,libcublas.so.12 \
 *      -Wl,--version-script=MAP -o libcublas.so.12 forward.c
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define FUNCTION(name) \
  static void *to_##name __attribute__((used)); \
  __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n\tendbr64\n\tjmp *to_" #name "(%rip)\n");
#include "functions.h"
#undef FUNCTION

/* Before any other library's constructor calls one of them: those that need this library are initialised after it. */
__attribute__((constructor)) static void find_functions(void) {
  void *target = dlopen(TARGET, RTLD_NOW | RTLD_GLOBAL);
  if (target == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(EXIT_FAILURE);
  }
#define FUNCTION(name) \
  if ((to_##name = dlsym(target, #name)) == NULL) { \
    fprintf(stderr, "%s\n", dlerror()); \
    exit(EXIT_FAILURE); \
  }
#include "functions.h"
#undef FUNCTION
}
