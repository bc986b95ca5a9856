import pytest

from knowledge.model import Line
from knowledge.redact import MASK, RULES, redact, redact_lines

JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9.eyJpc3MiOiJrdWJlcm5ldGVzLmlvIn0.c2lnbmF0dXJlLXg_yz-0"
B64 = "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB"
SECRETS = [
    (f"token: {JWT}", JWT),
    (f"Authorization: Bearer {JWT}", JWT),
    ("Authorization: Bearer 0123456789abcdef", "0123456789abcdef"),
    ("-H 'Authorization: Basic dXNlcjpwYXNzd29yZA=='", "dXNlcjpwYXNzd29yZA=="),
    (f"    client-key-data: {B64}", B64),
    (f'"client-certificate-data": "{B64}"', B64),
    (f"  tls.key: {B64}", B64),
    ("postgres://app:s3cr3t@db:5432/shop", "s3cr3t"),
    ("https://user:p%40ss@registry.example.com/v2/", "p%40ss"),
    ("app:s3cr3t@tcp(10.0.0.7:3306)/shop", "s3cr3t"),
    ("curl -u admin:s3cr3t https://x", "s3cr3t"),
    ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("key AKIAIOSFODNN7EXAMPLE leaked", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("x AIzaSyA0123456789abcdefghijklmnopqrstuvw y", "AIzaSyA0123456789"),
    ("got ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_0123456789"),
    ("got github_pat_0123456789abcdefghijABCDEFGHIJ0123", "github_pat_0123"),
    ("got glpat-0123456789abcdefABCD", "glpat-0123"),
    ("SLACK xoxb-1234567890-abcdefghij", "xoxb-1234567890"),
    ("SLACK xapp-1-A0123-456789-abcdef", "xapp-1-A0123"),
    ("https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX", "XXXXXXXXXXXX"),
    ("blob?sv=1&sig=abcdefghijklmnop%3D", "abcdefghijklmnop"),
    ("kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef", "0123456789abcdef"),
    ("DB_PASSWORD=hunter2", "hunter2"),
    ("--docker-password=hunter2 --x", "hunter2"),
    ("mysql --password hunter2", "hunter2"),
    ("Server=db;Pwd=hunter2;Port=1", "hunter2"),
    ('{"password": "hunter2", "x": 1}', "hunter2"),
    ('{"auth": "dXNlcjpwYXNz"}', "dXNlcjpwYXNz"),
    ("      DB_PASSWORD:  hunter2", "hunter2"),
    ("  password: 'hunter2'", "hunter2"),
    ("client_secret=abc123&grant=x", "abc123"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----", "MIIE"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nand then prose", "MIIE"),
    (
        (
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,1\n\nMIIE\n"
            "-----END EC PRIVATE KEY-----"
        ),
        "DEK-Info",
    ),
]
LOOK_ALIKES = [
    "containerd://9c20ffab77131d10c6f64d8a4d4b1f2a77e9a5f0c3b62211e1de85340a7cf0b9",
    "image@sha256:9c20ffab77131d10c6f64d8a4d4b1f2a77e9a5f0c3b62211e1de85340a7cf0b9",
    "coredns-6f7c4bd98b-zr5wt_kube-system(7a964c90-8066-46a3-bd58-a52ee22211d3)",
    'secret="shop/regcred" not found',
    'secrets "db" is forbidden: User "system:serviceaccount:shop:cart" cannot get resource',
    "getting credentials: exec: executable aws not found",
    "invalid bearer token, Token has expired",
    "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
    "password=$(DB_PASSWORD)",
    "password authentication failed for user",
    "Get http://10.0.0.1:8080/healthz: dial tcp 10.0.0.1:8080",
    "https://10.96.0.1:443/api/v1/namespaces",
    "token: <none>",
    "--token-auth-file=/etc/kubernetes/tokens.csv".replace("--token-auth-file", "--authn-file"),
    "basic networking is broken",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_masked(text: str, secret: str) -> None:
    masked = redact(text)

    assert secret not in masked
    assert MASK in masked
    assert text.count("\n") == masked.count("\n")
    assert masked == redact(masked)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert text == redact(text)


@pytest.mark.parametrize("width", [50, 64, 80])
def test_a_secret_a_terminal_broke_is_masked_on_every_line(width: int) -> None:
    whole = f"Authorization: Bearer {JWT}{JWT.replace('.', '')}"
    lines = [Line(n, whole[at : at + width]) for n, at in enumerate(range(0, len(whole), width), 1)]

    masked = redact_lines([*lines, Line(99, "plain text follows")])

    rest = "".join(line.text for line in masked[:-1])
    assert "Authorization: Bearer " + MASK * len(lines) == rest
    assert Line(99, "plain text follows") == masked[-1]


def test_the_text_around_a_secret_stays() -> None:
    assert f"a password={MASK}&b=1 c" == redact("a password=x&b=1 c")


def test_every_rule_is_earned_by_a_secret() -> None:
    unused = [
        rule.name for rule in RULES if not any(rule.pattern.search(text) for text, _ in SECRETS)
    ]

    assert unused == []
