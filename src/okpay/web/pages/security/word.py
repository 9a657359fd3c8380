"""The word in our mails: shown, set, changed, removed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.identity.safety import word as mail_word
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of, person_of
from okpay.web.permissions import permission
from okpay.web.step_up import stepped_up


class WordForm(forms.Form):
    """The word."""

    word = forms.CharField(
        label=gettext_lazy("Your word"),
        min_length=mail_word.LEAST,
        max_length=mail_word.MOST,
        help_text=gettext_lazy("2 to 24 letters, digits or spaces. Not a password."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@permission(Permission.SECURITY_WRITE)
@never_cache
@sensitive_post_parameters("word")
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest) -> HttpResponse:
    """Show the word to who has just shown that it is them, and let them change it."""
    if request.method == "POST" and request.POST.get("action") == "remove":
        return _removed(request)
    current = mail_word.word_of(person_of(request).pk)
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set(request, form):
        return redirect("security_word")
    context = {"form": form, "current": current, "tab": "me"}
    return render(request, "web/security/word.html", context)


def _set(request: HttpRequest, form: WordForm) -> bool:
    try:
        mail_word.set_word(actor=actor_of(request), word=form.cleaned_data["word"], now=clock.now())
    except DomainError as refused:
        form.add_error("word", refused.text())
        return False
    messages.success(request, _("From now on every mail from us begins with your word."))
    return True


def _removed(request: HttpRequest) -> HttpResponse:
    try:
        mail_word.remove_word(actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.text())
        return redirect("security_word")
    messages.success(request, _("Our mails carry no word any more."))
    return redirect("security")
