"""Django's own admin as a reader of tables: it lists, finds by a whole number, and changes nothing.

Of the admin there are two views a table, list and row. It has no view that adds, changes or
deletes, no bulk action, no look-up by a field of the caller's choice, and no page of its own to
sign in: the console's session, its permissions and its shell stand around it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from okpay.console.frame import AtWork, page, staff_page
from okpay.identity.staff import StaffPermission

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.functional import _StrOrPromise

COUNTED: Final = 10_000  # a list of more says so, and counts no further
FLAGS: Final = {"all", "o", "p", "q"}
# What a column is called, how it is drawn (text, code, money, when), and what stands in it.
Column = tuple["_StrOrPromise", str, "Callable[[Any], object]"]


class FewPages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of a table that may have a hundred million rows."""

    @cached_property
    def count(self) -> int:
        """Count no further than `COUNTED`."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # always one here
        return rows[:COUNTED].count()


class Table(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """A table that is read: what its rows show, who sees it, and by which number one is found."""

    needs: ClassVar[StaffPermission] = StaffPermission.REFERENCE_READ
    title: ClassVar[_StrOrPromise] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    more: ClassVar[tuple[Column, ...]] = ()  # on the page of one row
    walked: ClassVar[bool] = True  # False: nothing is listed before somebody searches
    hint: ClassVar[_StrOrPromise] = ""

    actions = None
    ordering = ("-pk",)
    list_display = ("pk",)
    list_display_links = None
    search_fields = ("pk",)  # asks for `get_search_results`
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = FewPages
    change_list_template = "console/reference/list.html"

    def found(self, text: str) -> dict[str, object] | None:
        """Return what a typed number means as a filter; None for nothing."""
        raise NotImplementedError

    def seen(self, request: HttpRequest, row: Any) -> None:  # noqa: ANN401 — a row of any table
        """Write down that somebody looked at a row, where that is to be known."""

    def get_urls(self) -> list[URLPattern]:
        """Give the two views."""
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", wrap(self._guard(self.changelist_view)), name=f"{name}_changelist"),
            path("<path:object_id>", wrap(self._guard(self.change_view)), name=f"{name}_change"),
        ]

    def _guard(self, view: Callable[..., Any]) -> Callable[..., Any]:
        return staff_page(self.needs)(require_safe(view))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List rows, newest first. A question that the list does not know is no page."""
        if set(request.GET) - FLAGS:
            raise Http404
        answer = super().changelist_view(request, extra_context)
        context = getattr(answer, "context_data", None)
        if context is None or "cl" not in context:  # a page that is none, or an order
            return redirect(request.path)
        context["table"] = self
        context["rows"] = [
            (self._row(row), [(kind, cell(row)) for _word, kind, cell in self.columns])
            for row in context["cl"].result_list
        ]
        return answer

    def _row(self, row: Model) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[row.pk], current_app=self.admin_site.name)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row."""
        del form_url, extra_context
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        self.seen(request, row)
        lines = [(word, kind, cell(row)) for word, kind, cell in (*self.columns, *self.more)]
        context = {"table": self, "lines": lines, "list_url": self.address()}
        return page(request, "console/reference/row.html", context)

    def address(self) -> str:
        """Return where its list is."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(name, current_app=self.admin_site.name)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by a whole number of ours and by nothing else."""
        del request
        text = search_term.strip().lower()
        if not text:
            return (queryset if self.walked else queryset.none()), False
        wanted = self.found(text)
        return (queryset.none() if wanted is None else queryset.filter(**wanted)), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse every look-up: what is masked could be guessed by one."""
        del lookup, value, request
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whether who is at work may see this table."""
        del obj
        staff = getattr(request, "at_work", None)
        return isinstance(staff, AtWork) and staff.may(self.needs)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds."""
        del request, obj
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission
    has_module_permission = has_view_permission


class Tables(admin.AdminSite):
    """The admin of the console."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 — Django's signature
        """Put the console's session around a view."""
        del cacheable
        return staff_page(StaffPermission.REFERENCE_READ)(view)

    def get_urls(self) -> list[Any]:
        """Give the tables, and nothing else that the admin has."""
        return [
            path(f"{name}/", (table.get_urls(), None, None)) for name, table in self.named().items()
        ]

    def named(self) -> dict[str, Table]:
        """Return the tables by their names in addresses."""
        found = [one for one in self._registry.values() if isinstance(one, Table)]
        return {str(one.opts.model_name): one for one in found}

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Give nothing: the console has its own shell."""
        del request
        return {}

    def open_to(self, staff: AtWork) -> list[tuple[Table, str]]:
        """Return the tables that a member of staff may read, with their addresses."""
        return [(one, one.address()) for one in self.named().values() if staff.may(one.needs)]
