"""The rules screen catches what small models do wrong, and repairs only what nobody can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.filters import Draft, FieldRules, RulesConfig, RulesScreen

GOOD = "I stop by the market on my way home, and the coffee aisle is where I slow down."


def draft(text: str, *, prompt: tuple[str, ...] = (), **attributes: object) -> Draft:
    identity = {"given_name": "Nadia", "family_name": "Berg", "email": "nadia@example.org"}
    return Draft(0, "part", attributes, identity, {"quote": text}, prompt)


def reason(text: str, config: RulesConfig | None = None, prompt: tuple[str, ...] = ()) -> str:
    [verdict] = RulesScreen(config or RulesConfig()).judge([draft(text, prompt=prompt)])
    return verdict.reason if verdict.action == "reject" else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("As an AI language model, I do not shop.", "refusal"),
        ("Sure! I love the coffee aisle in the evening.", "preamble"),
        ("Here is a short quote about coffee.", "preamble"),
        ("I love {{ last_item }} in the evening.", "template_leftover"),
        ("My name is [Name] and I love coffee.", "template_leftover"),
        ("I bought <item> at the store.", "template_leftover"),
        ("My price_sensitivity is high, so I look twice.", "attribute_name"),
        ("Thank you for shopping with us, see you soon.", "agent_voice"),
        ("Please contact customer support about the beans.", "agent_voice"),
        ("You should always check the price of your coffee.", "agent_voice"),
        ("Look no further for the best beans in town.", "marketing_voice"),
        ("These beans are perfect for anyone who is up early.", "marketing_voice"),
        ("I love the coffee aisle \N{HOT BEVERAGE} in the evening.", "emoji"),
        ("I **love** the coffee aisle in the evening.", "markdown"),
        ("- I love the coffee aisle in the evening.", "markdown"),
        (", and the coffee aisle is where I slow down.", "continuation"),
        ("the coffee aisle is where I slow down.", "continuation"),
        ("I love the coffee aisle in the evening", "no_end_punctuation"),
        ("I love the coffee aisle in the...", "truncated"),
        ("I love the coffee aisle because the.", "truncated"),
        ('He said "no to the coffee.', "unbalanced"),
        ("I love the the coffee aisle.", "repeated_word"),
        ("I like the coffee a lot and I like the coffee a lot.", "repeated_phrase"),
        ("I buy coffee. I buy coffee.", "repeated_sentence"),
        ("Me gusta comprar café por la mañana en el mercado de mi barrio.", "wrong_language"),
        ("Я люблю кофе по утрам в магазине.", "wrong_script"),
        ("I love 咖啡咖啡 in the evening.", "wrong_script"),
        ("Jane Smith told me about the beans.", "default_name"),
        ("Sarah told me about the beans.", "default_name"),
        ("!!!", "no_words"),
    ],
)
def test_a_known_failure_is_named(text: str, expected: str) -> None:
    config = RulesConfig(default=FieldRules(is_sentence=expected != "no_words"))
    assert reason(text, config) == expected


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "I'm sorry, but I don't pay extra for a famous label.",
        "A box of trash bags, $8.49 at the discount grocer. I was cleaning out the garage.",
        "Nadia had had enough of the freezers, and that was that.",
        '"No coupons," she says, and she means it.',
        "Well, I never! Who leaves a cart there?",
        "The coffee is the one thing I am particular about.",
    ],
)
def test_good_text_is_kept_as_it_is(text: str) -> None:
    [verdict] = RulesScreen(RulesConfig()).judge([draft(text)])
    assert verdict.action == "keep"


def test_a_copied_example_is_rejected_but_a_long_fact_may_be_said() -> None:
    fact = "a 12-ounce bag of dark-roast coffee beans from the corner"
    prompt = (
        "You write quotes.",
        f"I bought: {fact}",
        "I clip coupons, but only for the good cheese.",
    )
    config = RulesConfig()
    assert reason("Well, I clip coupons, but only for the good cheese.", config, prompt) == (
        "prompt_echo"
    )
    said = draft(f"I got {fact}, and I am glad.", prompt=prompt, last_item=fact)
    assert RulesScreen(config).judge([said])[0].action == "keep"


def test_lengths_and_person_follow_the_field() -> None:
    config = RulesConfig(
        fields={
            "quote": FieldRules(min_words=4, max_words=8, max_sentences=1, person="first"),
        }
    )
    assert reason("I shop.", config) == "too_short"
    assert reason("I shop in the evening when the aisles are clear.", config) == "too_long"
    assert reason("I shop at night. I sleep late.", config) == "too_long"
    assert reason("She shops in the evening.", config) == "wrong_person"
    assert reason("My evenings are for shopping.", config) == ""
    third = RulesConfig(fields={"quote": FieldRules(person="third")})
    assert reason("Nadia shops and I watch.", third) == "wrong_person"
    assert reason('Nadia says "I shop at night" a lot.', third) == ""


def test_list_positions_share_the_rules_of_their_field() -> None:
    config = RulesConfig(fields={"reasons": FieldRules(min_words=3)})
    listed = Draft(0, "p", {}, {}, {"reasons": ["It is cheap.", "Near."]})
    [verdict] = RulesScreen(config).judge([listed])
    assert (verdict.reason, verdict.field) == ("too_short", "reasons.1")


def test_two_fields_may_not_say_the_same() -> None:
    twice = Draft(0, "p", {}, {}, {"a": GOOD, "b": GOOD.upper().capitalize()})
    assert RulesScreen(RulesConfig()).judge([twice])[0].reason == "field_repeats_field"


def test_own_names_are_no_default_names() -> None:
    own = Draft(0, "p", {}, {"given_name": "Sarah"}, {"a": "Sarah keeps a list on the fridge."})
    assert RulesScreen(RulesConfig()).judge([own])[0].action == "keep"


def test_invisible_characters_are_mended_and_counted() -> None:
    dirty = f"\u201c{GOOD[:20]}\u200b{GOOD[20:]}\u00a0\u202e\u201d"
    [verdict] = RulesScreen(RulesConfig()).judge([draft(dirty)])
    assert verdict.action == "mend"
    assert verdict.fields == {"quote": GOOD}
    assert verdict.evidence["invisible"] == 2


@given(st.text(max_size=200), st.sampled_from(["\u200b", "\u00a0", "\u202e", "\x07", "  ", '"']))
def test_a_mended_text_is_kept_when_judged_again(text: str, noise: str) -> None:
    """Mending is idempotent: what passed once passes unchanged the second time."""
    screen = RulesScreen(RulesConfig())
    [first] = screen.judge([draft(f"{noise}{GOOD} {text}{noise}")])
    if first.action == "mend":
        assert first.fields is not None
        [second] = screen.judge([draft(first.fields["quote"])])
        assert second.action == "keep"


@given(st.lists(st.text(max_size=60), max_size=6))
def test_the_batch_does_not_change_a_verdict(texts: list[str]) -> None:
    screen = RulesScreen(RulesConfig())
    drafts = [draft(text) for text in [GOOD, *texts]]
    assert screen.judge(drafts) == [screen.judge([item])[0] for item in drafts]
