from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.template_text import RULE

PAGE = "src/okpay/web/templates/web/a.html"
MAIL = "src/okpay/notices/templates/notices/a.txt"

BAD = [
    "<p>Hello</p>",
    "<p>余额</p>",
    "<p>{{ name }} paid</p>",
    "<title>{% block title %}Home{% endblock %} · OKPay</title>",
    '<a title="Open">x1</a>',
    '<img alt="A photo">',
    '<button aria-label="Close"></button>',
    '<input placeholder="Your name">',
    '{% include "a.html" with title="Your records" %}',
    "<p>{% if x %}Yes{% else %}{% translate 'No' %}{% endif %}</p>",
    '<html lang="{{ LANGUAGE_CODE }}"><p>Hello</p></html>',
    "&copy; Someone",
]
GOOD = [
    '<p>{% translate "Hello" %}</p>',
    "<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>",
    "<p>{% blocktrans with a=b %}Hello{% endblocktrans %}</p>",
    "<p>{{ name }} · ¥ 36.50</p>",
    "<title>OKPay</title>",
    "<code>okpay serve</code>",
    "<a title=\"{% translate 'Open' %}\"></a>",
    '<a lang="en" href="?l=en">English</a>',
    '<span translate="no">OKPay Ltd</span>',
    '{% include "a.html" with title=_("Your records") icon="house" %}',
    "{# a remark #}{% comment %}another{% endcomment %}<!-- and one -->",
    '<input placeholder="name@example.com">',
    '<div class="row{% if x %} row--plain{% endif %}" data-kind="income"></div>',
    "{% block main_class %}main--narrow{% endblock %}",
    '<{% if u %}a href="{{ u }}"{% else %}div{% endif %} class="row">{{ x }}</div>',
    "<p>trf_01kahr2m8xw4c</p>",
]


@pytest.mark.parametrize("text", BAD)
def test_words_outside_the_catalogues_are_found(text: str) -> None:
    assert found(RULE, PAGE, "\n" + text) == [2]


@pytest.mark.parametrize("text", GOOD)
def test_translated_text_names_codes_and_machine_words_are_fine(text: str) -> None:
    assert found(RULE, PAGE, text) == []


def test_the_line_is_right_after_a_long_translated_block() -> None:
    text = "{% blocktranslate %}a\nb\nc{% endblocktranslate %}\n<p>\nHello</p>"
    assert found(RULE, PAGE, text) == [5]


def test_mails_are_read_line_by_line() -> None:
    text = '{% translate "Hello" %}\nYou were paid.\n{{ amount }}\n'
    assert found(RULE, MAIL, text) == [2]


def test_text_that_is_no_template_is_not_read() -> None:
    assert found(RULE, "requirements/dev.txt", "pytest") == []
