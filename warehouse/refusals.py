"""Why a delivery is refused whole: each reason a sentence in both languages, saying what, where and what to do."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("找不到送数包 {path}，请检查路径。", "There is no delivery at {path}; check the path."),
    "busy": (
        "另一批数据正在接收，请等它结束后再送。",
        "Another delivery is being received; send this one again when it has finished.",
    ),
    "no_files": ("送数包里没有文件。", "The delivery holds no files; send it with its files."),
    "no_rows": ("送数包里一行数据也没有。", "The delivery holds no rows at all; check the export and send it again."),
    "not_zip": (
        "{file} 不是完整的 ZIP 文件（可能被截断），请重新打包发送。",
        "{file} is not a complete zip archive (cut off on the way?); pack it again and send it once more.",
    ),
    "damaged": (
        "压缩包中的 {file} 已损坏，请重新打包发送。",
        "{file} in the archive is damaged; pack it again and send it once more.",
    ),
    "encrypted": (
        "压缩包中的 {file} 有密码，请不加密码发送。",
        "{file} in the archive is encrypted; send the archive without a password.",
    ),
    "bomb": (
        "压缩包解开后超过允许的大小（{limit}，停在 {file}），未予解开。",
        "The archive unpacks to more than is allowed ({limit}, stopped at {file}); send it in smaller parts.",
    ),
    "too_many_files": (
        "压缩包里有 {count} 个文件，最多允许 {limit} 个。",
        "The archive holds {count} files, {limit} are allowed; send only the files of the delivery.",
    ),
    "path": (
        "压缩包中的路径 {file} 指向包外，已拒收。",
        "The path {file} in the archive leads outside it; nothing was unpacked. Pack the files by their plain names.",
    ),
    "link": (
        "{file} 是链接而不是文件，请直接发送文件。",
        "{file} is a link, not a file; send the file itself.",
    ),
    "deep": (
        "{file} 在过深的文件夹里，文件应直接放在送数包中。",
        "{file} lies too deep in folders; put the files into the delivery itself or one folder.",
    ),
    "name_twice": ("文件 {file} 出现两次。", "The file {file} is in the delivery twice; send it once."),
    "unknown_file": (
        "不认识文件 {file}；来源 {source} 的文件应为：{expected}。",
        "The file {file} is not known to the source {source}, which expects {expected}; take it out or map it.",
    ),
    "missing_file": (
        "缺少文件 {expected}，请补齐后重新发送。",
        "The file {expected} is missing; send the delivery again with it.",
    ),
    "empty": ("文件 {file} 是空的。", "The file {file} is empty; export it again."),
    "empty_full": (
        "文件 {file} 只有表头；该表须送全量，空文件会清空它。",
        "The file {file} has a header and no rows, but must hold all rows of {table}; export it again.",
    ),
    "binary": (
        "文件 {file} 含有零字节，不是 UTF-8 或 GB18030 文本（可能是 UTF-16）。",
        "The file {file} holds zero bytes: it is not text in UTF-8 or GB18030 (UTF-16?); export it as UTF-8.",
    ),
    "encoding": (
        "文件 {file} 第 {row} 行不是 {expected} 编码。",
        "The file {file} is not {expected} in row {row}; export it in that encoding or change the source.",
    ),
    "encoding_other": (
        "文件 {file} 约定为 {expected} 编码，实际是 {found}。",
        "The file {file} should be {expected} but reads as {found}; export it again or change the source.",
    ),
    "separator": (
        "文件 {file} 用“{found}”分隔，约定的分隔符是“{expected}”。",
        "The file {file} is separated by “{found}”, expected is “{expected}”; export it again or change the source.",
    ),
    "header": (
        "文件 {file} 的表头不对：{problem_zh}。",
        "The header of the file {file} is wrong: {problem}; expected columns are {expected}.",
    ),
    "truncated": (
        "文件 {file} 在第 {row} 行中断，传输不完整，请重新发送。",
        "The file {file} is cut off in row {row}: the last line is not whole; send it again.",
    ),
    "parquet": (
        "文件 {file} 不是完整的 Parquet 文件。",
        "The file {file} is not a complete Parquet file (cut off on the way?); send it again.",
    ),
    "unreadable": (
        "文件 {file} 无法读取：{problem}。",
        "The file {file} cannot be read: {problem}; export it again.",
    ),
    "control_read": (
        "控制文件第 {row} 行无法读取：{problem}。",
        "The control file cannot be read in row {row}: {problem}.",
    ),
    "control": (
        "{file} 的控制总数不符：{measure} 应为 {expected}，文件中为 {found}，可能传输不完整。",
        "Control totals disagree for {file}: {measure} should be {expected} but the file has {found}; "
        "it may be cut off, send the delivery again.",
    ),
    "other_source": (
        "{file} 写明来源为 {found}，却按 {expected} 接收。",
        "{file} says the delivery is for the source {found}, but it is being received as {expected}; choose {found}.",
    ),
    "no_business_date": (
        "不知道业务日期：请写入 _control.csv，或在文件夹名中写明（2026-10-31）。",
        "The business date is not known: write it into _control.csv or into the name of the folder (2026-10-31).",
    ),
    "business_date": (
        "业务日期 {found} 不可能，请更正。",
        "The business date {found} cannot be right; correct it and send the delivery again.",
    ),
    "rejects": (
        "{count} 行中有 {rejected} 行被拒（{share}），超过允许的 {allowed}；第一处：{file} 第 {row} 行 {column}。",
        "{rejected} of {count} rows were rejected ({share}), more than the allowed {allowed}; the first is {file}, "
        "row {row}, column {column}: {reason}.",
    ),
}


class DeliveryRefused(Exception):
    """A delivery is refused whole. str() is the English sentence; `sentence("zh")` the Chinese one."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values: Mapping[str, object] = values
        self.batch_id: int | None = None
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence in `language` (zh or en)."""
        return SENTENCES[self.code][0 if language == "zh" else 1].format(**self.values)

    def detail(self) -> dict[str, str]:
        """For the ledger row: the code and both sentences."""
        return {"code": self.code, "zh": self.sentence("zh"), "en": self.sentence("en")}
