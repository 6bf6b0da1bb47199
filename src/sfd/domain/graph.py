"""Directed graphs of ids: a cycle named by its path, and an order in which everything comes after what it needs."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush


def find_cycle(needs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """A cycle as a path that ends where it starts, or None. `needs[x]` is what x waits for."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        path: list[str] = error.args[1]
        return path[::-1]
    return None


def in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The ids so that each comes after all it needs; as far as that allows, in the mapping's order.

    Raises:
        graphlib.CycleError: there is no such order.
    """
    rank = {node: position for position, node in enumerate(needs)}
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    ready = [(rank.get(node, -1), node) for node in sorter.get_ready()]
    heapify(ready)
    ordered: list[str] = []
    while ready:
        _, node = heappop(ready)
        ordered.append(node)
        sorter.done(node)
        for freed in sorter.get_ready():
            heappush(ready, (rank.get(freed, -1), freed))
    return ordered
