"""The declared table of locales: where names come from, and which numbers are sanctioned.

Every range here is assigned to nobody. Each has its reason and source beside it; the same table
for readers, with what was confirmed and what is from memory, is `docs/identities.md`. The checks
in `identity_checks.py` hold their own copy of the ranges, written as patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from . import identity_national as national
from .identity_accounts import IBAN_FORMS, IbanForm
from .identity_names import SEXES, NameList, NameLists

EMAIL_DOMAINS = (
    "example.com",
    "example.net",
    "example.org",
    "mail.example.com",
    "home.example.net",
    "post.example.org",
    "inbox.example.com",
)
"""Domains reserved for documentation, and names below them. Source: RFC 2606, section 3."""


@dataclass(frozen=True, slots=True, eq=False)
class IdentityLocale:
    """How identities look in one country and language."""

    code: str
    """Name of the locale, such as `de_DE`."""
    names: NameLists
    postcode: str
    """Template that the prefix of a place overwrites from the left; `{prefix}` in front: follows
    it."""
    national_id: Callable[[national.Holder], national.Parts]
    """Draws the national number; see `identity_national.py`."""
    phone_area_forms: tuple[str, ...] = ()
    """Templates with `{area}`."""
    phone_everywhere: tuple[str, ...] = ()
    """Templates of numbers without an area, for every place."""
    iban: IbanForm | None = None
    """None where the country takes no part in the IBAN register."""
    spelling: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """How letters are written in e-mail addresses where dropping the accent is not the custom."""

    @property
    def optional_fields(self) -> tuple[str, ...]:
        """Identity columns that are null in this locale."""
        return () if self.iban else ("iban",)


def _lists(
    provider: str, *, given: str = "first_names_{}", family: str = "last_names"
) -> NameLists:
    last = NameList(provider, ((family, 1.0),))
    return NameLists(
        given={sex: NameList(provider, ((given.format(sex), 1.0),)) for sex in SEXES},
        family=dict.fromkeys(SEXES, last),
    )


# About a third of Polish family names decline for women (approximate, from memory).
_POLISH_PARTS = (("male_last_names", 0.35), ("unisex_last_names", 0.65))
_POLISH = NameLists(
    given=_lists("pl_PL").given,
    family={
        "female": NameList("pl_PL", _POLISH_PARTS, (("ski", "ska"), ("cki", "cka"))),
        "male": NameList("pl_PL", _POLISH_PARTS),
    },
)
_GERMAN_SPELLING = MappingProxyType({"ä": "ae", "ö": "oe", "ü": "ue"})

_ALL = (
    IdentityLocale(
        code="en_US",
        names=_lists("en_US"),
        # 555-0100 to 555-0199 are set aside for fiction in every area code.
        # Source: ATIS-0300048, 555 line number assignment guidelines (NANPA).
        phone_area_forms=("({area}) 555-01##",),
        postcode="####%",
        national_id=national.united_states,
    ),
    IdentityLocale(
        code="en_GB",
        names=_lists("en_GB"),
        # The drama numbers of cities stand in the places file. Everywhere: 01632 960 and 07700 900.
        # Source: Ofcom, "Telephone numbers for use in TV and radio drama programmes".
        phone_everywhere=("01632 960###", "07700 900###"),
        # The last two letters are never C, I, K, M, O or V. Source: BS 7666, Royal Mail PAF.
        postcode="{prefix} #!!",
        national_id=national.united_kingdom,
        iban=IBAN_FORMS["GB"],
    ),
    IdentityLocale(
        code="en_CA",
        names=_lists("en_US"),
        # As in the United States. Source: Canadian Numbering Administrator, 555-01XX for fiction.
        phone_area_forms=("({area}) 555-01##",),
        postcode="@#@ #@#",
        national_id=national.canada,
    ),
    IdentityLocale(
        code="en_AU",
        names=_lists("en_GB"),
        # 5550 xxxx and 7010 xxxx in each of the four areas.
        # Source: ACMA, "Phone numbers for use in TV shows, films and creative works".
        phone_area_forms=("({area}) 5550 ####", "({area}) 7010 ####"),
        postcode="####",
        national_id=national.australia,
    ),
    IdentityLocale(
        code="en_IN",
        names=_lists("en_IN"),
        # No range for fiction is published. Subscriber numbers begin with 2 to 7: after an area
        # code 0 is the trunk prefix, so these cannot be dialled. Source: DoT, National Numbering
        # Plan 2003, levels 0 and 1. Where the area code begins with 6 to 9 the whole would read as
        # a mobile number, so these cities have the code 010, which has no exchange (from memory;
        # libphonenumber knows none either).
        postcode="######",
        national_id=national.india,
    ),
    IdentityLocale(
        code="de_DE",
        names=_lists("de_DE"),
        # "Drama numbers": those of five cities stand in the places file; mobile ones everywhere.
        # Source: Bundesnetzagentur, Rufnummern für Film und Fernsehen.
        phone_everywhere=("0171 39200##", "0176 040690##"),
        postcode="#####",
        national_id=national.germany,
        iban=IBAN_FORMS["DE"],
        spelling=_GERMAN_SPELLING,
    ),
    IdentityLocale(
        code="fr_FR",
        names=_lists("fr_FR"),
        # Per zone, and mobile 06 39 98. Source: Arcep, decision 2018-0881, numbers for
        # audiovisual works; those of the five zones stand in the places file.
        phone_everywhere=("06 39 98 ## ##",),
        postcode="####%",
        national_id=national.france,
        iban=IBAN_FORMS["FR"],
    ),
    IdentityLocale(
        code="es_ES",
        names=_lists("es_ES"),
        # No range for fiction is published. No national number begins with 99.
        # Source: RD 2296/2004, Plan nacional de numeración; libphonenumber knows no 99 either.
        phone_everywhere=("99# ### ###",),
        postcode="#####",
        national_id=national.spain,
        iban=IBAN_FORMS["ES"],
    ),
    IdentityLocale(
        code="it_IT",
        names=_lists("it_IT"),
        # No range for fiction is published. Mobile codes begin with 31 to 39; 30 has no operator.
        # Source: AGCOM, Piano di numerazione nazionale; libphonenumber knows no 30 either.
        phone_everywhere=("30# ### ####",),
        postcode="#####",
        national_id=national.italy,
        iban=IBAN_FORMS["IT"],
    ),
    IdentityLocale(
        code="nl_NL",
        names=_lists("nl_NL"),
        # No range for fiction was found. Mobile numbers begin with 061 to 065 and 068, pagers with
        # 066; 069 has no use. Source: Nummerplan telefoon- en ISDN-diensten (BWBR0010198).
        phone_everywhere=("06 9#######",),
        # SA, SD and SS are left out of the plan. Source: PostNL.
        postcode="#### S&",
        national_id=national.netherlands,
        iban=IBAN_FORMS["NL"],
    ),
    IdentityLocale(
        code="pl_PL",
        names=_POLISH,
        # No range for fiction is published. 92 is neither an area nor a mobile code.
        # Source: UKE, Plan numeracji krajowej; libphonenumber knows no 92 either.
        phone_everywhere=("92 ### ## ##",),
        postcode="##-###",
        national_id=national.poland,
        iban=IBAN_FORMS["PL"],
    ),
    IdentityLocale(
        code="pt_BR",
        names=_lists("pt_BR"),
        # No range for fiction is published. Subscriber numbers begin with 2 to 5, mobile ones with
        # 9; 0 is the trunk prefix. Source: Anatel, Regulamento de Numeração do STFC.
        phone_area_forms=("({area}) 0###-####",),
        # Endings 960 to 969 are promotional, no street has them. Source: Correios.
        postcode="#####-96#",
        national_id=national.brazil,
        iban=IBAN_FORMS["BR"],
    ),
    IdentityLocale(
        code="sv_SE",
        names=_lists("sv_SE"),
        # 070-174 06 05 to 99; those of four cities stand in the places file.
        # Source: PTS, "Telefonnummer för användning i böcker och filmer m.m.".
        phone_everywhere=("070-174 06 %#",),
        postcode="### ##",
        national_id=national.sweden,
        iban=IBAN_FORMS["SE"],
    ),
    IdentityLocale(
        code="ja_JP",
        names=_lists("ja_JP", given="first_name_{}_pairs", family="last_name_pairs"),
        # No range for fiction is published. Exchange numbers begin with 2 to 9: 1 leads to special
        # services and 0 is the trunk prefix. Source: Ministry of Internal Affairs (MIC), Q&A on
        # telephone numbers, Q1.
        postcode="###-####",
        national_id=national.japan,
    ),
)

LOCALES: Mapping[str, IdentityLocale] = MappingProxyType({one.code: one for one in _ALL})
"""Every locale that has identities."""
