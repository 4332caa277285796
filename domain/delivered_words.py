"""What banks deliver in words of their own (schooling, collateral, products by name …), in the reader's language.

Such columns are free text: a value that is known here in either language reads in the one asked for, any other stands
as it was delivered.
"""

from __future__ import annotations

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "education": (
        ("小学", "primary school"), ("初中", "junior secondary"), ("初中及以下", "junior secondary or below"),
        ("高中", "senior secondary"), ("中专", "vocational secondary"), ("高中及中专", "senior or vocational secondary"),
        ("大专", "junior college"), ("本科", "bachelor"), ("研究生", "postgraduate"), ("硕士", "master"), ("博士", "doctorate"),
        ("其他", "other"),
    ),
    "marital_status": (
        ("未婚", "single"), ("已婚", "married"), ("离异", "divorced"), ("离婚", "divorced"), ("丧偶", "widowed"), ("未知", "unknown"),
    ),
    "occupation": (
        ("企业职员", "company employee"), ("退休", "retired"), ("个体经营者", "self-employed trader"), ("企业管理者", "company manager"),
        ("工程师", "engineer"), ("医生", "doctor"), ("销售", "salesperson"), ("教师", "teacher"), ("公务员", "civil servant"),
        ("司机", "driver"), ("自由职业", "freelancer"), ("学生", "student"), ("农民", "farmer"), ("工人", "worker"),
        ("军人", "serviceman"), ("无业", "unemployed"), ("其他", "other"),
    ),
    "card_level": (
        ("普卡", "standard"), ("金卡", "gold"), ("白金卡", "platinum"), ("钻石卡", "diamond"),
    ),
    "purpose": (
        ("经营周转", "working capital"), ("综合消费", "general consumption"), ("装修", "home improvement"), ("设备购置", "equipment"),
        ("购房", "home purchase"), ("购车", "car purchase"), ("采购原材料", "raw materials"), ("教育", "education"), ("其他", "other"),
    ),
    "collateral": (
        ("住房抵押", "home mortgage"), ("商用房抵押", "commercial property"), ("土地抵押", "land"), ("设备抵押", "equipment"),
        ("存货质押", "pledged inventory"), ("存单质押", "pledged deposit"), ("应收账款质押", "pledged receivables"), ("抵押", "mortgage"),
        ("质押", "pledge"), ("保证", "guarantee"), ("信用", "unsecured"), ("其他", "other"),
    ),
    "product": (
        ("江城活期存款", "Jiangcheng demand deposit"), ("单位结算账户", "business settlement account"),
        ("定期存款一年", "time deposit, 1 year"), ("定期存款两年", "time deposit, 2 years"), ("定期存款三年", "time deposit, 3 years"),
        ("江城稳盈理财", "Jiangcheng Steady wealth"), ("江城进取理财", "Jiangcheng Growth wealth"), ("云江债券基金", "Yunjiang bond fund"),
        ("云江成长股票基金", "Yunjiang growth equity fund"), ("安江年金保险", "Anjiang annuity"), ("安江终身寿险", "Anjiang whole life"),
        ("个人住房按揭贷款", "home mortgage loan"), ("江城消费贷", "Jiangcheng consumer loan"),
        ("江城车位装修贷", "Jiangcheng parking and home improvement loan"), ("小微经营贷", "small business loan"),
        ("流动资金贷款", "working capital loan"), ("江城信用卡", "Jiangcheng credit card"), ("江城借记卡", "Jiangcheng debit card"),
        ("往来账户", "current account"), ("贷款", "loan"),
    ),
}  # fmt: skip


def _index() -> dict[str, dict[str, tuple[str, str]]]:
    # Of two Chinese words for one English one (离异, 离婚) the first is the one an English value reads as.
    return {
        column: {key.casefold(): pair for pair in reversed(pairs) for key in pair} | {pair[0]: pair for pair in pairs}
        for column, pairs in WORDS.items()
    }


_KNOWN = _index()


def delivered(column: str, value: str | None, language: str) -> str | None:
    """A value of the column in the language (zh or en), with a capital in English; unknown values as they came."""
    if value is None:
        return None
    found = _KNOWN[column].get(value.strip().casefold())
    if found is None:
        return value
    return found[0] if language == "zh" else found[1][:1].upper() + found[1][1:]
