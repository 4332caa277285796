"""The way in and out: plain pages of Flask, so that a stranger is sent no script of the portal at all."""

from __future__ import annotations

from typing import Any

import flask
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from domain.phrasing import minute
from portal import access, translations
from portal.guard import language_of_request
from portal.preferences import back
from store import sessions
from store.database import writing


class SignInForm(FlaskForm):
    """Login and password, with a token against forged posts."""

    login = StringField(validators=[InputRequired(), Length(max=64)])
    password = PasswordField(validators=[InputRequired(), Length(max=256)])


def register(server: flask.Flask) -> None:
    """Add /sign-in and /sign-out."""
    server.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    server.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def _language() -> str:
    asked = flask.request.args.get("language")
    return asked if asked in translations.LANGUAGES else language_of_request()


def sign_in() -> Any:
    """The form, and what came of it. Somebody who is in already goes straight on."""
    onward = back(flask.request.args.get("next"))
    if access.viewer() is not None and flask.request.method == "GET":
        return flask.redirect(onward)
    form, sentence, status = SignInForm(), None, 200
    if form.validate_on_submit():
        tried = sessions.sign_in(
            access.portal().engine, form.login.data, form.password.data, access.now(), access.address(),
            flask.request.user_agent.string,
        )  # fmt: skip
        if tried.token is not None:
            access.enter(tried.token)
            return flask.redirect(onward)
        sentence, status = _why_not(tried), 401
    elif flask.request.method == "POST":
        key = "sign_in.stale" if "csrf_token" in form.errors else "sign_in.both"
        sentence, status = translations.text(_language(), key), 400
    return _page(form, sentence), status


def _why_not(tried: sessions.SignIn) -> str:
    if tried.locked_until is None:
        return translations.text(_language(), "sign_in.wrong")
    until = tried.locked_until.astimezone(access.now().tzinfo)
    key = "sign_in.address" if tried.by_address else "sign_in.locked"
    return translations.text(_language(), key, until=minute(until)[-5:])


def _page(form: SignInForm, sentence: str | None) -> str:
    language, settings = _language(), access.portal().settings
    other = "en" if language == "zh" else "zh"
    return flask.render_template(
        "sign_in.html", form=form, sentence=sentence, language=language, other=other, settings=settings,
        onward=flask.request.args.get("next"), t=lambda key: translations.text(language, key),
    )  # fmt: skip


def sign_out() -> Any:
    """End the session on the server and forget it here."""
    token, who = access.session_token(), access.viewer()
    if token is not None and who is not None:
        with writing(access.portal().engine) as connection:
            sessions.sign_out(connection, token, who.login, access.now(), access.address())
    access.leave()
    return flask.redirect("/sign-in")
