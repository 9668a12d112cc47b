"""Sides that are measured in turns, round after round, and what may be said of them: medians, ratios with their spread."""
import dataclasses
import statistics
import typing

from tests.bench import settings
from tests.bench.processes import KINDS, SERVER

ENOUGH = 3  # rounds from which on more can be said of a difference than that it is there


@dataclasses.dataclass
class Measured:
    """One measurement: latencies in ms (0: not measured), processor seconds by kind."""
    requests: int
    seconds: float
    cpu: dict
    p50: float = 0
    p99: float = 0

    @property
    def rate(self):
        return self.requests / self.seconds

    def us(self, *kinds):
        """Microseconds of processor time a request, of these kinds or of the whole server."""
        return 1e6 * sum(self.cpu[kind] for kind in kinds or SERVER) / self.requests


class Spread(typing.NamedTuple):
    """A median and the rounds' extremes."""
    median: float
    low: float
    high: float

    def percent(self):
        return f"{self.median:.0%}" + (f" ({self.low:.0%} to {self.high:.0%})" if self.low < self.high else "")

    def times(self):
        return f"{self.median:.2f}" + (f" ({self.low:.2f} to {self.high:.2f})" if self.low < self.high else "")


def in_turns(sides, rounds=settings.ROUNDS):
    """sides: name -> function that measures once. Returns name -> what each round gave."""
    results = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            results[name].append(measure())
    return results


def median(results, value):
    return statistics.median(map(value, results))


def ratio(ones, twos, value):
    """Of what one side gave to what the other one gave in the same round."""
    ratios = [value(one) / value(two) for one, two in zip(ones, twos)]
    return Spread(statistics.median(ratios), min(ratios), max(ratios))


def rate(one):
    return one.rate


def cpu(one):
    return one.us()


def split(results):
    """Microseconds a request by kind, and the server's sum."""
    parts = " / ".join(f"{median(results, lambda m, k=kind: m.us(k)):,.0f}" for kind in KINDS)
    return f"{parts} = {median(results, cpu):,.0f}"


def why_above(ratios, product, reference, cores=settings.CORES):
    """What can be said of a product that is faster than pgbench with its own statements, which cannot be. None when it is not."""
    if ratios.median <= 1:
        return None
    mine, theirs = (median(side, lambda m: m.us("PostgreSQL")) for side in (product, reference))
    busy = median(reference, lambda m: sum(m.cpu.values()) / m.seconds / cores)
    work = (f"PostgreSQL used {theirs:,.0f} us a request of the reference and {mine:,.0f} us of the product; the reference kept {busy:.0%}"
            " of the cores busy")
    if len(product) < ENOUGH:
        return f"above 100 % in {len(product)} rounds, which is too few to say why. {work}."
    if ratios.low <= 1:
        return f"above 100 % within the noise: the rounds lie on both sides of it. {work}."
    if theirs > mine * 1.1:
        return f"above 100 %: the reference does more work than the product, its script is to be looked at. {work}."
    if busy < 0.85:
        return f"above 100 %: the reference waited, for the disk or for locks. {work}."
    return f"above 100 % and not explained: measure again with more rounds on a quiet machine. {work}."
