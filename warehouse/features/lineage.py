"""Which columns of which tables an answer stands on: so that who asks for a few figures does not wait for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir


def columns_read(asked: ir.Table, names: Collection[str]) -> Mapping[str, set[str]]:
    """Table -> columns of it that decide these columns of an expression, or which rows there are.

    A left join of a table of which no column is asked is passed over: it must have one row a key at most, as all parts of
    the features do. What is not known to be narrower is taken to read everything.
    """
    found: dict[str, set[str]] = defaultdict(set)
    _follow(asked.op(), set(names), found, defaultdict(set))
    return found


def tables_named(asked: ir.Table) -> set[str]:
    """Every table an expression names, whether or not a column of it matters."""
    return {node.name for node in asked.op().find(ops.UnboundTable)}


def _follow(node: Any, names: set[str], found: dict[str, set[str]], seen: dict[Any, set[str]]) -> None:
    if node in seen and names <= seen[node]:
        return
    seen[node] |= names
    if isinstance(node, ops.UnboundTable):
        found[node.name] |= names
        return
    read: dict[Any, set[str]] = defaultdict(set)
    for relation in _always(node):
        read[relation] |= set()
    for value in _values(node, names):
        for relation, column in _fields(value):
            read[relation].add(column)
    if isinstance(node, ops.JoinChain):
        for link in node.rest:
            if link.how == "left" and not read.get(link.table):
                continue
            for predicate in link.predicates:
                for relation, column in _fields(predicate):
                    read[relation].add(column)
    if isinstance(node, ops.Filter | ops.Sort | ops.JoinReference | ops.DropColumns):
        read[node.parent] |= names
    for relation, columns in read.items():
        _follow(relation, columns, found, seen)


def _always(node: Any) -> list[Any]:
    """Relations whose rows are this one's, whatever column is asked."""
    if isinstance(node, ops.JoinChain):
        return [node.first, *(link.table for link in node.rest if link.how != "left")]
    parent = getattr(node, "parent", None)
    return [] if parent is None else [parent]


def _values(node: Any, names: set[str]) -> Iterable[Any]:
    """The values these columns are made of, and what decides which rows there are."""
    if isinstance(node, ops.Project | ops.JoinChain):
        return [value for name, value in node.values.items() if name in names]
    if isinstance(node, ops.Aggregate):
        return [*node.groups.values(), *(value for name, value in node.metrics.items() if name in names)]
    if isinstance(node, ops.Filter):
        return node.predicates
    if isinstance(node, ops.Sort):
        return node.keys
    if isinstance(node, ops.JoinReference | ops.DropColumns):
        return []
    relations = [each for each in node.__args__ if isinstance(each, ops.Relation)]
    return [ops.Field(each, column) for each in relations for column in each.schema.names]


def _fields(value: Any) -> list[tuple[Any, str]]:
    """The columns a value reads, with their relation; of a question within it, all of that question's."""
    found = []
    for node in value.find((ops.Field, ops.Subquery), filter=ops.Value):  # not into the relations themselves
        if isinstance(node, ops.Field):
            found.append((node.rel, node.name))
        else:
            found += [(node.rel, column) for column in node.rel.schema.names]
    return found
