"""Invented names of people, companies and streets, with the frequencies Chinese names have.

Surname weights follow the published order of the commonest (王 7.2 %, 李 7.0 %, 张 6.7 % …) with compound surnames
as rare as they are. Given names change with sex and the decade of birth.
"""

from __future__ import annotations

import numpy as np

from demobank.plan import Array, cdf_of, pick

_COMMON = (
    "王 720 李 700 张 670 刘 540 陈 450 杨 308 黄 223 赵 220 吴 206 周 206 徐 166 孙 154 马 139 朱 126 胡 119 郭 115 何 112 "
    "林 111 高 108 罗 105 郑 94 梁 84 谢 76 宋 70 唐 69 许 66 邓 62 冯 60 韩 60 曹 59 曾 58 彭 56 萧 55 蔡 54 潘 53 田 52 "
    "董 51 袁 50 于 48 余 47 叶 46 蒋 45 杜 44 苏 43 魏 43 程 42 吕 41 丁 40 沈 40 任 39 姚 38 卢 37 傅 36 钟 35 姜 35 崔 34 "
    "谭 33 廖 32 范 31 汪 30 陆 30 金 29 石 28 戴 28 贾 27 韦 27 夏 26 邱 26 方 25 侯 24 邹 24 熊 23 孟 22 秦 22 白 21 江 20 "
    "阎 19 薛 18 尹 17 段 16 雷 16 黎 15 史 15 龙 14 陶 14 贺 13 顾 13 毛 12 郝 12 龚 11 邵 11 万 10 钱 10 严 9 覃 9 洪 8 "
    "武 8 莫 7 单 4 解 4 仇 3 查 3 盖 2 乐 2 欧阳 8 上官 2 司马 2 诸葛 1.5 皇甫 1 尉迟 0.7 令狐 0.6 东方 0.5 慕容 0.5 司徒 1"
)
_WORDS = _COMMON.split()
SURNAMES = np.array(_WORDS[::2])
_SURNAME_CDF = cdf_of([float(w) for w in _WORDS[1::2]])
# A row an era (born before 1965, 1965–84, 1985–99, later): men, women; first and second character.
_GIVEN = (
    (("建国德志文玉永福长明", "华民强军林生才山发贵"), ("秀桂玉淑凤兰翠春素惠", "英珍兰芳华云荣芝琴香")),
    (("志建伟国海晓俊文永军", "强军勇峰刚辉斌波涛平"), ("晓丽海红艳春雪秀燕玉", "红梅丽霞燕萍娟玲芳敏")),
    (("俊子浩宇明家文志鹏嘉", "杰豪宇鹏飞轩博阳超然"), ("雨佳思欣婷梦晓静诗雅", "婷怡琪颖雯静洁倩瑶琳")),
    (("子浩梓宇奕沐俊一泽辰", "轩涵睿宸泽然霖航煜阳"), ("梓诗欣雨一语若依思可", "涵萱怡彤桐妍琪诺汐馨")),
)
_SINGLE = ("伟强勇军磊杰超涛斌刚", "芳娜敏静丽艳娟霞婷雪")
_POOL = np.array([[[list(part) for part in sex] for sex in era] for era in _GIVEN])  # era, sex, place, 10
_SINGLES = np.array([list(s) for s in _SINGLE])

_BRAND = (
    np.array(list("瑞恒德鑫宏泰盛华荣嘉康安博远卓诚信中天海")),
    np.array(list("达源通隆祥昌丰茂兴和利成业创润辰越翔腾峰")),
)
# GB/T 4754-2017 class, what the company's name says, and its weight.
INDUSTRIES = (
    ("C3311", "金属制品", 6), ("C3484", "机械制造", 8), ("C1353", "食品加工", 6), ("C1819", "服饰", 4), ("C2927", "塑料制品", 4),
    ("C3989", "电子科技", 7), ("E4710", "建筑工程", 9), ("F5112", "农产品贸易", 7), ("F5172", "建材贸易", 8), ("F5193", "进出口", 5),
    ("F5211", "商贸", 9), ("G5430", "物流运输", 7), ("H6210", "餐饮管理", 5), ("I6510", "软件科技", 6), ("K7040", "物业服务", 3),
    ("L7212", "企业管理咨询", 4), ("M7320", "生物医药", 3), ("A0141", "蔬菜种植", 2), ("P8391", "教育咨询", 2), ("R8710", "文化传媒", 3),
)  # fmt: skip
_INDUSTRY_CDF = cdf_of([w for _, _, w in INDUSTRIES])
INDUSTRY_CODES = np.array([c for c, _, _ in INDUSTRIES])
_INDUSTRY_WORDS = np.array([w for _, w, _ in INDUSTRIES])
_FORMS = np.array(["有限公司", "有限责任公司", "股份有限公司"])
_FORM_CDF = cdf_of([85, 10, 5])
_ROADS = "长堤路 望江路 桃源路 文昌街 云锦路 书院街 石桥路 青年大道 建设路 新湖路 解放街 东风路"
ROADS = np.array(_ROADS.split())

EDUCATION = np.array(["初中及以下", "高中", "大专", "本科", "研究生"])
OCCUPATIONS = np.array(
    [
        "企业职员",
        "教师",
        "医生",
        "公务员",
        "工程师",
        "销售",
        "司机",
        "企业管理者",
        "个体经营者",
        "退休",
        "自由职业",
        "学生",
    ]
)


def surnames(rng: np.random.Generator, n: int) -> Array:
    """n surnames by frequency."""
    return SURNAMES[pick(rng.random(n), _SURNAME_CDF)]


def given_names(rng: np.random.Generator, female: Array, birth_year: Array) -> Array:
    """One given name a person, of one character (about a sixth) or two."""
    n = female.size
    era = np.digitize(birth_year, [1965, 1985, 2000])
    sex = female.astype(np.int64)
    first, second = rng.integers(0, 10, n), rng.integers(0, 10, n)
    double = np.strings.add(_POOL[era, sex, 0, first], _POOL[era, sex, 1, second])
    one = rng.random(n) < np.array([0.12, 0.25, 0.16, 0.08])[era]
    return np.where(one, _SINGLES[sex, first], double)


def company_names(rng: np.random.Generator, city: Array) -> tuple[Array, Array]:
    """(name, index into INDUSTRIES) of one company a city given."""
    n = city.size
    industry = pick(rng.random(n), _INDUSTRY_CDF)
    brand = np.strings.add(_BRAND[0][rng.integers(0, 20, n)], _BRAND[1][rng.integers(0, 20, n)])
    words = np.strings.add(_INDUSTRY_WORDS[industry], _FORMS[pick(rng.random(n), _FORM_CDF)])
    return np.strings.add(np.strings.add(city, brand), words), industry
