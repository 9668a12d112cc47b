#!/bin/bash
# The order of locks (sql/README.md, rule G6): every pair of statements that write play, stopped at every lock of the first.
exec /usr/bin/python3 "$TOP/tests/sql/lock_order.py" "$TOP"
