"""What something costs: the currencies that there are, as ISO 4217 names them, and how small their units are."""

from collections.abc import Iterable, Mapping
from typing import Any

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
"""Amounts are whole numbers of a currency's smallest unit: pence, cents, yen."""
_WITHOUT_CENTS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_WITH_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def digits(currency: str) -> int:
    """Return how many digits of an amount, as people write it, stand for the currency's smaller unit."""
    return 0 if currency in _WITHOUT_CENTS else 3 if currency in _WITH_THOUSANDTHS else 2


def amounts(costs: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the prices that are said as an amount."""
    return [one["amount"] for one in costs if one.get("amount") is not None]


def is_free(costs: Iterable[Mapping[str, Any]]) -> bool | None:
    """Say whether something can be had for nothing, as far as its prices tell."""
    said = amounts(costs)
    return 0 in said if said else None
