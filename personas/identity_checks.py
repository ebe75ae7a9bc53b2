"""Finds what is wrong with an identity, knowing nothing of how it was drawn.

Ranges stand here a second time, as patterns, and check digits are computed by the schoolbook rule
on one number. So a mistake in drawing does not pass its own check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .identity_check_digits import (
    cpf_digits,
    is_aadhaar,
    is_bsn,
    is_codice_fiscale,
    is_idnr,
    is_my_number,
    is_nir,
    is_personnummer,
    is_pesel,
    is_tfn,
    passes_luhn,
    passes_mod_97,
)
from .identity_locales import IdentityLocale
from .identity_names import Sex, email_letters, family_names, given_names
from .identity_national import AGE_YEAR, consonant_code
from .identity_places import Places, load_places, template_pattern

_RESERVED_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*example\.(?:com|net|org)")
_CARD = re.compile(r"9999[0-9]{12}")

_NORTH_AMERICA = r"\([2-9][0-9]{2}\) 555-01[0-9]{2}"
_PHONES = {
    "en_US": _NORTH_AMERICA,
    "en_CA": _NORTH_AMERICA,
    "en_GB": r"01(?:1[3-8]|[2-6]1)[ ]496[ ]0[0-9]{3}|020[ ]7946[ ]0[0-9]{3}|0191[ ]498[ ]0[0-9]{3}"
    r"|028[ ]9649[ ]6[0-9]{3}|029[ ]2018[ ]0[0-9]{3}|01632[ ]960[0-9]{3}|07700[ ]900[0-9]{3}",
    "en_AU": r"\(0[2378]\) (?:5550|7010) [0-9]{4}",
    "en_IN": r"0[1-5][0-9]-0[0-9]{3} [0-9]{4}|0[1-5][0-9]{2}-0[0-9]{2} [0-9]{4}",
    "de_DE": r"030 23125[0-9]{3}|0221 4710[0-9]{3}|069 90009[0-9]{3}|040 66969[0-9]{3}"
    r"|089 99998[0-9]{3}|0171 39200[0-9]{2}|0176 040690[0-9]{2}",
    "fr_FR": r"(?:01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) [0-9]{2} [0-9]{2}",
    "es_ES": r"99[0-9] [0-9]{3} [0-9]{3}",
    "it_IT": r"30[0-9] [0-9]{3} [0-9]{4}",
    "nl_NL": r"06 9[0-9]{7}",
    "pl_PL": r"92 [0-9]{3} [0-9]{2} [0-9]{2}",
    "pt_BR": r"\([1-9][1-9]\) 0[0-9]{3}-[0-9]{4}",
    "sv_SE": r"08-465 004 [0-9]{2}|031-390 06 [0-9]{2}|040-628 04 [0-9]{2}|0980-319 2[0-9]{2}"
    r"|070-174 06 (?:0[5-9]|[1-9][0-9])",
    "ja_JP": r"0[1-9]-1[0-9]{3}-[0-9]{4}|0[1-9]{2}-1[0-9]{2}-[0-9]{4}"
    r"|0[1-9][0-9]{2}-1[0-9]-[0-9]{4}",
}


def breaches(
    locale: IdentityLocale, identity: Mapping[str, str | None], attributes: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what disagrees, as fixed phrases; see `identity.identity_breaches`."""
    places = load_places(locale)
    known = {name: value or "" for name, value in identity.items()}
    found = [
        *_name_breaches(locale, known, attributes),
        *_contact_breaches(locale, known),
        *_place_breaches(locale, places, known, attributes),
        *_number_breaches(locale, known, attributes),
    ]
    return tuple(found)


def _failed(checks: Mapping[str, bool]) -> list[str]:
    return [name for name, agrees in checks.items() if not agrees]


def _name_breaches(
    locale: IdentityLocale, identity: Mapping[str, str], attributes: Mapping[str, Any]
) -> list[str]:
    sex = attributes.get("sex")
    sexes: tuple[Sex, ...] = (sex,) if sex == "female" or sex == "male" else ()
    given, family = identity["given_name"], identity["family_name"]
    return _failed(
        {
            "given_name_sex": any(given in given_names(locale, s).position for s in sexes),
            "family_name": any(family in family_names(locale, s).position for s in sexes),
        }
    )


def _contact_breaches(locale: IdentityLocale, identity: Mapping[str, str]) -> list[str]:
    given = _in_letters(locale, identity["given_name"], is_given=True)
    family = _in_letters(locale, identity["family_name"], is_given=False)
    local, _, domain = identity["email"].partition("@")
    user = _without_number(identity["user_name"])
    return _failed(
        {
            "email_domain": bool(_RESERVED_DOMAIN.fullmatch(domain)),
            "email_name": _without_number(local) in (given + family, given[:1] + family),
            "user_name": user
            in (given + family, given[:1] + family, given + family[:1], family + given),
        }
    )


def _place_breaches(
    locale: IdentityLocale,
    places: Places,
    identity: Mapping[str, str],
    attributes: Mapping[str, Any],
) -> list[str]:
    state = places.states.get(identity["state"])
    city = state.cities.get(identity["city"]) if state else None
    postcode, phone = identity["postcode"], identity["phone"]
    return _failed(
        {
            "city": attributes.get("city", identity["city"]) == identity["city"]
            and city is not None,
            "state": attributes.get("state", identity["state"]) == identity["state"]
            and state is not None,
            "postcode_state": state is not None and _fits(postcode, state.postcodes),
            "postcode_city": city is None or _fits(postcode, city.postcodes),
            "phone_range": bool(re.fullmatch(_PHONES[locale.code], phone)),
            "phone_state": state is not None and _fits(phone, state.phones),
            "street_address": _is_invented_street(places, identity["street_address"]),
        }
    )


def _number_breaches(
    locale: IdentityLocale, identity: Mapping[str, str], attributes: Mapping[str, Any]
) -> list[str]:
    card, iban = identity["card_number"], identity["iban"]
    form = _NATIONAL[locale.code]
    match = re.fullmatch(form.pattern, identity["national_id"])
    found = _failed(
        {
            "card_number": bool(_CARD.fullmatch(card)) and passes_luhn(card),
            "iban": _is_iban(iban, locale.code[-2:]) if locale.iban else not iban,
            "national_id": match is not None and form.check("".join(match.groups())),
        }
    )
    if match is None:
        return found
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    sex, age = attributes.get("sex"), attributes.get("age")
    if "sex" in parts and sex in ("female", "male") and form.sex(parts["sex"]) != sex:
        found.append("national_id_sex")
    if (
        "year" in parts
        and isinstance(age, int)
        and 0 <= age <= 120
        and int(parts["year"]) % 100 != (AGE_YEAR - age) % 100
    ):
        found.append("national_id_age")
    if "name" in parts:
        family = _in_letters(locale, identity["family_name"], is_given=False)
        given = _in_letters(locale, identity["given_name"], is_given=True)
        own = consonant_code(family, is_given=False) + consonant_code(given, is_given=True)
        if parts["name"] != own:
            found.append("national_id_name")
    return found


# ------------------------------------------------------------------------------ names and places


def _in_letters(locale: IdentityLocale, name: str, *, is_given: bool) -> str:
    """Return the ASCII letters of a name: of its reading, where it is not in Latin letters."""
    lists = given_names if is_given else family_names
    for sex in ("female", "male"):
        names = lists(locale, sex)
        if name in names.position:
            return names.letters[names.position[name]]
    return email_letters(name, locale.spelling)


def _without_number(text: str) -> str:
    return re.sub(r"[._-]|[0-9]+$", "", text)


def _fits(text: str, templates: tuple[str, ...]) -> bool:
    return any(template_pattern(template).fullmatch(text) for template in templates)


def _is_invented_street(places: Places, line: str) -> bool:
    streets = places.streets
    pattern = r"(?P<number>[1-9][0-9]*)" + re.escape(streets.separator) + r"(?P<name>\D+)"
    if not streets.before:
        pattern = r"(?P<name>\D+?)" + re.escape(streets.separator) + r"(?P<number>[1-9][0-9]*)"
    match = re.fullmatch(pattern, line)
    return match is not None and match["name"] in streets.known


# ------------------------------------------------------------------------------ national numbers


@dataclass(frozen=True, slots=True)
class _National:
    """What the national number of a locale looks like, and when its digits are sanctioned."""

    pattern: str
    """Groups hold the characters; named ones are the parts that must agree with the person."""
    check: Callable[[str], bool]
    """Whether the characters of all groups, together, are in the sanctioned range."""
    female: str = ""
    """Values of the part `sex` that stand for a woman."""

    def sex(self, value: str) -> str:
        return "female" if value in self.female else "male"


def _any(number: str) -> bool:
    return True


def _fails(test: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return a check for numbers whose check digit is wrong on purpose."""
    return lambda number: not test(number)


def _both_fail(number: str) -> bool:
    """Return whether each of the two check digits of a CPF is wrong."""
    return all(c != right for c, right in zip(number[9:], cpf_digits(number[:9]), strict=True))


_DAY = "(?:0[1-9]|1[0-9]|2[0-8])"
_MONTH = "(?:0[1-9]|1[0-2])"
_NATIONAL = {
    "en_US": _National(r"(666)-(?!00)([0-9]{2})-(?!0000)([0-9]{4})", _any),
    "en_GB": _National(r"(BG|KN|NK|ZZ) ([0-9]{2}) ([0-9]{2}) ([0-9]{2}) ([A-D])", _any),
    "en_CA": _National(r"(0[0-9]{2}) ([0-9]{3}) ([0-9]{3})", _fails(passes_luhn)),
    "en_AU": _National(r"([0-9]{3}) ([0-9]{3}) ([0-9]{3})", _fails(is_tfn)),
    "en_IN": _National(r"(0[0-9]{3}) ([0-9]{4}) ([0-9]{4})", is_aadhaar),
    "de_DE": _National(r"(0[0-9]) ([0-9]{3}) ([0-9]{3}) ([0-9]{3})", is_idnr),
    "fr_FR": _National(
        rf"(?P<sex>[12]) (?P<year>[0-9]{{2}}) ({_MONTH}) (00) ([0-9]{{3}}) ([0-9]{{3}}) "
        r"([0-9]{2})",
        is_nir,
        female="2",
    ),
    "es_ES": _National(r"(99[0-9]{6})([IOU])", _any),
    "it_IT": _National(
        r"(?P<name>[A-Z]{6})(?P<year>[0-9]{2})([ABCDEHLMPRST])(?P<sex>[0-6])([0-9])(Y[0-9]{3})([A-Z])",
        is_codice_fiscale,
        female="456",
    ),
    "nl_NL": _National(r"(9[0-9]{8})", _fails(is_bsn)),
    "pl_PL": _National(
        rf"(?P<year>[0-9]{{2}})(6[1-9]|7[0-2])({_DAY})([0-9]{{3}})(?P<sex>[0-9])([0-9])",
        is_pesel,
        female="02468",
    ),
    "pt_BR": _National(r"([0-9]{3})\.([0-9]{3})\.([0-9]{3})-([0-9]{2})", _both_fail),
    "sv_SE": _National(
        rf"(?P<year>(?:19|20)[0-9]{{2}})({_MONTH})({_DAY})-(23)(?P<sex>[89])([0-9])",
        _fails(is_personnummer),
        female="8",
    ),
    "ja_JP": _National(r"([0-9]{4}) ([0-9]{4}) ([0-9]{4})", _fails(is_my_number)),
}


# ------------------------------------------------------------------------------ accounts

_IBANS = {
    "GB": r"GB[0-9]{2}ZZZZ[0-9]{14}",
    "DE": r"DE[0-9]{2}99[0-9]{16}",
    "FR": r"FR[0-9]{2}99999[0-9]{18}",
    "ES": r"ES[0-9]{2}9999[0-9]{16}",
    "IT": r"IT[0-9]{2}[A-Z]99999[0-9]{17}",
    "NL": r"NL[0-9]{2}ZZZZ[0-9]{10}",
    "PL": r"PL[0-9]{2}9999[0-9]{20}",
    "SE": r"SE[0-9]{2}000[0-9]{17}",
    "BR": r"BR[0-9]{2}99999999[0-9]{15}C1",
}


def _is_iban(text: str, country: str) -> bool:
    """Return whether the bank is ours and ISO 13616's check digits are right."""
    return re.fullmatch(_IBANS[country], text) is not None and passes_mod_97(text)
