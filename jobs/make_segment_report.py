"""Make the segment report: the published segmentation of a branch's subtree, or one segment of it, on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain import standing
from domain.catalogue import BY_NAME
from domain.phrasing import choose, counted, number, percent, sentence, short_money
from domain.reports import Distinct
from domain.reports.segments import SegmentMove, SegmentMover, SegmentProfile, SegmentReport
from domain.segmentation.given_names import every_cluster
from domain.segmentation.sentences import listed
from jobs.group_words import groupings_of
from jobs.pdf.segment_report import render
from jobs.runner import Job, Refused
from jobs.scope_of_a_report import branch_of
from jobs.shelving import Title, made_before, picture_on_show, shelve, stamp_of
from store import segments
from store.branches import Branch
from store.database import Connection, reading
from store.facets import ABSENT, NONE
from store.picture import PictureOnShow
from store.runs import Run, published
from store.scope import Scope
from store.segments import Flow, Group

MOST_MOVES, MOST_MOVERS = 12, 15
LOOKED_THROUGH = 400  # movers, so that one segment's are found among all


def run(job: Job, branch_id: str, language: str, segment: str = "") -> dict[str, Any]:
    """Steps: gather, draw, file. segment: a segment's number as text, '' for all. Refused for a branch out of the scope
    of who asked, without a published segmentation, and for a segment it does not have."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        shown = picture_on_show(connection)
        branch, _, _ = branch_of(connection, job.scope, branch_id)
        on_show = published(connection, "segmentation")
        if on_show is None:
            raise Refused("No segmentation is published yet.", "尚无已发布的客户细分。")
        report = _report(job, connection, shown, on_show, branch, language, segment)
    title = " ".join(
        part for part in (choose(language, "客群报告", "Segment report"), branch.name, report.chosen) if part
    )
    stem = choose(language, "客群报告", "segment-report")
    file_name = f"{stem}-{branch_id}{f'-{segment}' if segment else ''}-{on_show.as_of:%Y%m%d}.pdf"
    return shelve(job, report, render, Title(title, file_name, branch_id))


def _report(
    job: Job, connection: Connection, shown: PictureOnShow, on_show: Run, branch: Branch, language: str, segment: str
) -> SegmentReport:
    known = sorted(every_cluster(on_show.model), key=lambda cluster: int(cluster["number"]))
    if segment and segment not in {str(cluster["number"]) for cluster in known}:
        raise Refused(f"The published segmentation has no segment {segment}.", f"已发布的客户细分没有客群 {segment}。")
    told = _Told(connection, Scope((branch.path,)), on_show, shown.currency or job.settings.currency, language, segment)
    job.step("gather", 25)
    profiles = told.profiles(known)
    return SegmentReport(
        stamp=stamp_of(job, connection, shown, language, kinds=("segmentation", "contribution")),
        scope=branch.name,
        currency=told.currency,
        version=on_show.version,
        run_as_of=on_show.as_of,
        segments=profiles,
        against=told.before.version if told.before else None,
        stayed=told.stayed(),
        moves=told.moves(),
        movers=told.movers(),
        groupings=groupings_of(
            connection,
            told.scope,
            on_show.model,
            language,
            ("tier", "life_cycle"),
            int(segment) if segment else None,
        ),
        chosen=told.name(segment) if segment else None,
        left_out=None if segment else told.left_out(),
        everybody=told.everybody,
        findings=told.findings(profiles),
        quality=told.quality(),
    )


class _Told:
    """The segmentation of a scope, read once and told in one language."""

    def __init__(
        self, connection: Connection, scope: Scope, run: Run, currency: str, language: str, segment: str
    ) -> None:
        self.connection, self.scope, self.run, self.currency = connection, scope, run, currency
        self.language, self.segment = language, segment
        self.groups: Sequence[Group] = segments.groups(connection, scope, "segment")
        self.flows: Sequence[Flow] = segments.flows(connection, scope, "segment")
        self.before = segments.earlier_run(connection)

    @property
    def everybody(self) -> int:
        """All customers of the scope, grouped or not: what every share is of."""
        return sum(one.customers for one in self.groups)

    def name(self, code: str, before: bool = False) -> str:
        """A segment, who has none, who was not there."""
        if code == NONE:
            return choose(self.language, "未划分", "Not grouped")
        if code == ABSENT:
            return choose(self.language, "上一版本没有", "Not in the version before")
        model = self.before.model if before and self.before else self.run.model
        return standing.cluster_name(int(code), model, self.language)

    def profiles(self, known: Sequence[Mapping[str, Any]]) -> tuple[SegmentProfile, ...]:
        """The chosen segment, or every one that has customers in the scope, personal ones first."""
        return tuple(
            one for cluster in known if self.segment in ("", str(cluster["number"])) and (one := self._profile(cluster))
        )

    def left_out(self) -> SegmentProfile | None:
        """Who is in no segment, all in one."""
        own = [one for one in self.groups if one.code == NONE]
        if not own:
            return None
        return SegmentProfile(
            number="",
            name=self.name(NONE),
            kind="",
            customers=sum(one.customers for one in own),
            aum=_added([one.aum for one in own]),
            loans=_added([one.loans for one in own]),
            contribution=_added([one.contribution for one in own]),
            previous=sum(flow.customers for flow in self.flows if flow.before == NONE) if self.flows else None,
        )

    def _profile(self, cluster: Mapping[str, Any]) -> SegmentProfile | None:
        code, description = str(cluster["number"]), cluster.get("description") or {}
        own = [one for one in self.groups if one.code == code]
        if not own and not self.segment:
            return None
        previous = sum(flow.customers for flow in self.flows if flow.before == code) if self.flows else None
        return SegmentProfile(
            number=standing.cluster_number(int(code), self.language),
            name=self.name(code),
            kind=own[0].kind if own else "personal",
            customers=sum(one.customers for one in own),
            description=standing.cluster_sentence(description, self.currency, self.language) or "",
            aum=_added([one.aum for one in own]),
            loans=_added([one.loans for one in own]),
            contribution=_added([one.contribution for one in own]),
            previous=previous,
            distinct=tuple(self._distinct(entry) for entry in listed(description, cluster.get("label"))),
        )

    def _distinct(self, entry: Mapping[str, Any]) -> Distinct:
        feature = BY_NAME[entry["name"]]
        values = [
            standing.feature_value(feature.unit, entry.get(side), self.currency, self.language) or "—"
            for side in ("here", "overall")
        ]
        return Distinct(choose(self.language, feature.zh, feature.en), values[0], values[1])

    def _wanted(self, before: str, after: str) -> bool:
        return not self.segment or self.segment in (before, after)

    def stayed(self) -> float | None:
        """The share of those in both runs (of those who were in the segment) who stayed."""
        both = [flow for flow in self.flows if flow.before != ABSENT and self.segment in ("", flow.before)]
        whole = sum(flow.customers for flow in both)
        return sum(flow.customers for flow in both if flow.before == flow.after) / whole if whole else None

    def moves(self) -> tuple[SegmentMove, ...]:
        """The largest moves by customers, ties by name."""
        moved = [f for f in self.flows if f.before not in (f.after, ABSENT) and self._wanted(f.before, f.after)]
        ranked = sorted(moved, key=lambda flow: (-flow.customers, flow.before, flow.after))[:MOST_MOVES]
        return tuple(
            SegmentMove(self.name(f.before, True), self.name(f.after), f.customers, f.aum, f.contribution)
            for f in ranked
        )

    def movers(self) -> tuple[SegmentMover, ...]:
        """Who changed segment and has most AUM."""
        found = segments.movers(
            self.connection, self.scope, "segment", None, LOOKED_THROUGH if self.segment else MOST_MOVERS
        )
        return tuple(
            SegmentMover(
                one.customer_id, one.name, one.kind, self.name(one.before, True), self.name(one.after), one.aum,
                tuple(self._moved(entry) for entry in one.moved),
            )
            for one in found
            if self._wanted(one.before, one.after)
        )[:MOST_MOVERS]  # fmt: skip

    def _moved(self, entry: Mapping[str, Any]) -> str:
        feature = BY_NAME.get(entry["name"])
        if feature is None:
            return str(entry["name"])
        was, now = (
            standing.feature_value(feature.unit, entry.get(side), self.currency, self.language) or "—"
            for side in ("before", "after")
        )
        return f"{choose(self.language, feature.zh, feature.en)} {was} → {now}"

    def findings(self, profiles: Sequence[SegmentProfile]) -> tuple[str, ...]:
        """What the figures show, as sentences; only what can be computed."""
        told = [self._largest(profiles), self._worth(profiles), self._changed(profiles)]
        return tuple(sentence(words, self.language) for words in told if words)

    def _largest(self, profiles: Sequence[SegmentProfile]) -> str | None:
        whole = sum(one.customers for one in profiles)
        if not whole:
            return None
        if self.segment:
            count = counted(whole, self.language, "户", "customer")
            share = percent(whole / self.everybody, 1)
            return choose(
                self.language,
                f"本范围内{count}，占全部客户的{share}",
                f"{count} in this scope, {share} of all customers",
            )
        first = max(profiles, key=lambda one: (one.customers, one.number))
        share = percent(first.customers / self.everybody, 1)
        return choose(
            self.language,
            f"人数最多的是“{first.name}”，占全部客户的{share}",
            f"The largest is '{first.name}' with {share} of all customers",
        )

    def _worth(self, profiles: Sequence[SegmentProfile]) -> str | None:
        known = [one for one in profiles if one.contribution is not None and one.customers]
        if not known:
            return None
        if self.segment:
            one = known[0]
            each = short_money((one.contribution or Decimal(0)) / one.customers, self.currency, self.language)
            return choose(self.language, f"近12个月户均贡献度{each}", f"Contribution of 12 months is {each} a customer")
        best = max(known, key=lambda one: ((one.contribution or Decimal(0)) / one.customers, one.number))
        each = short_money((best.contribution or Decimal(0)) / best.customers, self.currency, self.language)
        return choose(
            self.language,
            f"户均贡献度最高的是“{best.name}”，近12个月每户{each}",
            f"'{best.name}' brings most a customer: {each} in 12 months",
        )

    def _changed(self, profiles: Sequence[SegmentProfile]) -> str | None:
        known = [one for one in profiles if one.previous is not None and one.customers != one.previous]
        if not known:
            return None
        most = max(known, key=lambda one: (abs(one.customers - (one.previous or 0)), one.number))
        by = most.customers - (most.previous or 0)
        count = counted(abs(by), self.language, "户", "customer")
        return choose(
            self.language,
            f"与上一版本相比，“{most.name}”{'增加' if by > 0 else '减少'}{count}",
            f"Against the version before, '{most.name}' {'gained' if by > 0 else 'lost'} {count}",
        )

    def quality(self) -> tuple[str, ...]:
        """How the groups were chosen and how firm they are, a sentence a kind of customer."""
        told = []
        for kind, zh, en in (("personal", "个人", "Personal"), ("corporate", "公司", "Corporate")):
            chosen = self.run.metrics.get("k", {}).get(kind) or {}
            tried = next((one for one in chosen.get("candidates", ()) if one.get("k") == chosen.get("k")), None)
            if tried is None or tried.get("silhouette") is None:
                continue
            firm, apart = tried.get("stability"), number(tried["silhouette"], 2)
            again = ""
            if firm is not None:
                agreed = number(firm, 2)
                again = choose(self.language, f"，重抽样一致度{agreed}", f", agreement over redraws {agreed}")
            if chosen.get("stable") is False:
                again += choose(self.language, "，划分不够稳定", ", not firm enough")
            told.append(
                choose(
                    self.language,
                    f"{zh}客户分为{chosen['k']}群，轮廓系数{apart}{again}。",
                    f"{en} customers are in {chosen['k']} segments, silhouette {apart}{again}.",
                )
            )
        return tuple(told)


def _added(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
