"""The profile: value tiers, life cycle, and each behavioural segment with what sets it apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.catalogue import BY_NAME
from domain.phrasing import choose, number, percent
from domain.segmentation.naming import LONGEST_EN, LONGEST_ZH
from domain.segmentation.sentences import listed
from domain.standing import cluster_number, cluster_sentence, feature_value
from portal.access import Ctx
from portal.segments_question import LOOKED_UP, View
from portal.widgets import frame, status
from portal.widgets.charts import Table, chart_card, hbars
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from portal.widgets.tiles import tip
from store.segments import Group

WIDEST = 2.5  # deviations a bar of a feature shows


class Ids:
    """Of the form that names a segment; each with the segment's number."""

    ZH = "segments-zh"
    EN = "segments-en"
    REASON = "segments-reason"
    GIVE = "segments-give"

    @staticmethod
    def of(kind: str, segment: int) -> dict[str, Any]:
        """The part of one segment's form."""
        return {"type": kind, "number": segment}


def profile_view(ctx: Ctx, view: View) -> list[Component]:
    """Tiers and stages side by side, the segments compared, and a card each."""
    cards = [_cluster_card(ctx, view, cluster) for cluster in view.clusters]
    first = html.Div([group_card(ctx, view, "tier"), group_card(ctx, view, "life_cycle")], className="gx-grid-2")
    compared = group_card(ctx, view, "segment")
    if not cards:
        empty = status.empty(ctx.t("segments.no_clusters"), ctx.t("segments.no_clusters_what"))
        return [first, frame.card(ctx.t("segments.clusters"), empty)]
    return [first, compared, html.Div(cards, className="gx-grid-2 segments-cards")]


def href(view: View, column: str, code: str) -> str:
    """The look-up of a group's customers."""
    return view.asked.customers(**{column: code})


def link(ctx: Ctx, words: Any, address: str) -> Any:
    """Words that open the customers behind a figure, for who may look customers up."""
    return html.A(words, href=address) if ctx.may("customers.search") else words


def heads(ctx: Ctx, column: str) -> list[str]:
    """Column heads of a table of groups, on screen; money in the bank's currency."""
    return [
        ctx.t(f"segments.head.{name}")
        for name in (column, "customers", "share", "aum", "aum_each", "loans", "contribution")
    ]


def money_links(ctx: Ctx, view: View, sums: Mapping[str, Decimal | None], **facets: str) -> list[Any]:
    """Figures of money, short, each opening the customers who hold it; by the names of segments_question.LOOKED_UP."""
    return [
        phrasing.short(value, ctx.language)
        if value is None
        else link(ctx, phrasing.short(value, ctx.language), view.asked.money(name, **facets))
        for name, value in sums.items()
    ]


def cells(ctx: Ctx, view: View, column: str, one: Group) -> list[Any]:
    """A group's figures, short, each with its customers behind it."""
    whole = view.customers
    each = one.aum / one.customers if one.aum is not None and one.customers else None
    sums = {"aum": one.aum, "loans": one.loans, "contribution": one.contribution}
    aum, loans, contribution = money_links(ctx, view, sums, **{column: one.code})
    people = link(ctx, number(one.customers), href(view, column, one.code))
    share = percent(Decimal(one.customers) / whole if whole else None)
    return [people, share, aum, phrasing.short(each, ctx.language), loans, contribution]


def group_card(ctx: Ctx, view: View, column: str) -> Component:
    """How many customers stand where, with the money they hold in the table behind."""
    shown = view.of(column)
    if not shown:
        return frame.card(ctx.t(f"segments.of.{column}"), status.empty(ctx.t("segments.nobody")))
    names = [view.name(column, one.code) for one in shown]
    figure = hbars(names, [one.customers for one in shown], ctx.theme, [number(one.customers) for one in shown])
    may = ctx.may("customers.search")
    figure["data"][0]["meta"] = [href(view, column, one.code) if may else None for one in shown]
    rows = [
        [link(ctx, name, href(view, column, one.code)), *cells(ctx, view, column, one)]
        for name, one in zip(names, shown, strict=True)
    ]
    table = Table(heads(ctx, column), rows, tuple(range(1, 7)))
    most = max(shown, key=lambda one: one.customers)
    title = ctx.t(
        f"segments.says.{column}", name=view.name(column, most.code), share=percent(Decimal(most.customers) / view.customers)
    )  # fmt: skip
    why = ctx.t("segments.groups_why", currency=phrasing.currency_word(ctx.currency, ctx.language))
    return chart_card(title, why, figure, table, ctx.language, {"type": "segments-chart", "name": column})


def _cluster_card(ctx: Ctx, view: View, cluster: Mapping[str, Any]) -> Component:
    """One segment: its figures, the sentence, what sets it apart, and the form that names it."""
    code, segment = str(cluster["number"]), int(cluster["number"])
    one, kind = view.group("segment", code), view.kind_of(segment)
    each = one.aum / one.customers if one.aum is not None and one.customers else None
    money = {
        name: phrasing.short_money(value, ctx.currency, ctx.language)
        for name, value in (
            ("aum", one.aum),
            ("aum_each", each),
            ("loans", one.loans),
            ("contribution", one.contribution),
        )
    }
    money = {
        name: link(ctx, words, view.asked.money(name, segment=code)) if name in LOOKED_UP else words
        for name, words in money.items()
    }
    figures = facts(
        [
            (ctx.t("segments.head.customers"), link(ctx, number(one.customers), href(view, "segment", code))),
            (ctx.t("segments.head.share"), percent(Decimal(one.customers) / view.customers)),
            *((ctx.t(f"segments.head.{name}"), words) for name, words in money.items()),
        ]
    )
    told = cluster.get("description") or {}
    sentence = phrasing.sentence(cluster_sentence(told, ctx.currency, ctx.language) or "", ctx.language)
    mark = status.chip(cluster_number(segment, ctx.language))
    parts = [
        html.P(sentence, className="segments-sentence"),
        figures,
        _features(ctx, listed(told, cluster.get("label")), kind),
        _form(ctx, cluster),
    ]
    body = [part for part in parts if part is not None]
    return frame.card(view.name("segment", code), body, why=_named_by(ctx, cluster, kind), actions=[mark])


def _named_by(ctx: Ctx, cluster: Mapping[str, Any], kind: str) -> str:
    """Whose customers these are, and what the segment would be called had nobody named it."""
    whose, label = ctx.t(f"segments.kind.{kind}"), cluster.get("label") or {}
    if not label:
        return whose
    if not cluster.get("name"):
        return f"{whose} · {ctx.t('segments.named_against')}"
    return f"{whose} · {ctx.t('segments.set_apart_by', label=label.get(ctx.language, ''))}"


def _features(ctx: Ctx, told: Sequence[Mapping[str, Any]], kind: str) -> Component:
    """Feature, the median here and of all of the kind, and how far apart in deviations."""
    names = [ctx.t(f"segments.head.{name}") for name in ("feature", "here", f"all_{kind}")]
    head = [html.Th(name, scope="col", className="n" if at else "") for at, name in enumerate(names)]
    apart = html.Th([ctx.t("segments.head.apart"), tip(ctx.t("segments.apart_why"))], scope="col")
    rows = []
    for each in told:
        feature = BY_NAME[each["name"]]
        values = [
            feature_value(feature.unit, each.get(side), ctx.currency, ctx.language) or "—"
            for side in ("here", "overall")
        ]
        rows.append(
            html.Tr(
                [html.Td(choose(ctx.language, feature.zh, feature.en)), *(html.Td(v, className="n w") for v in values),
                 html.Td(_apart(each["z"]), className="segments-apart")]
            )
        )  # fmt: skip
    return html.Div(
        html.Table([html.Thead(html.Tr([*head, apart])), html.Tbody(rows)], className="gx-table"), className="gx-scroll"
    )


def _apart(z: float) -> Component:
    """A bar from the middle: right is more than usual, left is less."""
    share = min(abs(z) / WIDEST, 1.0) * 50
    place = {"left": "50%"} if z >= 0 else {"right": "50%"}
    bar = html.Span(className="segments-bar", style={"width": f"{share:.0f}%", **place})
    return html.Span(
        [html.Span(bar, className="segments-scale"), html.Small(number(z, 1, sign=True))], className="segments-z"
    )


def _form(ctx: Ctx, cluster: Mapping[str, Any]) -> Component | None:
    """Name it in both languages, with a reason; empty texts take the name back."""
    if not ctx.may("segments.name"):
        return None
    segment, name = int(cluster["number"]), cluster.get("name") or {}
    boxes = [
        (Ids.ZH, "name_zh", name.get("zh", ""), LONGEST_ZH),
        (Ids.EN, "name_en", name.get("en", ""), LONGEST_EN),
        (Ids.REASON, "name_reason", "", 400),
    ]
    fields = [
        html.Label(
            [ctx.t(f"segments.{key}"), dcc.Input(id=Ids.of(kind, segment), value=value, maxLength=most, className="gx-input", type="text")],
            className="gx-labelled",
        )
        for kind, key, value, most in boxes
    ]  # fmt: skip
    give = html.Button(
        ctx.t("segments.give"), id=Ids.of(Ids.GIVE, segment), n_clicks=0, type="button", className="gx-btn main"
    )
    form = html.Div([html.P(ctx.t("segments.name_why"), className="gx-sub"), *fields, give], className="gx-form")
    return html.Details(
        [html.Summary(ctx.t("segments.rename" if name else "segments.name_it"), className="gx-btn small"), form],
        className="segments-form", **marks(data_segment=str(segment)),
    )  # fmt: skip
