"""What the operator's address of the database says reaches every session."""

from __future__ import annotations

from okpay.config.settings import database


def test_several_hosts_tls_and_which_host_is_meant_are_passed_on() -> None:
    address = (
        "postgresql://okpay:secret@db1,db2:5433/wallet"
        "?target_session_attrs=read-write&sslmode=verify-full&connect_timeout=2"
    )
    made = database(address, "okpay_app")
    assert (made["HOST"], made["PORT"]) == ("db1,db2", ",5433")
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("wallet", "okpay", "secret")
    options = made["OPTIONS"]
    assert options["target_session_attrs"] == "read-write"
    assert options["sslmode"] == "verify-full"
    assert options["connect_timeout"] == "2"
    assert options["options"] == "-c role=okpay_app"


def test_the_role_is_added_to_the_operators_own_options() -> None:
    made = database("host=db options='-c work_mem=8MB'", "okpay_app")
    assert made["OPTIONS"]["options"] == "-c work_mem=8MB -c role=okpay_app"


def test_a_host_that_died_silently_is_noticed_within_seconds() -> None:
    options = database("host=db", "")["OPTIONS"]
    waits = (
        options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"]
    )
    assert waits <= 15
    assert options["tcp_user_timeout"] <= 15_000
