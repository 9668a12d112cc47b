# memory.sh: how large the parts of an instance are on this machine. Sourced by instance.sh.
# shellcheck shell=bash

CGROUP=/sys/fs/cgroup

# Cores that this process may use: a container's share of them counts.
count_cores() {
    local have quota='' period=''
    have=$(nproc)
    [[ ! -r $CGROUP/cpu.max ]] || read -r quota period <"$CGROUP/cpu.max"
    if [[ $quota =~ ^[0-9]+$ ]]; then
        within $(((quota + period - 1) / period)) 1 "$have"
    else
        echo "$have"
    fi
}

# MB of the machine, or of the container where that has less.
count_memory() {
    local have limit=''
    have=$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)
    have=$((have / 1024))
    [[ ! -r $CGROUP/memory.max ]] || limit=$(<"$CGROUP/memory.max")
    if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < have)); then have=$((limit / 1048576)); fi
    echo "$have"
}

within() { # VALUE LEAST MOST
    echo $(($1 < $2 ? $2 : $1 > $3 ? $3 : $1))
}

# Of one worker of nginx, each of which opens as many files again.
web_connections() {
    within "$WEB_CONNECTIONS" 1 $(($(open_files) / 2))
}

# What is not set follows from cores and memory.
default_sizes() {
    cores=$(count_cores)
    : "${MEMORY_MB:=$(count_memory)}" "${PROCESSES:=$((2 * cores))}" "${WEB_WORKERS:=$cores}"
    : "${HASH_PROCESSES:=$((cores > 1 ? cores - 1 : 1))}" "${JOBS_PROCESSES:=$(within "$cores" 2 4)}"
    : "${SHARED_BUFFERS_MB:=$(within $((MEMORY_MB / 4)) 128 8192)}" "${LIMIT_PASSWORDS:=$((cores > 2 ? 8 * cores : 16))}"
    # Where few files may be open, half of what there is.
    : "${LIMIT_CONNECTIONS:=$(within 1024 $((WEB_CONNECTIONS / 8)) $((WEB_WORKERS * $(web_connections) / 2)))}"
}

# Values of postgresql.conf in MB. WORK is what one sort of one connection may take; few of them sort at once.
size_database() {
    local needed
    needed=$(($(pools | grep -Evc -- '-(hash|known)$') * PROCESSES + 2 * HASH_PROCESSES + $(workers | wc -w) * JOBS_PROCESSES + 30))
    CONNECTIONS=$((DB_CONNECTIONS > needed ? DB_CONNECTIONS : needed))
    CACHE=$(within $((MEMORY_MB * 3 / 4)) 256 100000000)
    WORK=$(within $((MEMORY_MB / 8 / CONNECTIONS)) 4 64)
    MAINTENANCE=$(within $((MEMORY_MB / 32)) 64 1024)
    WAL=$(within $((SHARED_BUFFERS_MB * 4)) 1024 16384)
    PARALLEL=$((cores < 2 ? 2 : cores))
}
