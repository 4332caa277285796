"""Archives that lie, lead outside, never end or are cut off."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.warehouse.deliveries import BANK, Bank
from tests.warehouse.test_receiving import refused
from warehouse.batches import DeliveryRefused, Limits


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "sent" / "2026-10-31.zip"


def test_a_zip_is_a_delivery_with_or_without_a_folder(bank: Bank, archive: Path) -> None:
    noise = {"__MACOSX/x/._customers.csv": "noise", "x/.DS_Store": "noise"}
    receipt = bank.receive(packed(archive, {f"x/{name}": text for name, text in BANK.items()} | noise))
    assert (receipt.rows_loaded, receipt.business_date and receipt.business_date.isoformat()) == (20, "2026-10-31")


PATHS = ("../customers.csv", "x/../../customers.csv", "/etc/customers.csv", "C:\\customers.csv", "..\\customers.csv")


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_leads_outside(bank: Bank, archive: Path, path: str) -> None:
    sentence = refused(bank, packed(archive, {**BANK, path: "x"}), "path")
    assert sentence.endswith("leads outside it; nothing was unpacked. Pack the files by their plain names.")
    assert not list(bank.folder.rglob("customers.csv"))


def test_a_zip_bomb_stops_at_the_limit(bank: Bank, archive: Path) -> None:
    packed(archive, {"customers.csv": b"0" * (40 << 20)})
    assert archive.stat().st_size < 100_000
    sentence = refused(bank, archive, "bomb")
    assert sentence == (
        "The archive unpacks to more than is allowed (32 MB, stopped at customers.csv); send it in smaller parts."
    )
    with pytest.raises(DeliveryRefused, match=r"\(1 MB, stopped at customers.csv\)"):
        bank.receive(archive, limits=Limits(unpacked_bytes=1 << 20))
    assert not list((bank.home / "staging").iterdir())


def test_a_directory_that_lies_about_sizes_is_not_believed(bank: Bank, archive: Path) -> None:
    raw = packed(archive, {"customers.csv": b"0" * (3 << 20)}).read_bytes()
    size = (3 << 20).to_bytes(4, "little")
    archive.write_bytes(raw.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(DeliveryRefused) as refusal:
        bank.receive(archive, limits=Limits(unpacked_bytes=1 << 20))
    assert refusal.value.code in ("bomb", "damaged")


def test_a_link_in_an_archive_and_in_a_folder(bank: Bank, archive: Path) -> None:
    archive.parent.mkdir(parents=True)
    entry = zipfile.ZipInfo("customers.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(entry, "/etc/passwd")
    assert refused(bank, archive, "link") == "customers.csv is a link, not a file; send the file itself."
    folder = bank.write()
    (folder / "cards.csv").symlink_to("/etc/passwd")
    with pytest.raises(DeliveryRefused, match=r"cards.csv is a link"):
        bank.receive(folder)


def test_too_deep_too_many_twice(bank: Bank, archive: Path) -> None:
    assert "a/b/customers.csv lies too deep" in refused(bank, packed(archive, {"a/b/customers.csv": "x"}), "deep")
    packed(archive, {f"f{i}.csv": "x" for i in range(501)})
    assert "The archive holds 501 files, 500 are allowed" in refused(bank, archive, "too_many_files")
    packed(archive, {"a/customers.csv": "x", "b/customers.csv": "y"})
    assert refused(bank, archive, "name_twice") == "The file customers.csv is in the delivery twice; send it once."


def test_not_a_zip_cut_off_damaged_empty(bank: Bank, archive: Path) -> None:
    whole = packed(archive, dict(BANK)).read_bytes()
    archive.write_bytes(b"hello")
    assert "2026-10-31.zip is not a complete zip archive" in refused(bank, archive, "not_zip")
    archive.write_bytes(whole[: len(whole) // 2])
    assert "is not a complete zip archive (cut off on the way?)" in refused(bank, archive, "not_zip")
    spot = whole.index(b"customers.csv") + 60
    archive.write_bytes(whole[:spot] + bytes([whole[spot] ^ 0xFF]) + whole[spot + 1 :])
    assert "customers.csv in the archive is damaged" in refused(bank, archive, "damaged")
    packed(archive, {})
    assert "The delivery holds no files" in refused(bank, archive, "no_files")
    archive.write_bytes(whole)
    assert bank.receive(archive).rows_loaded == 20


def test_a_password(bank: Bank, archive: Path) -> None:
    raw = bytearray(packed(archive, {"customers.csv": "x"}).read_bytes())
    raw[6] |= 1  # the flag in the local header
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    archive.write_bytes(raw)
    assert "customers.csv in the archive is encrypted" in refused(bank, archive, "encrypted")
