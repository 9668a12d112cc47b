#!/bin/sh
# archive.sh PATH NAME: keeps one file of the database's changes in WAL_ARCHIVE. Called by PostgreSQL, which tries again when it fails. A
# file appears there when it is whole; one that is there must be the same.
set -eu
to=$WAL_ARCHIVE/$2
if [ -e "$to" ]; then
    cmp -s "$1" "$to"
    exit
fi
cp "$1" "$to.part"
sync "$to.part"
mv "$to.part" "$to"
sync "$WAL_ARCHIVE"
