"""What happened in the demo: day, time, who, what. Amounts are decimal texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PaidIn:
    """Money from a card."""

    days_ago: int
    time: str
    who: str
    amount: str
    currency: str = "CNY"
    card: str = "Visa •••• 4242"


@dataclass(frozen=True)
class Paid:
    """Money from one person to another; `to` is a person of the demo or an address."""

    days_ago: int
    time: str
    who: str
    to: str
    amount: str
    memo: str = ""
    currency: str = "CNY"


@dataclass(frozen=True)
class Asked:
    """A request for money."""

    days_ago: int
    time: str
    who: str
    of: str
    amount: str
    memo: str


@dataclass(frozen=True)
class Frozen:
    """A wallet was frozen."""

    days_ago: int
    time: str
    who: str


Event = PaidIn | Paid | Asked | Frozen

STORY: Final[tuple[Event, ...]] = (
    PaidIn(29, "09:12", "zhixia", "8000.00"),
    PaidIn(29, "09:40", "xiaoning", "6200.00", card="银联 •••• 0005"),
    PaidIn(28, "12:03", "qing", "3500.00", card="Mastercard •••• 4444"),
    PaidIn(28, "18:22", "alex", "900.00", "USD"),
    PaidIn(27, "08:30", "alex", "2600.00"),
    Paid(27, "12:41", "zhixia", "qing", "36.50", "午饭 牛肉面"),
    Paid(26, "19:05", "qing", "zhixia", "128.00", "演出票"),
    Paid(24, "10:20", "zhixia", "xiaoning", "1280.00", "十月房租分摊"),
    PaidIn(23, "11:11", "zhixia", "318.75", "USD"),
    Paid(22, "20:32", "alex", "zhixia", "59.00", "books"),
    Paid(20, "12:15", "zhixia", "qing", "28.00", "奶茶"),
    Paid(19, "21:48", "xiaoning", "zhixia", "240.00", "电影和晚饭"),
    Paid(17, "09:03", "zhixia", "alex", "500.00", "网球课"),
    PaidIn(15, "13:37", "yutong", "1500.00"),
    Paid(14, "18:20", "yutong", "zhixia", "75.50", "水果"),
    Paid(12, "08:15", "zhixia", "qing", "66.66", "生日快乐"),
    PaidIn(11, "22:01", "zhixia", "6000.00"),
    Paid(10, "12:30", "qing", "zhixia", "45.00", "拼车"),
    Paid(8, "19:40", "zhixia", "xiaoning", "320.00", "羽毛球场地"),
    Paid(6, "15:26", "alex", "zhixia", "80.00", "USD tickets", "USD"),
    Paid(5, "12:08", "zhixia", "qing", "36.50", "午饭 牛肉面"),
    Paid(4, "17:55", "xiaoning", "zhixia", "1000.00", "还款"),
    Paid(3, "09:30", "zhixia", "xiaoning", "1280.00", "十一月房租分摊"),
    Frozen(2, "10:00", "yutong"),
    Paid(2, "20:32", "qing", "zhixia", "59.00", "青禾书店 代买"),
    Paid(1, "11:20", "zhixia", "yutong", "200.00", "上次的车费"),
    Paid(1, "14:06", "zhixia", "newcomer@demo.example", "88.00", "欢迎来用"),
    Asked(1, "16:00", "qing", "zhixia", "42.00", "咖啡豆 AA"),
    Asked(0, "00:02", "zhixia", "xiaoning", "150.00", "演唱会押金"),
    Paid(0, "00:05", "qing", "zhixia", "128.00", "周末聚餐"),
    Paid(0, "00:06", "zhixia", "qing", "36.50", "午饭 牛肉面"),
)
