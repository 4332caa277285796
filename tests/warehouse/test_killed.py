"""kill −9 between any two steps: the picture before it serves on, and the same delivery is received again."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from store.database import open_engine
from tests.warehouse.deliveries import BANK, Bank
from warehouse.batches import STEPS

FORKS = multiprocessing.get_context("forkserver")  # one process imports, and each receiver is forked from it
FORKS.set_forkserver_preload(["tests.warehouse.deliveries"])


def _receive(folder: Path, stop_at: str, delivery: Path) -> None:
    bank = Bank(open_engine(f"sqlite:///{folder / 'ledger.db'}"), folder)

    def stop(step: str, _percent: float) -> None:
        if step == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    bank.receive(delivery, progress=stop)


def killed_at(bank: Bank, step: str, delivery: Path) -> None:
    receiver = FORKS.Process(target=_receive, args=(bank.folder, step, delivery))
    receiver.start()
    receiver.join(60)
    assert receiver.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("step", ("place", "book", "done"))
def test_a_receiver_killed_at_a_delivery_that_is_held(bank: Bank, step: str) -> None:
    bank.receive(bank.write("2026-09-30", balances=None, transactions=None))
    before = bank.fingerprint()
    whole = bank.only("2026-10-31", customers="".join(BANK["customers.csv"].splitlines(keepends=True)[:2]))
    (whole / "_delivery.toml").write_text('holds = "everything"\nbusiness_date = 2026-10-31\n')
    killed_at(bank, step, whole)
    assert bank.fingerprint() == before
    again = bank.receive(whole)
    assert (again.held, again.already) == (True, step == "done")
    assert bank.fingerprint() == before
    bank.roll_forward(again.batch_id)
    assert bank.ask("SELECT count(*) FROM customers") == [(1,)]


@pytest.mark.parametrize("step", STEPS)
def test_a_receiver_killed_at_a_step(bank: Bank, step: str) -> None:
    bank.receive(bank.write("2026-09-30", balances=None, transactions=None))
    before = bank.fingerprint()
    update = bank.write("2026-10-31", customers=BANK["customers.csv"].replace("张伟", "张玮"))
    killed_at(bank, step, update)

    booked = step == "done"  # the only step after the one transaction that lets it count
    assert (bank.fingerprint() == before) is not booked
    again = bank.receive(update)
    assert again.already is booked
    after = bank.fingerprint()
    assert after["transactions"][0] == 4
    assert bank.ask("SELECT name FROM customers WHERE customer_id = 'C1'") == [("张玮",)]
    states = [bank.batch(i).state for i in range(2, again.batch_id)]
    assert states in ([], ["failed"])
    if states:
        assert bank.batch(2).sentence == (
            "The receiver ended before this delivery was booked; nothing of it counts. Send it again."
        )
    assert sorted(p.name for p in (bank.home / "batches").iterdir()) == ["1", str(again.batch_id)]
    assert not list((bank.home / "staging").iterdir())
    bank.roll_back(again.batch_id)
    assert bank.fingerprint() == before
