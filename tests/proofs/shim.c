/* What reaches the disk from one folder, recorded beneath whoever writes it; or refused.
 *
 * Preloaded (LD_PRELOAD) into a process, it stands between the standard sqlite3 and the system.
 * With PROOF_ROOT set, everything that changes a file below that folder is written to PROOF_LOG:
 *
 *     kind (1)  file (4)  number (8)  length (4)  bytes       integers little-endian
 *
 *     'O' a file was made: its path          'W' bytes were written at an offset
 *     'T' it was cut or grown to a size      'S' it was synced
 *     'U' a path was removed                 'R' a path was renamed: old, zero, new
 *     'M' a folder was made: its path        'D' a folder was synced: its path
 *     'K' the program says how far it is: its number
 *
 * A file is numbered when it is first seen; one that was there before is told by 'E' and its path.
 * proof_refuse(n, error, how) makes the n-th change from now fail: once (0), from then on (1), or
 * from then on with half of the first write done (2). What this does not record on a file below
 * the folder (shared mappings that write, vectored writes, second names) ends the process: no silent gaps.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

enum { ONCE, ALWAYS, HALF };

static struct { uint32_t file; int folder; } known[FILES];      /* by descriptor */
static struct { dev_t device; ino_t inode; } numbered[FILES];   /* by file number */
static uint32_t files = 1;
static char root[PATH_MAX];
static size_t root_length;
static int log_file = -1;
static long refuse_at = -1, changes;
static int refuse_with, refuse_how;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void give_up(const char *what) {
    fprintf(stderr, "shim: %s is not recorded\n", what);
    abort();
}

static void put(const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    while (length > 0) {
        ssize_t done = real(log_file, bytes, length);
        if (done <= 0) give_up("the log");
        bytes = (const char *)bytes + done;
        length -= (size_t)done;
    }
}

static void record(char kind, uint32_t file, uint64_t number, const void *bytes, uint32_t length) {
    if (log_file < 0) return;
    unsigned char head[17];
    pthread_mutex_lock(&mutex);
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &file, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, &length, 4);
    put(head, sizeof head);
    if (length) put(bytes, length);
    pthread_mutex_unlock(&mutex);
}

__attribute__((constructor)) static void begin(void) {
    REAL(int, "open", const char *, int, ...);
    const char *folder = getenv("PROOF_ROOT"), *log_path = getenv("PROOF_LOG");
    if (folder) {
        strncpy(root, folder, sizeof root - 1);
        root_length = strlen(root);
    }
    if (log_path) log_file = real(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The absolute path, when it is below the folder or is that folder; else nothing. */
static const char *within(int folder, const char *path, char *whole) {
    if (!root_length) return NULL;
    if (path[0] == '/') snprintf(whole, PATH_MAX, "%s", path);
    else {
        char where[64], from[PATH_MAX / 2];
        if (folder == AT_FDCWD) snprintf(where, sizeof where, "/proc/self/cwd");
        else snprintf(where, sizeof where, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(where, from, sizeof from - 1);
        if (length < 0) return NULL;
        from[length] = 0;
        snprintf(whole, PATH_MAX, "%.2047s/%.2047s", from, path);
    }
    if (strncmp(whole, root, root_length)) return NULL;
    return whole[root_length] == 0 || whole[root_length] == '/' ? whole : NULL;
}

static int watched(int descriptor) {
    return descriptor >= 0 && descriptor < FILES && known[descriptor].file != 0;
}

/* Whether this change is refused; sets errno then. */
static int refused(void) {
    long now = __sync_fetch_and_add(&changes, 1);
    if (refuse_at < 0 || now < refuse_at || (refuse_how == ONCE && now > refuse_at)) return 0;
    errno = refuse_with;
    return 1;
}

long proof_refuse(long at, int with, int how) {
    long counted = changes;
    changes = 0;
    refuse_with = with;
    refuse_how = how;
    refuse_at = at;
    return counted;
}

void proof_mark(uint64_t number) { record('K', 0, number, NULL, 0); }

static uint32_t number_of(int descriptor, const char *path, int made) {
    struct stat found;
    uint32_t number;
    if (log_file < 0) return 1; /* nothing is recorded: enough that it is watched */
    if (fstat(descriptor, &found)) return 0;
    for (number = made ? files : 1; number < files; number++)
        if (numbered[number].device == found.st_dev && numbered[number].inode == found.st_ino) break;
    if (number == files) {
        if (made) /* the system gave a number of a removed file out again */
            for (uint32_t other = 1; other < files; other++)
                if (numbered[other].inode == found.st_ino) numbered[other].inode = 0;
        if (files == FILES) give_up("so many files");
        numbered[files].device = found.st_dev;
        numbered[files].inode = found.st_ino;
        files++;
        record(made ? 'O' : 'E', number, 0, path, (uint32_t)strlen(path));
    }
    return number;
}

static int do_open(int folder, const char *path, int flags, mode_t mode) {
    REAL(int, "openat", int, const char *, int, ...);
    char whole[PATH_MAX];
    const char *ours = within(folder, path, whole);
    struct stat before;
    int made = ours && (flags & O_CREAT) && stat(ours, &before) != 0;
    int emptied = ours && !made && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;
    if ((made || emptied) && refused()) return -1;
    int descriptor = real(folder, path, flags, mode);
    if (descriptor < 0 || !ours || descriptor >= FILES) return descriptor;
    struct stat found;
    known[descriptor].folder = !fstat(descriptor, &found) && S_ISDIR(found.st_mode);
    known[descriptor].file = number_of(descriptor, ours, made);
    if (emptied) record('T', known[descriptor].file, 0, NULL, 0);
    return descriptor;
}

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        return do_open(AT_FDCWD, path, flags, mode); }
#define OPENING_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        return do_open(folder, path, flags, mode); }
OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int descriptor) {
    REAL(int, "close", int);
    if (watched(descriptor)) known[descriptor].file = 0;
    return real(descriptor);
}

static ssize_t do_pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    if (!watched(descriptor)) return real(descriptor, bytes, length, offset);
    if (refused()) {
        if (refuse_how != HALF || changes - 1 != refuse_at || length < 2) return -1;
        length /= 2;
    }
    ssize_t done = real(descriptor, bytes, length, offset);
    if (done > 0) record('W', known[descriptor].file, (uint64_t)offset, bytes, (uint32_t)done);
    return done;
}

ssize_t pwrite(int d, const void *b, size_t n, off_t o) { return do_pwrite(d, b, n, o); }
ssize_t pwrite64(int d, const void *b, size_t n, off_t o) { return do_pwrite(d, b, n, o); }

ssize_t write(int descriptor, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!watched(descriptor)) return real(descriptor, bytes, length);
    if (refused()) return -1;
    int whence = fcntl(descriptor, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR;
    off_t offset = lseek(descriptor, 0, whence);
    ssize_t done = real(descriptor, bytes, length);
    if (done > 0) record('W', known[descriptor].file, (uint64_t)offset, bytes, (uint32_t)done);
    return done;
}

#define SIZING(name) \
    int name(int descriptor, off_t size) { \
        REAL(int, #name, int, off_t); \
        if (watched(descriptor) && refused()) return -1; \
        int done = real(descriptor, size); \
        if (!done && watched(descriptor)) \
            record('T', known[descriptor].file, (uint64_t)size, NULL, 0); \
        return done; }
SIZING(ftruncate)
SIZING(ftruncate64)

static void synced(int descriptor) {
    char where[64], path[PATH_MAX];
    if (!known[descriptor].folder) {
        record('S', known[descriptor].file, 0, NULL, 0);
        return;
    }
    snprintf(where, sizeof where, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(where, path, sizeof path - 1);
    if (length > 0) record('D', 0, 0, path, (uint32_t)length);
}

#define SYNCING(name) \
    int name(int descriptor) { \
        REAL(int, #name, int); \
        if (watched(descriptor) && refused()) return -1; \
        int done = real(descriptor); \
        if (!done && watched(descriptor)) synced(descriptor); \
        return done; }
SYNCING(fsync)
SYNCING(fdatasync)

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char whole[PATH_MAX];
    const char *ours = within(folder, path, whole);
    struct stat found;
    int there = ours && lstat(ours, &found) == 0;
    if (there && refused()) return -1;
    int done = real(folder, path, flags);
    if (!done && there) record('U', 0, 0, ours, (uint32_t)strlen(ours));
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int renameat(int from, const char *old, int to, const char *new) {
    REAL(int, "renameat", int, const char *, int, const char *);
    char one[PATH_MAX], other[PATH_MAX], both[2 * PATH_MAX];
    const char *ours = within(from, old, one), *named = within(to, new, other);
    if (!ours != !named) give_up("a file that is moved in or out");
    if (ours && refused()) return -1;
    int done = real(from, old, to, new);
    if (!done && ours)
        record('R', 0, 0, both, (uint32_t)snprintf(both, sizeof both, "%s%c%s", ours, 0, named));
    return done;
}
int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(int, "mkdirat", int, const char *, mode_t);
    char whole[PATH_MAX];
    const char *ours = within(folder, path, whole);
    if (ours && refused()) return -1;
    int done = real(folder, path, mode);
    if (!done && ours) record('M', 0, 0, ours, (uint32_t)strlen(ours));
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

void *mmap(void *at, size_t length, int protection, int flags, int descriptor, off_t offset) {
    REAL(void *, "mmap", void *, size_t, int, int, int, off_t);
    if (watched(descriptor) && (flags & MAP_SHARED) && (protection & PROT_WRITE))
        give_up("a mapping that writes");
    return real(at, length, protection, flags, descriptor, offset);
}

/* What this program does not do today: should it ever, the proof says so instead of missing it. */
#define UNSEEN(type, name, first, parameters, arguments) \
    type name parameters { \
        REAL(type, #name, TYPES_OF_##name); \
        if (watched(first)) give_up(#name); \
        return real arguments; }
#define TYPES_OF_writev int, const struct iovec *, int
#define TYPES_OF_pwritev int, const struct iovec *, int, off_t
#define TYPES_OF_pwritev64 int, const struct iovec *, int, off_t
#define TYPES_OF_posix_fallocate int, off_t, off_t
#define TYPES_OF_posix_fallocate64 int, off_t, off_t
#define TYPES_OF_fallocate int, int, off_t, off_t
#define TYPES_OF_fallocate64 int, int, off_t, off_t
#define TYPES_OF_sendfile int, int, off_t *, size_t
#define TYPES_OF_sendfile64 int, int, off_t *, size_t
UNSEEN(ssize_t, writev, d, (int d, const struct iovec *p, int n), (d, p, n))
UNSEEN(ssize_t, pwritev, d, (int d, const struct iovec *p, int n, off_t o), (d, p, n, o))
UNSEEN(ssize_t, pwritev64, d, (int d, const struct iovec *p, int n, off_t o), (d, p, n, o))
UNSEEN(int, posix_fallocate, d, (int d, off_t o, off_t n), (d, o, n))
UNSEEN(int, posix_fallocate64, d, (int d, off_t o, off_t n), (d, o, n))
UNSEEN(int, fallocate, d, (int d, int m, off_t o, off_t n), (d, m, o, n))
UNSEEN(int, fallocate64, d, (int d, int m, off_t o, off_t n), (d, m, o, n))
UNSEEN(ssize_t, sendfile, d, (int d, int s, off_t *o, size_t n), (d, s, o, n))
UNSEEN(ssize_t, sendfile64, d, (int d, int s, off_t *o, size_t n), (d, s, o, n))

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    char whole[PATH_MAX];
    if (within(to, new, whole)) give_up("a second name");
    return real(from, old, to, new, flags);
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
