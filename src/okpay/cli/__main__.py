"""``python -m okpay.cli``: the same as the ``okpay`` command."""

from __future__ import annotations

from okpay.cli.main import main

if __name__ == "__main__":
    main()
