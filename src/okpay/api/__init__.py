"""The public JSON API: translate a request, call one operation or query, translate the answer."""
