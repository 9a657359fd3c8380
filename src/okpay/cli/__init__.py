"""The ``okpay`` command: run everything here, look after the database, check the machine."""
