/* Stands between the inbox and the C library, so that a test can make a disk fail and a clock jump. It shares one page with the test:
   [0] milliseconds to add to the wall clock, [1] 1: syncing fails with EIO, [2] how many syncs there were, [3] 1: writing fails with ENOSPC. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *page;

__attribute__((constructor)) static void open_page(void) {
    const char *path = getenv("SHIM_PAGE");
    int file = path ? open(path, O_RDWR) : -1;
    void *mapped = file < 0 ? MAP_FAILED : mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) page = mapped;
}

static int sync_with(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (page && page[1]) { errno = EIO; return -1; }
    int done = real(file);
    if (page) __atomic_add_fetch((int64_t *)&page[2], 1, __ATOMIC_SEQ_CST);
    return done;
}

int fsync(int file) { return sync_with("fsync", file); }
int fdatasync(int file) { return sync_with("fdatasync", file); }

/* SQLite writes with pwrite64; the log of the process goes through write and is left alone. */
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (page && page[3]) { errno = ENOSPC; return -1; }
    return real(file, bytes, count, at);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, now);
    if (page && clock == CLOCK_REALTIME) {
        now->tv_sec += page[0] / 1000;
    }
    return done;
}
