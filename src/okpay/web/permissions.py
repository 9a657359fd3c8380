"""Every web view says who may open it: `@permission(...)` or `@public`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib.auth.decorators import login_not_required

from okpay.identity.rules import Permission

PUBLIC: Final = "public"
View = TypeVar("View", bound=Callable[..., Any])


def permission(needed: str) -> Callable[[View], View]:
    """Declare the permission `scope:resource:action` a view needs; checked by a structural test.

    Signing in is demanded by the middleware; what the person may do with whose money is decided
    by the operation that the view calls. ValueError, at import, for a name that does not exist.
    """
    name = needed if needed == PUBLIC else Permission(needed)

    def declare(view: View) -> View:
        view.permission = name  # type: ignore[attr-defined]  # an attribute is how Django does it
        return view

    return declare


def public(view: View) -> View:
    """Declare that anyone may open this view, signed in or not."""
    opened: View = login_not_required(view)
    return permission(PUBLIC)(opened)
