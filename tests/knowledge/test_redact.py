import pytest

from knowledge.match import read
from knowledge.model import Line
from knowledge.redact import MASK, redact, redact_lines
from knowledge.secret_names import FORMS, NAME, WORDS, named
from knowledge.secret_rules import RULES
from tests.knowledge.secrets import MANGLES, Sample, bare, leaks, look_alikes, sample, samples

SAMPLES = samples()
BREAKING = ("terminal", "folded")
SHORT = 6  # letters; a shorter piece of a secret may stand elsewhere in its sample by chance


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.form)
def test_a_secret_is_masked_and_all_around_it_stays(one: Sample) -> None:
    assert one.masked == redact(one.text)


@pytest.mark.parametrize("mangle", MANGLES)
@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.form)
def test_a_mangled_secret_is_masked_on_every_line(one: Sample, mangle: str) -> None:
    text = MANGLES[mangle](one.text)

    masked = redact(text)

    assert not leaks(one, masked), masked
    assert text.count("\n") == masked.count("\n")
    assert masked == redact(masked)
    if not mangle.startswith(BREAKING):
        assert one.rest == bare(masked)


@pytest.mark.parametrize("mangle", MANGLES)
def test_what_is_read_holds_no_secret(mangle: str) -> None:
    told = []
    for one in SAMPLES:
        paste = read(MANGLES[mangle](one.text))
        text = "\n".join(line.text for line in (*paste.lines, *paste.joined))
        pieces = [piece for secret in one.secrets for piece in secret.split()]
        told += [(one.form, piece) for piece in pieces if len(piece) >= SHORT and piece in text]

    assert told == []


@pytest.mark.parametrize("text", look_alikes())
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert text == redact(text)


@pytest.mark.parametrize("text", look_alikes())
@pytest.mark.parametrize("mangle", ["quoted", "indented", "Windows"])
def test_a_mangled_look_alike_stays(text: str, mangle: str) -> None:
    mangled = MANGLES[mangle](text)

    assert mangled == redact(mangled)


SLACK = [
    "pull <https://app:⟦s3cr3t⟧@registry.example.com/v2/> failed",
    "pull <https://app:⟦s3cr3t⟧@registry.example.com|app:⟦s3cr3t⟧@registry.example.com> failed",
    "https://app:<mailto:⟦s3cr3t⟧@registry.example.com|⟦s3cr3t⟧@registry.example.com>/v2/",
    "see &lt;https://app:⟦s3cr3t⟧@registry.example.com/v2/&gt;",
    "password=⟦s3cr3t⟧ &amp;&amp; env",
]


@pytest.mark.parametrize("marked", SLACK)
def test_a_secret_in_slacks_markup_is_masked(marked: str) -> None:
    one = sample("Slack", marked)

    assert one.masked == redact(one.text)
    assert "s3cr3t" not in read(one.text).text


@pytest.mark.parametrize("width", [50, 64, 80])
def test_a_token_a_terminal_broke_is_masked_on_every_line(width: int) -> None:
    whole = f"Authorization: Bearer eyJ{'hbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9' * 9}"
    lines = [Line(n, whole[at : at + width]) for n, at in enumerate(range(0, len(whole), width), 1)]

    masked = redact_lines([*lines, Line(99, "plain text follows")])

    rest = "".join(line.text for line in masked[:-1])
    assert "Authorization: Bearer " + MASK * len(lines) == rest
    assert Line(99, "plain text follows") == masked[-1]


def test_a_name_a_terminal_broke_is_still_a_name() -> None:
    whole = f"{'x' * 67} DB_PASSWORD=hunter2 MODE=fast"

    assert f"{whole[:80]}\n{MASK} MODE=fast" == redact(f"{whole[:80]}\n{whole[80:]}")


def test_a_long_line_that_ends_with_a_secret_leaves_the_next_one_alone() -> None:
    first = f"kubectl create secret generic db {'x' * 40} --from-literal=pin="

    assert f"{first}{MASK}\nname: db" == redact(f"{first}1234\nname: db")


def test_what_unescaping_brings_to_light_is_masked() -> None:
    paste = read('{"msg": "connecting with \\u0070assword=hunter2", "level": "info"}')

    assert f"connecting with password={MASK}" == paste.text


@pytest.mark.parametrize("dashes", [4, 5])
def test_keys_that_touch_are_masked_one_as_the_other(dashes: int) -> None:
    masked = redact(f"{'-' * dashes}BEGIN PRIVATE KEY{'-' * dashes}" * 6)

    assert "PRIVATE" not in masked
    assert masked == redact(masked)


def test_a_mask_in_quotes_is_not_masked_with_what_follows() -> None:
    masked = redact(f"sshpass -p 'hunter2\n) {'x' * 70}\nmysql -uroot -p'hunter2\n{'y' * 60}")

    assert masked == redact(masked)
    assert f"sshpass -p '{MASK} rest" == redact(f"sshpass -p '{MASK} rest")


def test_a_command_with_many_passwords_is_masked_at_once() -> None:
    masked = redact("redis-cli" + " -a hunter2" * 20)

    assert masked == redact(masked) == "redis-cli" + f" -a {MASK}" * 20


def test_every_rule_is_earned_by_a_sample() -> None:
    unused = {rule.name for rule in RULES}
    for one in SAMPLES:
        unused -= {rule.name for rule in RULES if rule.pattern.search(one.text)}

    assert unused <= {"label of a link", "password Slack took for an address"}


def test_every_form_of_a_name_is_earned_by_a_sample() -> None:
    used = set()
    for one in SAMPLES:
        places = sorted(
            at for at in range(len(one.text)) if one.text[at:].lower().startswith(WORDS)
        )
        used |= {found.re.pattern for found in named(one.text, places)}

    assert [form.name for form in FORMS if form.pattern.pattern not in used] == []


@pytest.mark.parametrize("word", WORDS)
def test_each_word_of_a_name_leads_to_a_name(word: str) -> None:
    text = "master api_require".removesuffix("require") + word if word == "key" else word

    assert NAME.match(text, text.index(word))
