from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.markup import RULE

PAGE = "src/okpay/web/templates/web/a.html"


@pytest.mark.parametrize(
    "text",
    [
        "<style>p { color: red }</style>",
        '<p style="color: red"></p>',
        '<p {% if x %}style="width: {{ w }}%"{% endif %}></p>',
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<button onclick="go()"></button>',
        '<button hx-on:click="go()"></button>',
        '<a href="javascript:go()"></a>',
    ],
)
def test_what_the_content_security_policy_blocks_is_found(text: str) -> None:
    assert found(RULE, PAGE, "\n" + text) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'web/app.js' %}\" defer></script>",
        '<script type="application/json">{"a": 1}</script>',
        '<link rel="stylesheet" href="a.css">',
        '<p class="style" data-style="on"></p>',
        "{# <style> in a remark #}",
    ],
)
def test_files_and_data_are_fine(text: str) -> None:
    assert found(RULE, PAGE, text) == []
