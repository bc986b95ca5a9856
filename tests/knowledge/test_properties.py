"""What holds for every text whatsoever."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.cases import cases_path, read_cases
from knowledge.entities import mentions, resolve
from knowledge.fold import fold
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.redact import redact

MADE = frozenset({"user", "cni", "runtime"})  # fields whose value may be put together
ANY = st.text(st.characters(), max_size=400)
PIECES = st.lists(
    st.sampled_from(
        [
            *("\n", " ", "> ", "```", "\x1b[31m", "\r", "\x00", "\ud800", "İ", "<", "&lt;", '\\"'),
            *(
                "eyJhbGciOiJSUzI1NiIsInR5",
                "Bearer ",
                "password=",
                "://a:b@c",
                "token: ",
                "[masked]",
            ),
            *("-----BEGIN RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA", "x" * 70, '"', "--token "),
            *('{"msg":"', '"}', "level=info msg=", "E0917 07:43:58.610277 1 a.go:1] "),
            *("dial tcp 10.96.0.1:443: i/o timeout", 'pods "a" is forbidden: User "u" cannot get '),
            *("no endpoints available for service", "kubectl -n shop ", "網路", "Name: x"),
            *("\u202e", "\u2066", "\u200f", "e\u0301", "\u0301" * 9, "\x1b[", "\x1b]", "\\", "\\n"),
            *(
                "\r\n",
                "\u2028",
                "\x85",
                "\ufeff",
                "\udfff",
                "&",
                "&am",
                "&amp;lt;",
                "<@",
                "<https://",
            ),
            *(
                "kind: Secret\n",
                "data:\n",
                "  a: b\n",
                "stringData:",
                "value: x",
                "- name: PASSWORD",
            ),
            *(
                "kind: Pod\nmetadata:\n",
                "name: a\n",
                "命名空間 shop ",
                "pod/a ",
                "a.b.svc",
                "docker://",
            ),
            *(
                "\n" * 50,
                " " * 200,
                "0123456789abcdef" * 9,
                "x" * 5000,
                "> " * 9,
                "-----END PRIVATE KEY",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@cache
def _library() -> Library:
    return load_library()


@given(ANY | PIECES)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_matched(text: str) -> None:
    paste = read(text)
    count = text.count("\n") + 1

    matching = _library().match(paste)

    numbers = [line.number for line in (*paste.lines, *paste.joined)]
    numbers += [because.line for match in matching.matches for because in match.because]
    assert all(1 <= number <= count for number in numbers)
    assert all(0.0 <= match.confidence <= 1.0 for match in matching.matches)
    assert matching == _library().match(read(text))


@given(ANY | PIECES)
@settings(max_examples=300, deadline=None)
def test_redaction_is_settled_after_one_pass(text: str) -> None:
    masked = redact(text)

    assert masked == redact(masked)
    assert text.count("\n") == masked.count("\n")


@given(ANY | PIECES)
@settings(max_examples=300, deadline=None)
def test_what_is_named_stands_in_the_lines(text: str) -> None:
    lines = read(text).lines
    whole = "\n".join(line.text for line in lines).lower()

    said = mentions(lines)

    assert all(1 <= one.line <= text.count("\n") + 1 for one in said)
    told = {
        value for one in said for key, value in one.fields.items() if key not in {"scope", *MADE}
    }
    assert all(value.lower() in whole for value in told)
    assert resolve(said) == resolve(mentions(lines))


@given(ANY)
def test_folding_keeps_what_it_folded(text: str) -> None:
    assert fold(text) == fold(fold(text))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_noise_around_a_paste_does_not_change_the_best_entry(data: st.DataObject) -> None:
    library = _library()
    pages = sorted(library.files.values())
    cases = read_cases(cases_path(data.draw(st.sampled_from(pages))))
    case = data.draw(
        st.sampled_from([one for one in cases if one.expect and one.answer == "match"])
    )
    before = data.draw(st.lists(st.sampled_from(["", "hello there", "any ideas?"]), max_size=3))

    noisy = library.match(read("\n".join([*before, "", case.paste, "", "thanks"])))

    assert noisy.matches[0].entry == case.expect
