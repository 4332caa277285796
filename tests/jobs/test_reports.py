"""The report jobs: in scope or not at all, the same bytes from the same inputs, one paper whoever is killed."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

import jobs.shelving
from config.settings import Settings
from console.fonts import prepare
from jobs import queue
from jobs.pdf.faces import CUTTING, FontPaths
from jobs.runner import Refused, run_one
from portal.translations import has
from store import jobs as rows
from store.database import migrate, open_engine, reading, writing
from store.job_claims import settle
from store.jobs import JobRow
from store.reports import BRANCH, CUSTOMER, MANAGEMENT, SEGMENT, Paper, shelf
from store.reports import KINDS as PAPERS
from store.scope import Scope
from store.tables import (
    audit_log,
    contribution_months,
    job_runs,
    publications,
    run_ratings,
    run_segments,
    runs,
)
from store.users import create_user
from tests.databases import KINDS, Databases
from tests.jobs.pdf.reading import flat
from tests.small_picture import AS_OF, BATCH, NOW, tell, write_small_picture
from tests.warehouse.test_movements import write_batch

FONTS = Path(os.environ.get("GUANXI_FONTS", "~/.cache/guanxi/fonts")).expanduser()
BANK, B1, B2 = Scope(("/HQ/",)), Scope(("/HQ/B1/",)), Scope(("/HQ/B2/",))
MOVED = [
    ("T1", "622202000000000101", "2026-10-01 09:30:00", "8800.00", "salary", "transfer"),
    ("T2", "622202000000000101", "2026-10-30 19:12:00", "-35.50", "card_payment", "pos"),
    ("T3", "622202000000000701", "2026-10-30 20:00:00", "-777.77", "card_payment", "pos"),
]


@dataclass
class Desk:
    """A database with the small picture, its batch on disk, and the way a worker runs a job."""

    engine: Engine
    settings: Settings
    now: dt.datetime = NOW

    def enter(self, kind: str, scope: Scope, by: str = "staff", **parameters: Any) -> int:
        with writing(self.engine) as connection:
            return queue.enter(connection, kind, parameters, by, scope, self.now).job_id

    def work(self, job_id: int, listener: Callable[..., None] | None = None) -> dict[str, Any] | None:
        return run_one(self.engine, self.settings, job_id, clock=lambda: self.now, listener=listener)

    def make(self, kind: str, scope: Scope, **parameters: Any) -> bytes:
        made = self.work(self.enter(kind, scope, **parameters))
        assert made is not None
        return self.file(self.papers()[0])

    def papers(self) -> list[Paper]:
        with reading(self.engine) as connection:
            return shelf(connection, BANK, PAPERS)[0]

    def file(self, paper: Paper) -> bytes:
        content = (self.settings.reports / paper.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (paper.size, paper.sha256)
        return content

    def files(self) -> list[Path]:
        return [path for path in self.settings.reports.rglob("*") if path.is_file()]

    def row(self, job_id: int) -> JobRow:
        with reading(self.engine) as connection:
            return rows.job(connection, job_id)


def _fill(url: str) -> None:
    migrate(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        write_small_picture(connection)
        create_user(connection, "staff", "李敏", ["branch_staff"], ["B1"], "test", NOW)
    engine.dispose()


@pytest.fixture(params=KINDS)
def desk(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    prepare(FONTS)
    monkeypatch.setenv("GUANXI_FONTS", str(FONTS))
    with databases.fresh(request.param, tmp_path, _fill) as url:
        settings = Settings(home=tmp_path, secret_key="k" * 40, database_url=url, redis_url="unix:///nowhere")
        (settings.warehouse / "batches").mkdir(parents=True)
        write_batch(settings.warehouse / "batches" / str(BATCH), BATCH, MOVED)
        engine = open_engine(url)
        yield Desk(engine, settings)
        engine.dispose()


def test_the_customer_report_says_what_the_store_says(desk: Desk) -> None:
    seen: list[tuple[str, float | None]] = []
    job = desk.enter("customer_report", B1, customer_id="C01", language="zh")
    made = desk.work(job, lambda name, _detail, percent: seen.append((name, percent)))
    [paper] = desk.papers()
    assert made == {"report_id": paper.report_id, "code": paper.code, "bytes": paper.size, "pages": paper.pages}
    assert [name for name, _ in seen] == ["gather", "gather", "draw", "file"]
    assert (paper.kind, paper.customer_id, paper.branch_id, paper.created_by) == (CUSTOMER, "C01", "B1", "staff")
    assert paper.as_of == AS_OF and 2 <= (paper.pages or 0) <= 4
    text = flat(desk.file(paper))
    for words in (
        "张*伟",
        "C01",
        "滨江支行",
        "李敏",
        "稳健理财",
        "613,000.00",
        "+8,800.00",
        "−35.50",
        paper.code,
        "214",
    ):
        assert words in text, words
    for secret in ("张建伟", "138000012901", "42010119850312001X", "777.77", "622202000000000101"):
        assert secret not in text, secret
    with reading(desk.engine) as connection:
        [line] = connection.execute(select(audit_log).where(audit_log.c.action == "report.make")).all()
    assert (line.actor, line.object_id, line.detail["customer_id"]) == ("staff", str(paper.report_id), "C01")


def test_a_strangers_job_is_refused_in_the_job_itself(desk: Desk) -> None:
    for scope, customer in ((B2, "C01"), (Scope(()), "C01"), (BANK, "C99")):
        job = desk.enter("customer_report", scope, customer_id=customer, language="zh")
        with pytest.raises(Refused, match="no such customer in your scope"):
            desk.work(job)
        row = desk.row(job)
        assert row.status == "failed" and "没有这位客户" in (rows.said(row.sentence, "zh") or "")
    assert desk.papers() == [] and desk.files() == []


def test_the_same_inputs_give_the_same_bytes(desk: Desk) -> None:
    first = desk.make("customer_report", B1, customer_id="C06", language="en")
    again = desk.make("customer_report", B1, customer_id="C06", language="en")
    assert first == again and len({paper.code for paper in desk.papers()}) == 1
    desk.now += dt.timedelta(minutes=1)
    assert desk.make("customer_report", B1, customer_id="C06", language="en") != first


def test_a_language_paper_does_not_speak_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="not in fr"):
        desk.work(desk.enter("customer_report", B1, customer_id="C01", language="fr"))


@pytest.mark.parametrize("moment", ["draw", "written", "entered"])
def test_a_killed_job_leaves_one_paper(desk: Desk, moment: str) -> None:
    job = desk.enter("customer_report", B1, customer_id="C01", language="zh")
    child = os.fork()
    if child == 0:
        _die_at(desk, job, moment)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert desk.papers() == []
    with writing(desk.engine) as connection:
        settle(connection, rows.job(connection, job), desk.now + dt.timedelta(seconds=30), 3, 300)
    assert desk.row(job).status == "queued"
    desk.now += dt.timedelta(seconds=30)
    assert desk.work(job) is not None
    [paper] = desk.papers()
    assert [path.name for path in desk.files()] == [Path(paper.path).name]
    desk.file(paper)


def _die_at(desk: Desk, job: int, moment: str) -> None:
    def die(*_: object, **__: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "written":
        jobs.shelving.keep = die
    if moment == "entered":
        jobs.shelving.audit.write = die
    desk.engine = open_engine(desk.settings.database_url)
    try:
        desk.work(job, lambda name, *_: die() if name == moment else None)
    finally:
        os._exit(1)


def test_what_an_earlier_attempt_made_is_the_result(desk: Desk) -> None:
    job = desk.enter("customer_report", B1, customer_id="C01", language="zh")
    made = desk.work(job)
    with writing(desk.engine) as connection:
        connection.execute(job_runs.update().values(status="queued"))
    assert desk.work(job) == made
    assert len(desk.papers()) == len(desk.files()) == 1
    with reading(desk.engine) as connection:
        assert connection.scalar(select(func.count()).where(audit_log.c.action == "report.make")) == 1


def test_a_report_asked_for_before_the_fonts_are_cut_waits_for_them(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, folder = FontPaths.within(FONTS), tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setenv("GUANXI_FONTS", str(folder))
    monkeypatch.setattr(jobs.shelving, "FONT_LOOK_S", 0.01)
    monkeypatch.setattr(jobs.shelving, "FONT_GRACE_S", 0.0)
    seen: list[str] = []
    with (folder / CUTTING).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def cutter(name: str, *_: object) -> None:
            seen.append(name)
            if name == "fonts" and seen.count(name) == 3:
                for path in (cut.regular, cut.bold):
                    (folder / path.name).symlink_to(path)

        made = desk.work(desk.enter("customer_report", B1, customer_id="C01", language="zh"), cutter)
    assert made is not None and len(desk.papers()) == 1
    assert seen == ["gather", "gather", "fonts", "fonts", "fonts", "draw", "file"]
    assert has("jobs.step.fonts")  # the button says what it waits for


def test_the_rating_before_stands_beside_the_rating(desk: Desk) -> None:
    then, now = _points(60, 540), _points(72, 529)
    with writing(desk.engine) as connection:
        [shown] = connection.scalars(select(runs.c.run_id).where(runs.c.kind == "credit")).all()
        old = dict(connection.execute(select(runs).where(runs.c.run_id == shown)).mappings().one())
        connection.execute(insert(runs).values({**old, "run_id": 99, "state": "superseded"}))
        tell(connection, "C01", rating_points=now)
        connection.execute(
            insert(run_ratings).values(run_id=99, customer_id="C01", grade="BBB", score=600, pd=0.02, points=then)
        )
        connection.execute(
            insert(publications).values(
                kind="credit", run_id=shown, previous_run_id=99, published_by="test", published_at=NOW
            )
        )
    told = flat(desk.make("customer_report", B1, customer_id="C01", language="zh"))
    assert "上次BBB，较上次+1分（主要是存款趋势+12分、其他−11分）" in told
    desk.now += dt.timedelta(seconds=30)
    assert "首次评级" in flat(desk.make("customer_report", B1, customer_id="C02", language="zh"))


def _points(deposits: int, other: int) -> dict[str, Any]:
    parts = (("deposit_trend", "存款趋势", deposits), ("other", "其他", other))
    told = [
        {"characteristic": n, "zh": zh, "en": n, "bin_zh": "有", "bin_en": "yes", "points": p, "best": 600}
        for n, zh, p in parts
    ]
    return {"base": 0, "points": told}


def test_fonts_nobody_cuts_are_not_waited_for(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_FONTS", str(tmp_path / "nowhere"))
    monkeypatch.setattr(jobs.shelving, "FONT_GRACE_S", 0.05)
    monkeypatch.setattr(jobs.shelving, "FONT_LOOK_S", 0.01)
    with pytest.raises(Refused, match="guanxi fonts"):
        desk.work(desk.enter("customer_report", B1, customer_id="C01", language="zh"))
    assert desk.papers() == [] and desk.files() == []


def test_the_management_report_adds_up_to_its_branches(desk: Desk) -> None:
    text = flat(desk.make("management_report", BANK, month="2026-10", branch_id="HQ", language="zh"))
    [paper] = desk.papers()
    assert (paper.kind, paper.branch_id, paper.customer_id) == (MANAGEMENT, "HQ", None)
    for words in ("江城分行", "滨江支行", "东湖支行", "本月要点", "管理资产较上月增加", "不良率", paper.code):
        assert words in text, words
    whole, parts = (sum(range(1, 13)), (sum(range(1, 7)), sum(range(7, 13))))
    assert whole == sum(parts) and f"{whole * 12:.0f}.0万元" in text and f"{parts[0] * 12}.0" in text


def test_a_leaf_is_told_by_its_managers_in_english(desk: Desk) -> None:
    text = flat(desk.make("management_report", B1, month="2026-09-30", branch_id="B1", language="en"))
    assert "李敏" in text and "September2026" in text and "东湖支行" not in text and "江城分行" not in text
    assert "arenottoldformonthspast" in text


@pytest.mark.parametrize(
    ("scope", "month", "branch", "sentence"),
    [
        (B1, "2026-10", "B2", "no such branch"),
        (B1, "2026-10", "HQ", "no such branch"),
        (B1, "2019-10", "B1", "no figures"),
    ],
)
def test_a_month_or_branch_that_is_not_theirs_is_refused(
    desk: Desk, scope: Scope, month: str, branch: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        desk.work(desk.enter("management_report", scope, month=month, branch_id=branch, language="zh"))
    assert desk.papers() == []


def _contribute(desk: Desk) -> None:
    """A contribution of two months by branch and manager, on show: B1 brings 100, B2 300 in the last month."""
    with writing(desk.engine) as connection:
        kept = dict(connection.execute(select(runs).where(runs.c.run_id == 1)).mappings().one())
        days = [AS_OF.replace(month=9, day=30), AS_OF]
        told = {
            "run_id": 40,
            "kind": "contribution",
            "version": "V-1",
            "model": {"months": [d.isoformat() for d in days]},
        }
        connection.execute(insert(runs).values({**kept, **told}))
        none = dict.fromkeys(
            ("loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital", "volume"), 0
        )
        for day, place in zip(days, (1, 2), strict=True):
            for branch, base in (("B1", 50), ("B2", 150)):
                connection.execute(
                    insert(contribution_months).values(
                        run_id=40, month=day, branch_id=branch, manager_id="S1", family="demand", kind="personal",
                        branch_path=f"/HQ/{branch}/", accounts=6, deposit_margin=base * place, **none,
                        **dict.fromkeys(("won", "won_volume", "lost", "lost_volume"), 0),
                    )
                )  # fmt: skip


def test_the_branch_report_stands_beside_its_level_within_the_scope(desk: Desk) -> None:
    _contribute(desk)
    text = flat(desk.make("branch_report", BANK, month="2026-10", branch_id="B1", language="zh"))
    [paper] = desk.papers()
    assert (paper.kind, paper.branch_id, paper.customer_id) == (BRANCH, "B1", None)
    for words in ("滨江支行", "同级2家机构", "全部指标，与同级相比", "近12个月贡献度150元", "同级第2（共2家）", "李敏", "李*敏",
                  "江城精密机械有限公司", "管理资产增加最多", "100.00", paper.code):  # fmt: skip
        assert words in text, words
    assert "李小敏" not in text and "东湖" not in text
    alone = flat(desk.make("branch_report", B1, month="2026-10", branch_id="B1", language="en"))
    assert "nootherbranchofitslevelinyourscope" in alone


def test_a_branch_above_others_tells_of_those_below_and_a_past_month_of_no_contribution(desk: Desk) -> None:
    _contribute(desk)
    text = flat(desk.make("branch_report", BANK, month="2026-08", branch_id="HQ", language="en"))
    assert "Branchesbelow" in text and "东湖支行" in text and "thepublishedcontributionisasof" in text.lower()


def test_the_segment_report_counts_the_scope_and_moves_against_the_version_before(desk: Desk) -> None:
    model = {"clusters": {"personal": {"clusters": [_cluster(n, f"客群{n}名", f"Group {n}") for n in range(3)]}}}
    with writing(desk.engine) as connection:
        connection.execute(update(runs).where(runs.c.run_id == 1).values(model=model))
        kept = dict(connection.execute(select(runs).where(runs.c.run_id == 1)).mappings().one())
        connection.execute(insert(runs).values({**kept, "run_id": 50, "state": "superseded", "version": "S-old"}))
        for number in range(1, 13):
            before = {"run_id": 50, "customer_id": f"C{number:02d}", "segment": 2 if number == 1 else number % 3}
            connection.execute(insert(run_segments).values(before))
        connection.execute(insert(runs).values({**kept, "run_id": 60, "state": "superseded", "version": "S-later"}))
        for before, run_id in (
            (50, 1),
            (1, 60),
            (60, 1),
        ):  # back from a later version: that one is never the one before
            put_on_show = {"run_id": run_id, "previous_run_id": before, "published_by": "x", "published_at": NOW}
            connection.execute(insert(publications).values(kind="segmentation", **put_on_show))
    text = flat(desk.make("segment_report", B1, branch_id="B1", language="zh"))
    [paper] = desk.papers()
    assert (paper.kind, paper.branch_id) == (SEGMENT, "B1") and "客群报告滨江支行" in paper.title.replace(" ", "")
    for words in ("客群1名", "与S-old相比", "人数最多的1种迁移", "张*伟", "C01", "价值等级", "生命周期", paper.code):
        assert words in text, words
    assert "张建伟" not in text and "C07" not in text, "nobody of another branch"
    one = flat(desk.make("segment_report", BANK, branch_id="HQ", language="en", segment="2"))
    assert "Group2" in one and "Group1,Segment" not in one and "Group2→Group1" in one
    assert "占全部客户的" in text and "ofallcustomers" in one.replace(" ", ""), "one share, and it says of what"
    assert "与同类客户相比：近12个月交易笔数较多（中位数40，同类20）" in text


def _cluster(number: int, zh: str, en: str) -> dict[str, Any]:
    features = [{"name": "movements_12m", "z": 1.0, "here": 40.0, "overall": 20.0}]
    description = {"features": features}
    return {"number": number, "name": None, "label": {"zh": zh, "en": en}, "centre": [], "description": description}


def test_segments_that_are_not_there_are_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no segment 77"):
        desk.work(desk.enter("segment_report", BANK, branch_id="HQ", language="zh", segment="77"))
    with pytest.raises(Refused, match="no such branch"):
        desk.work(desk.enter("segment_report", B1, branch_id="B2", language="zh"))
    with writing(desk.engine) as connection:
        connection.execute(update(runs).where(runs.c.run_id == 1).values(state="superseded"))
    with pytest.raises(Refused, match="No segmentation is published"):
        desk.work(desk.enter("segment_report", BANK, branch_id="HQ", language="zh"))
    assert desk.papers() == []
