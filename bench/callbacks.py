"""Dash callbacks as a browser posts them, and twenty browsers that post them at once, each on its own connection."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

UPDATE = "/_dash-update-component"
Values = Mapping[tuple[str, str], Any]


def dependencies(host: str, port: int, cookie: str) -> list[dict[str, Any]]:
    """What the portal tells a browser of its callbacks."""
    status, text = _ask(host, port, "GET", "/_dash-dependencies", cookie, None)
    if status != 200:
        raise RuntimeError(f"/_dash-dependencies answered {status}")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def body(known: Sequence[Mapping[str, Any]], output: str, values: Values) -> str:
    """The post of the callback that sets `output` ("id.property"); inputs and states not in `values` are None."""
    one = next(d for d in known if output in _outputs(d["output"]) and "@" not in d["output"])
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in _outputs(one["output"])]
    inputs = [{**part, "value": values.get((part["id"], part["property"]))} for part in one["inputs"]]
    states = [{**part, "value": values.get((part["id"], part["property"]))} for part in one["state"]]
    told = {
        "output": one["output"],
        "outputs": outputs if one["output"].startswith("..") else outputs[0],
        "inputs": inputs,
        "state": states,
        "changedPropIds": [f"{inputs[0]['id']}.{inputs[0]['property']}"],
    }
    return json.dumps(told)


def _outputs(output: str) -> list[str]:
    return output.strip(".").split("...") if output.startswith("..") else [output]


def answer(host: str, port: int, cookie: str, posted: str) -> str:
    """What one post is answered; RuntimeError for anything but 200."""
    status, text = _ask(host, port, "POST", UPDATE, cookie, posted)
    if status != 200:
        raise RuntimeError(f"a callback answered {status}: {text[:200]}")
    return text


def _ask(host: str, port: int, method: str, path: str, cookie: str, posted: str | None) -> tuple[int, str]:
    with closing(http.client.HTTPConnection(host, port, timeout=60)) as wire:
        wire.request(method, path, posted, {"Cookie": cookie, "Content-Type": "application/json"})
        found = wire.getresponse()
        return found.status, found.read().decode()


def clients(host: str, port: int, cookies: Sequence[str], posts: Sequence[Sequence[str]], each: int) -> list[float]:
    """Each client posts its own bodies in turn, `each` times, without a pause; milliseconds of every answer.

    RuntimeError when an answer was not 200.
    """
    taken: list[float] = []
    wrong: list[str] = []
    ready = threading.Barrier(len(cookies))

    def one(cookie: str, bodies: Sequence[str]) -> None:
        head = {"Cookie": cookie, "Content-Type": "application/json", "Accept-Encoding": "gzip, br, zstd"}
        with closing(http.client.HTTPConnection(host, port, timeout=60)) as wire:
            wire.connect()
            ready.wait()
            for turn in range(each):
                begun = time.perf_counter()
                wire.request("POST", UPDATE, bodies[turn % len(bodies)], head)
                found = wire.getresponse()
                found.read()
                taken.append(1000 * (time.perf_counter() - begun))
                if found.status != 200:
                    wrong.append(f"{found.status}")
                    return

    threads = [threading.Thread(target=one, args=told) for told in zip(cookies, posts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong or len(taken) != each * len(cookies):
        raise RuntimeError(f"{len(wrong)} clients got another answer than 200: {', '.join(sorted(set(wrong)))}")
    return taken
