import pytest

from knowledge.clean import clean

ONE_LINE = [
    ("\x1b[31mError:\x1b[0m no\x00 route", "Error: no route"),
    ("\x1b]0;a title that never ends\nno route", "no route"),
    ("a\u200bb\u00a0c\td", "ab c d"),
    ("\u201cx\u201d \u2018y\u2019 \u2014 z\u2026", "\"x\" 'y' - z..."),
    (
        "see <http://a.example|a.example> and <https://b.example>",
        "see a.example and https://b.example",
    ),
    ("<@U123> look: &lt;none&gt; &amp; &quot;x&quot;", 'look: <none> & "x"'),
    ("10%\r50%\rdone", "done"),
    ("> > Error: quoted twice", "Error: quoted twice"),
    ("```connection refused```", "connection refused"),
    ("EXTERNAL-IP   <pending>", "EXTERNAL-IP <pending>"),
    ("E0917 07:43:58.610277       1 reflector.go:138] failed", "reflector.go:138] failed"),
    (
        "Nov 23 10:00:00 node-1 kubelet[1]: E0504 09:12:16.999936 1198 pod.go:12] failed",
        "node-1 kubelet[1]: pod.go:12] failed",
    ),
    ('time="2026-01-01T00:00:00Z" level=error msg="open \\"/x\\": denied"', 'open "/x": denied'),
    (
        'time="2026-01-01T00:00:00Z" level=error msg="failed" error="dial \\"x\\""',
        'msg="failed" error="dial "x""',
    ),
    ('{"level":"error","msg":"dial failed","error":"i/o timeout"}', "dial failed i/o timeout"),
    ('{"log":"{\\"msg\\":\\"inner\\"}\\n","stream":"stderr"}', "inner"),
    (
        '{"level":50,"err":{"message":"connect ECONNREFUSED 10.96.0.1:443"},"msg":"watch failed"}',
        "watch failed connect ECONNREFUSED 10.96.0.1:443",
    ),
    ('{"error":{"kind":"Status","message":"pods is forbidden"}}', "pods is forbidden"),
    (
        '{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}',
        'Unauthorized Unauthorized "reason":"Unauthorized","code":401',
    ),
    ('{"errors":[{"code":"UNKNOWN","message":"proxyconnect tcp: EOF"}]}', "proxyconnect tcp: EOF"),
    ('{"err":{"code":1},"error":[],"msg":" "}', '{"err":{"code":1},"error":[],"msg":" "}'),
    (
        '"message": "no endpoints for service \\"cart\\"",',
        '"message": "no endpoints for service "cart"",',
    ),
    ("2026-01-01T00:00:00.123456789Z stderr F it broke", "it broke"),
    ("[2026-01-01 10:00:00,123] it broke", "it broke"),
    (
        "  Warning  BackOff  4m (x3 over 9m)  kubelet, node-1  Back-off restarting",
        "Warning BackOff kubelet, node-1 Back-off restarting",
    ),
    ("Readiness probe failed (x12 over 1h)", "Readiness probe failed"),
    ('{"not": "a message"}', '{"not": "a message"}'),
    ("{broken json}", "{broken json}"),
]


@pytest.mark.parametrize(("pasted", "expected"), ONE_LINE)
def test_a_line_is_cleaned_to_its_message(pasted: str, expected: str) -> None:
    lines, _ = clean(pasted)

    assert [expected] == [line.text for line in lines]


def test_numbers_are_those_of_the_paste() -> None:
    lines, _ = clean("first\r\n\r\n```\n> fourth\n```\nsixth")

    assert [(one.number, one.text) for one in lines] == [(1, "first"), (4, "fourth"), (6, "sixth")]


def test_a_lone_surrogate_is_replaced() -> None:
    lines, _ = clean("a\ud800b")

    assert [line.text for line in lines] == ["a?b"]


def test_nothing_legible_gives_no_lines() -> None:
    assert clean(" \n\t\r\n\u200b\x07") == ((), ())
