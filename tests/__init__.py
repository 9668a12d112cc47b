"""The tests of Muster; tests/run.sh runs them."""
