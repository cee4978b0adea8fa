/* Adds FLUSH_DELAY_US microseconds (1,000 without it) to each flush, as a slower disk would: preloaded into PostgreSQL.
   Built by the bench where a C compiler is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_a_little(void) {
  const char *given = getenv("FLUSH_DELAY_US");
  long microseconds = given ? atol(given) : 1000;
  struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
  nanosleep(&pause, NULL);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  wait_a_little();
  return real(file);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  wait_a_little();
  return real(file);
}
