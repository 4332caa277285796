"""/verify: is this paper ours? Open to whoever holds one: it tells the kind and date of a genuine paper, no name.

A code has 80 random-looking bits, so guessing finds nothing; the file is hashed as it comes in and not kept.
"""

from __future__ import annotations

import hashlib
from typing import Any

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from domain.phrasing import minute
from domain.verification import read_code
from portal import access, translations
from portal.guard import language_of_request
from store.database import reading
from store.reports import Genuine, genuine


class VerifyForm(FlaskForm):
    """The code from the foot of the page and, to be sure of every byte, the file."""

    code = StringField(validators=[InputRequired(), Length(max=64)])
    file = FileField()


def register(server: flask.Flask) -> None:
    """Add /verify."""
    server.add_url_rule("/verify", "verify", verify, methods=["GET", "POST"])


def verify() -> Any:
    """The form, and the verdict in words."""
    language = flask.request.args.get("language")
    language = language if language in translations.LANGUAGES else language_of_request()
    form = VerifyForm(data={"code": flask.request.args.get("code", "")} if flask.request.method == "GET" else None)
    verdict, good = None, None
    if form.validate_on_submit():
        verdict, good = _verdict(language, form)
    elif flask.request.method == "POST":
        verdict, good = translations.text(language, "verify.incomplete"), False
    return flask.render_template(
        "verify.html", form=form, verdict=verdict, good=good, language=language,
        other="en" if language == "zh" else "zh", settings=access.portal().settings,
        signed_in=access.viewer() is not None, t=lambda key: translations.text(language, key),
    )  # fmt: skip


def _verdict(language: str, form: VerifyForm) -> tuple[str, bool]:
    code = read_code(form.code.data or "")
    if code is None:
        return translations.text(language, "verify.no_code"), False
    sha256 = hashlib.file_digest(form.file.data.stream, "sha256").hexdigest() if form.file.data else None
    with reading(access.portal().engine) as connection:
        found = genuine(connection, code, sha256)
    if found is None:
        return translations.text(language, "verify.unknown", code=code), False
    return _words(language, found), found.same_file is not False


def _words(language: str, found: Genuine) -> str:
    key = {None: "verify.code_good", True: "verify.file_good", False: "verify.file_other"}[found.same_file]
    return translations.text(
        language, key, kind=translations.text(language, f"verify.kind.{found.kind}"), as_of=found.as_of.isoformat(),
        made=minute(found.created_at.astimezone(access.now().tzinfo)),
    )  # fmt: skip
