"""The management report: the executive's month. Headline figures, findings, history, branches, groups, grades, words."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import phrasing
from domain.reports import ManagementReport
from jobs.pdf import bars, tokens
from jobs.pdf.kpi_parts import all_kpis, definitions, findings, grouping_table, headlines, history, league
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, Turn, empty, heading, section, table

GRADE_NAMES, GRADE_EACH = 16.0, 8.4  # shares of the width: names of the rows, each grade


def render(report: ManagementReport) -> bytes:
    """The PDF. The same report gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("管理月报", "Management report")
    sheet.subject = sheet.say.joined(report.scope, sheet.say.month(report.month))
    story: list[Flowable] = [
        *_masthead(sheet, report),
        *headlines(sheet, report.kpis, report.currency),
        *findings(sheet, report.findings),
        *history(sheet, report.kpis, report.months, report.currency),
        Turn(),
        *all_kpis(sheet, report.kpis, report.currency),
        *_league(sheet, report),
        *_groupings(sheet, report),
        *_grades(sheet, report),
        *definitions(sheet, report.kpis),
    ]
    return sheet.bytes(story)


def _masthead(sheet: Sheet, report: ManagementReport) -> list[Flowable]:
    say = sheet.say
    when = say(f"截至 {phrasing.day(report.stamp.as_of)}", f"as of {phrasing.day(report.stamp.as_of)}")
    currency = say(
        f"金额单位见各处，币种为{phrasing.currency_word(report.currency, 'zh')}", f"amounts in {report.currency}"
    )
    return [
        sheet.text(say.joined(say("管理月报", "Management report"), when), "kicker"),
        sheet.text(say.joined(report.scope, say.month(report.month)), "title"),
        sheet.text(currency, "caption"),
        Spacer(0, 10),
    ]


def _league(sheet: Sheet, report: ManagementReport) -> list[Flowable]:
    say = sheet.say
    title = say("机构排名", "Branches")
    if not report.league or not report.league_kpis:
        words = say("该范围之下没有机构可排名。", "There is no branch below this scope to rank.")
        return section(sheet, title, "", empty(sheet, words))
    kpis = [next(kpi for kpi in report.kpis if kpi.name == name) for name in report.league_kpis]
    return league(sheet, title, say("机构", "Branch"), kpis, report.league, report.currency)


def _groupings(sheet: Sheet, report: ManagementReport) -> list[Flowable]:
    say = sheet.say
    if not report.groupings:
        words = report.groupings_absent or say("尚无已发布的客户细分。", "No segmentation is published yet.")
        return section(sheet, say("客户细分", "Segments"), "", empty(sheet, words))
    parts: list[Flowable] = []
    for grouping in report.groupings:
        parts += grouping_table(sheet, grouping, report.currency)
    return parts


def _grades(sheet: Sheet, report: ManagementReport) -> list[Flowable]:
    say = sheet.say
    title = say("信用等级分布", "Customers by credit grade")
    if not report.grades:
        words = report.grades_absent or say("尚无已发布的评级。", "No rating is published yet.")
        return section(sheet, title, "", empty(sheet, words))
    total = sum(grade.customers for grade in report.grades)
    drawn = [bars.Bar(grade.grade, grade.customers, phrasing.number(grade.customers)) for grade in report.grades]
    before = [grade.previous_customers for grade in report.grades]
    drawing = bars.columns(drawn, before, (tokens.WIDTH, 110), left=_names_of_grades(report))
    caption = say(f"户；已评级{phrasing.number(total)}户", f"Customers; {phrasing.number(total)} are rated")
    if any(count is not None for count in before):
        caption += say("，黑线为上次评级的户数", ", the black line is the run before")
    rows = _grade_rows(sheet, report)
    return [KeepTogether([*heading(sheet, title, caption), drawing, *rows]), Spacer(0, 2 * tokens.UNIT)]


def _names_of_grades(report: ManagementReport) -> float:
    """Room the names of the rows under the chart take, so that its bars stand over their columns."""
    return tokens.WIDTH * GRADE_NAMES / (GRADE_NAMES + GRADE_EACH * len(report.grades))


def _grade_rows(sheet: Sheet, report: ManagementReport) -> list[Flowable]:
    """Loans and probability of default by grade, where they are known."""
    if all(grade.loans is None and grade.probability_of_default is None for grade in report.grades):
        return []
    say = sheet.say
    scale = say.scale([grade.loans for grade in report.grades])
    head = [Column("", GRADE_NAMES), *(Column("", GRADE_EACH, True) for _ in report.grades)]
    loans = [phrasing.scaled(grade.loans, scale) for grade in report.grades]
    risks = [phrasing.percent(grade.probability_of_default, 2) for grade in report.grades]
    rows = [
        Row((say.bracket(say("贷款", "Loans"), say.unit(scale, report.currency)), *loans)),
        Row((say("违约概率", "Default prob."), *risks)),
    ]
    return [table(sheet, head, rows)]
