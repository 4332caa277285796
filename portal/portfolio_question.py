"""What the portfolio page is asked, as it stands in its address, and the credit book it is answered from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from domain.contribution.timeline import Dated, valid_in
from portal.access import Ctx, Refusal
from portal.branch_choice import branch_asked
from portal.contribution_question import place_of
from portal.customer_words import Words, words_of
from portal.overview_question import month_asked, query
from portal.portfolio_figure import Figure, figure_of
from store.branches import Branch
from store.contributions import members
from store.kpis import month_before
from store.parameters import contribution_timeline
from store.picture import PictureOnShow
from store.portfolio import rating_shown_before, ratings_shown
from store.runs import Run, published, rating_rows
from warehouse.batches import folder_of
from warehouse.contribution import MILLION, basis_of
from warehouse.credit_book import ensure_book
from warehouse.picture import Picture
from warehouse.portfolio import MEMBERS, RATINGS, Book, Rated, Sum, ensure_ratings

PATH = "/risk/portfolio"
VIEWS = ("quality", "grades", "loss", "concentration", "collections", "people")
BY = ("family", "branch", "segment", "kind", "grade")
NAMES = ("view", "month", "branch", "by", "of", "on")
ON = ("outstanding", "ead", "loss", "overdue")  # what a list of customers may be about
COLUMN = {"branch": "branch_path"}  # of the book, where it is not called like the page's word
MONTHS_SHOWN = 12  # a month of the year before would bear the same name on an axis
RUNS_SHOWN = 12
LATE = Figure("exposure", {"late": "true"})  # of the collections list


@dataclass(frozen=True)
class Question:
    """A view, a month-end, a branch (None: all that the viewer may see), what losses are by, and a figure to open.

    on: the measure of the figure that was clicked, which its customers are ordered by; '' where it is the source's own."""

    view: str
    month: date
    branch: Branch | None
    by: str
    figure: Figure | None
    tree: Sequence[Branch]
    on: str = ""

    @property
    def branch_id(self) -> str:
        """The chosen branch's number, '' for all the viewer's."""
        return self.branch.branch_id if self.branch else ""

    def query(self, **changed: str) -> str:
        """The question as a query string, with something else asked."""
        of = self.figure.name if self.figure else ""
        told = {
            "view": self.view,
            "month": f"{self.month:%Y-%m}",
            "branch": self.branch_id,
            "by": self.by,
            "of": of,
            "on": self.on,
        }
        return query(**{**told, **changed})

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(view="loss")."""
        return f"{PATH}?{self.query(**changed)}"

    def customers(self, figure: Figure, on: str = "") -> str:
        """The customers behind a figure. on: in order of which of ON."""
        return self.address(view="people", of=figure.name, on=on)


def question_of(ctx: Ctx, picture: PictureOnShow, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; the newest complete month and the top where it says nothing.

    OutOfScope for a branch that is not the viewer's, Refusal for a month without figures or a figure there is none of.
    """
    month = month_asked(picture, told)
    tree, branch = branch_asked(ctx, told)
    view, by, of, on = (str(told.get(name) or "") for name in ("view", "by", "of", "on"))
    figure = figure_of(of) if of else None
    if of and figure is None:
        raise Refusal("portfolio.no_figure")
    view = view if view in VIEWS else VIEWS[0]
    if view == "people" and figure is None:
        view = VIEWS[0]
    if view == "collections":
        figure = LATE
    kept = figure if view in ("people", "collections") else None
    return Question(view, month, branch, by if by in BY else BY[0], kept, tree, on if kept and on in ON else "")


@dataclass(frozen=True)
class Seen:
    """What a view reads of, each part once. now, was: sums of the scope at the month-end and the one before."""

    ctx: Ctx
    asked: Question
    picture: PictureOnShow
    book: Book
    timeline: Sequence[Dated]

    @cached_property
    def words(self) -> Words:
        """Of this viewer."""
        return words_of(self.ctx)

    @cached_property
    def runs(self) -> list[Run]:
        """Credit runs that are or were on show, oldest first."""
        return ratings_shown(self.ctx.connection)

    @cached_property
    def on_show(self) -> Run | None:
        """The published credit run."""
        return next((run for run in self.runs if run.run_id == self.picture.credit_run_id), None)

    def rating_at(self, month: date) -> tuple[Run | None, bool]:
        """The run that was on show for a month-end, and whether it is of a later day: there was none so early."""
        if self.on_show is not None and month >= self.month_of(self.on_show):
            return self.on_show, False
        early = [run for run in self.runs if self.month_of(run) <= month]
        return (early[-1], False) if early else (self.runs[0] if self.runs else None, True)

    def month_of(self, run: Run) -> date:
        """The last month-end there are figures for by the run's day; the first where there is none."""
        reached = [month for month in self.picture.months if month <= run.as_of]
        return reached[-1] if reached else self.picture.months[0]

    @cached_property
    def rated_before(self) -> Run | None:
        """The run that was on show before that of the month."""
        run, _ = self.rating_at(self.asked.month)
        if run is None:
            return None
        if run == self.on_show:
            number = rating_shown_before(self.ctx.connection)
            return next((one for one in self.runs if one.run_id == number), None)
        at = self.runs.index(run)
        return self.runs[at - 1] if at else None

    def rated(self, month: date) -> Rated:
        """What the month is judged by."""
        run, _ = self.rating_at(month)
        return Rated(month, None if run is None else self.file_of(run), valid_in(self.timeline, month).parameters)

    def file_of(self, run: Run) -> Any:
        """The run's ratings on disk, read from the database once."""
        return ensure_ratings(self.ctx.settings.warehouse, run.run_id, run.version, lambda: _ratings(self.ctx, run))

    @property
    def before(self) -> date | None:
        """The month-end before, when there are figures for it."""
        day = month_before(self.asked.month)
        return day if day in self.picture.months else None

    @property
    def months(self) -> tuple[date, ...]:
        """The last month-ends to the one asked for, oldest first."""
        return tuple(month for month in self.picture.months if month <= self.asked.month)[-MONTHS_SHOWN:]

    @cached_property
    def now(self) -> Sum:
        """Everything of the month-end."""
        return self.book.sums("exposure")[0]

    def part(self, **cells: str) -> Sum:
        """What of the month-end is in these cells."""
        return self.book.sums("exposure", (), cells)[0]

    def place(self, path: str) -> str:
        """The branch a path counts for on this page."""
        return place_of(self.asked.tree, self.asked.branch, path)

    def figure(self, by: str, key: str, source: str = "exposure") -> Figure:
        """The figure of a row of a table by one of BY."""
        if by != "branch":
            return Figure(source, {by: key})
        return Figure(source, {"own" if key == self.asked.branch_id else "branch": key})


def _ratings(ctx: Ctx, run: Run) -> pa.Table:
    rows = rating_rows(ctx.connection, run.run_id)
    chance = (rows["pd"].astype(float) * MILLION).round().astype("Int32")
    told = {"customer_id": rows["customer_id"], "grade": rows["grade"], "chance": chance}
    return pa.table([pa.array(told[name], from_pandas=True) for name in RATINGS.names], schema=RATINGS)


@contextmanager
def opened(ctx: Ctx, asked: Question, picture: PictureOnShow) -> Iterator[Seen]:
    """The credit book of the picture on show, with the month and the one before told. Refusal without parameters or book."""
    home, bank = ctx.settings.warehouse, ctx.settings.bank_name("zh")
    folders = tuple(folder_of(home, batch) for batch in picture.batches)
    try:
        folder = ensure_book(lambda: Picture(folders), home, picture.batches, bank)
    except FileNotFoundError as error:
        raise Refusal("portfolio.no_book") from error
    timeline = timeline_of(ctx)
    paths = (asked.branch.path,) if asked.branch else ctx.scope.paths
    with Book(folder, paths, _members(ctx, asked, picture)) as book:
        seen = Seen(ctx, asked, picture, book, timeline)
        book.month("x_now", seen.rated(asked.month))
        if seen.before is not None:
            book.month("x_was", seen.rated(seen.before))
        else:
            book.no_month("x_was")
        run, _ = seen.rating_at(asked.month)
        if asked.figure is not None and "run" in asked.figure.cells:
            run = next((one for one in seen.runs if str(one.run_id) == asked.figure.cells["run"]), None)
        for name, one in (("x_rated", run), ("x_rated_before", seen.rated_before)):
            book.ratings(name, None if one is None else seen.file_of(one))
        yield seen


def timeline_of(ctx: Ctx) -> Sequence[Dated]:
    """The parameters of the contribution on show, whose expected loss this is; the approved ones before the first run."""
    run = published(ctx.connection, "contribution")
    if run is not None and "versions" in run.model:
        return basis_of(run.model).versions
    try:
        return contribution_timeline(ctx.connection, ctx.currency)
    except KeyError as error:
        raise Refusal("portfolio.no_parameters") from error


def _members(ctx: Ctx, asked: Question, picture: PictureOnShow) -> pa.Table | None:
    """Everybody's segment, where it is asked for."""
    if not (asked.view == "loss" and asked.by == "segment") and not (asked.figure and "segment" in asked.figure.cells):
        return None
    if picture.segmentation_run_id is None:
        return None
    return members(ctx.connection, picture.segmentation_run_id).select(MEMBERS.names)


def cells_of(seen: Seen, figure: Figure) -> dict[str, str]:
    """The figure's cells as the book knows them: branches by path. OutOfScope-like Refusal for a branch not the viewer's."""
    found = {key: value for key, value in figure.cells.items() if key != "run"}
    for name, column in (("branch", "branch_path"), ("own", "own_path")):
        if name in found:
            wanted = found.pop(name)
            branch = next((one for one in seen.asked.tree if one.branch_id == wanted), None)
            if branch is None:
                raise Refusal("portfolio.no_figure")
            found[column] = branch.path
    return found


def money(cents: int) -> Decimal:
    """Cents as the amount they are."""
    return Decimal(cents).scaleb(-2)


def ratio(part: int, whole: int) -> Decimal | None:
    """A share; None of nothing."""
    return Decimal(part) / whole if whole else None
