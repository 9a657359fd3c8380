"""OKPay, the open digital wallet that anyone can run."""

__version__ = "0.1.0"
