#include "common/base/metrics.h"

#include "common/base/str.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x6d75737465720001ULL /* the last digits: of this form of the file */
#define SHARES 8
#define SERIES_MOST 16384
#define SERVICES_MOST 64

struct series {
    uint32_t family, rare, cell;
    char labels[METRIC_LABELS];
};

/* What the file begins with; behind it the series, then the shares of cells. */
struct head {
    _Atomic uint64_t magic; /* written last */
    uint64_t nseries, ncells;
};

typedef _Atomic uint64_t cell;

static const struct {
    const char *name;
    bool histogram;
    const char *help;
} families[FAMILY_COUNT] = {
#define X(symbol, name_, histogram_, help_) [symbol] = {.name = (name_), .histogram = (histogram_), .help = (help_)},
    METRIC_FAMILIES(X)
#undef X
};

static const struct metric_def common[METRIC_COUNT] = {
#define X(symbol, family_, labels_) [symbol] = {.family = (family_), .labels = labels_},
    METRICS(X)
#undef X
};

/* A histogram has a cell for each of these, one for what takes longer, and the sum of microseconds. */
static const struct {
    int64_t us;
    const char *le;
} buckets[] = {{1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},   {100000, "0.1"},
               {250000, "0.25"}, {500000, "0.5"},  {1000000, "1.0"}, {2500000, "2.5"}, {5000000, "5.0"}, {10000000, "10.0"}};
#define BUCKETS (sizeof(buckets) / sizeof(buckets[0]))

/* The own file. */
static struct head *mine;
static size_t mine_size;
static cell *share;

static size_t width(uint32_t family) {
    return families[family].histogram ? BUCKETS + 2 : 1;
}

static struct series *series_of(struct head *h) {
    return (struct series *)(h + 1);
}

static cell *shares_of(struct head *h) {
    return (cell *)(series_of(h) + h->nseries);
}

static size_t file_size(uint64_t nseries, uint64_t ncells) {
    return sizeof(struct head) + nseries * sizeof(struct series) + SHARES * ncells * sizeof(cell);
}

/* All processes of a service write the same, so it does not matter who is first. */
static void describe(struct head *h, const struct metric_def *defs, size_t n, uint64_t ncells) {
    struct series *s = series_of(h);
    uint32_t at = 0;
    h->nseries = METRIC_COUNT + n;
    h->ncells = ncells;
    for (size_t i = 0; i < METRIC_COUNT + n; i++) {
        const struct metric_def *d = i < METRIC_COUNT ? &common[i] : &defs[i - METRIC_COUNT];
        s[i] = (struct series){.family = d->family, .rare = d->rare, .cell = at};
        str_copy(s[i].labels, sizeof(s[i].labels), d->labels);
        at += (uint32_t)width(d->family);
    }
    atomic_store_explicit(&h->magic, MAGIC, memory_order_release);
}

static size_t count_cells(const struct metric_def *defs, size_t n) {
    size_t cells = 0;
    for (size_t i = 0; i < METRIC_COUNT + n; i++) {
        cells += width(i < METRIC_COUNT ? common[i].family : defs[i - METRIC_COUNT].family);
    }
    return cells;
}

/* Room that the disk has given cannot be missed later, when a page of the file is touched. */
static void *map_file(int fd, size_t size) {
    if (posix_fallocate(fd, 0, (off_t)size) != 0) {
        return MAP_FAILED;
    }
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

bool metrics_open(const char *path, const struct metric_def *defs, size_t n, char *err, size_t size) {
    size_t ncells = count_cells(defs, n);
    metrics_close();
    if (!*path) {
        return true;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    mine_size = file_size(METRIC_COUNT + n, ncells);
    void *at = fd < 0 || METRIC_COUNT + n > SERIES_MOST ? MAP_FAILED : map_file(fd, mine_size);
    if (at == MAP_FAILED) {
        snprintf(err, size, "The file for metrics cannot be used, nothing is counted: %m.");
    } else {
        mine = at;
        describe(mine, defs, n, ncells);
        share = shares_of(mine) + (size_t)getpid() % SHARES * ncells;
        metric_count(METRIC_STARTS);
    }
    if (fd >= 0) {
        close(fd);
    }
    return at != MAP_FAILED;
}

void metrics_close(void) {
    if (mine) {
        munmap(mine, mine_size);
    }
    mine = NULL;
    share = NULL;
}

static void add(size_t at, uint64_t n) {
    atomic_fetch_add_explicit(&share[at], n, memory_order_relaxed);
}

static const struct series *own_series(size_t i) {
    return share && i < mine->nseries ? &series_of(mine)[i] : NULL;
}

void metric_count(size_t series) {
    const struct series *s = own_series(series);
    if (s) {
        add(s->cell, 1);
    }
}

void metric_seconds(size_t series, int64_t us) {
    const struct series *s = own_series(series);
    size_t i = 0;
    if (!s || !families[s->family].histogram) {
        return;
    }
    while (i < BUCKETS && us > buckets[i].us) {
        i++;
    }
    add(s->cell + i, 1);
    add(s->cell + BUCKETS + 1, us > 0 ? (uint64_t)us : 0);
}

/* ---- reading ---- */

struct file {
    const char *service;
    struct head *head;
    size_t size;
};

/* What is half described yet, or of another form, is none. */
static bool is_sound(struct head *h, size_t size) {
    if (size < sizeof(*h) || atomic_load_explicit(&h->magic, memory_order_acquire) != MAGIC) {
        return false;
    }
    return h->nseries <= SERIES_MOST && h->ncells <= h->nseries * (BUCKETS + 2) && file_size(h->nseries, h->ncells) <= size;
}

static bool file_open(struct file *f, const char *folder, const char *service) {
    char path[4200];
    struct stat st = {0};
    snprintf(path, sizeof(path), "%s/%s", folder, service);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    *f = (struct file){.service = service};
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
        f->size = (size_t)st.st_size;
        f->head = mmap(NULL, f->size, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (fd >= 0) {
        close(fd);
    }
    bool mapped = f->head && f->head != MAP_FAILED;
    if (mapped && !is_sound(f->head, f->size)) {
        munmap(f->head, f->size);
        mapped = false;
    }
    return mapped;
}

static uint64_t sum(const struct file *f, size_t at) {
    cell *c = shares_of(f->head);
    uint64_t all = 0;
    for (size_t i = 0; i < SHARES; i++) {
        all += atomic_load_explicit(&c[i * f->head->ncells + at], memory_order_relaxed);
    }
    return all;
}

static void put_labels(struct buf *out, const struct file *f, const struct series *s) {
    buf_printf(out, "{service=\"%s\"%s%s", f->service, *s->labels ? "," : "", s->labels);
}

static void write_counter(struct buf *out, const struct file *f, const struct series *s) {
    uint64_t n = sum(f, s->cell);
    if (n || !s->rare) {
        buf_printf(out, "%s_total", families[s->family].name);
        put_labels(out, f, s);
        buf_printf(out, "} %llu\n", (unsigned long long)n);
    }
}

static void write_histogram(struct buf *out, const struct file *f, const struct series *s) {
    const char *name = families[s->family].name;
    uint64_t below[BUCKETS + 1], all = 0, us = sum(f, s->cell + BUCKETS + 1);
    for (size_t i = 0; i <= BUCKETS; i++) {
        below[i] = all += sum(f, s->cell + i);
    }
    for (size_t i = 0; i <= BUCKETS && (all || !s->rare); i++) {
        buf_printf(out, "%s_bucket", name);
        put_labels(out, f, s);
        buf_printf(out, ",le=\"%s\"} %llu\n", i < BUCKETS ? buckets[i].le : "+Inf", (unsigned long long)below[i]);
    }
    if (all || !s->rare) {
        buf_printf(out, "%s_count", name);
        put_labels(out, f, s);
        buf_printf(out, "} %llu\n%s_sum", (unsigned long long)all, name);
        put_labels(out, f, s);
        buf_printf(out, "} %llu.%06llu\n", (unsigned long long)us / 1000000, (unsigned long long)us % 1000000);
    }
}

/* Samples of one family stand together, whosever they are. */
static void write_family(struct buf *out, uint32_t family, const struct file *files, size_t n) {
    metrics_family(out, families[family].name, families[family].histogram ? "histogram" : "counter", families[family].help);
    for (size_t i = 0; i < n; i++) {
        const struct series *s = series_of(files[i].head);
        for (uint64_t k = 0; k < files[i].head->nseries; k++) {
            if (s[k].family == family) {
                (families[family].histogram ? write_histogram : write_counter)(out, &files[i], &s[k]);
            }
        }
    }
}

void metrics_family(struct buf *out, const char *name, const char *type, const char *help) {
    size_t len = strlen(name);
    buf_printf(out, "# TYPE %s %s\n", name, type);
    if (len > 8 && str_eq(name + len - 8, "_seconds")) {
        buf_printf(out, "# UNIT %s seconds\n", name);
    }
    buf_printf(out, "# HELP %s %s\n", name, help);
}

void metrics_write(struct buf *out, const char *folder, const char *const *services) {
    struct file files[SERVICES_MOST];
    size_t n = 0;
    for (; *services && n < SERVICES_MOST; services++) {
        n += file_open(&files[n], folder, *services);
    }
    for (uint32_t family = 0; family < FAMILY_COUNT; family++) {
        write_family(out, family, files, n);
    }
    for (size_t i = 0; i < n; i++) {
        munmap(files[i].head, files[i].size);
    }
}
