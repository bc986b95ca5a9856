"""Texts made of one piece over and over, each chosen to make some rule work in vain."""

from collections.abc import Iterator

_PIECES = (
    *(
        "password=",
        "password='",
        'password="',
        "password: ",
        "token",
        "secret=a,",
        "key-",
        "a.key=",
    ),
    *("PASS", "api_key=[", "--password ", "--token\n", "-p ", "passphrase: a b "),
    *(
        "eyJ",
        "eyJhbGciOi.",
        "eyJ a",
        "AKIA",
        "LS0tLS1CRUdJT",
        "sk-",
        "sk_live_",
        "abcdef.",
        "ghp_0",
    ),
    *(
        "://",
        "://a:",
        "://a:b",
        "://a:b@",
        "https://a:1@b ",
        "|a:b@",
        "a:b@tcp(",
        "@(",
        ":<mailto:a",
    ),
    *(
        "Bearer ",
        "bearer a",
        "Authorization: ",
        "Authorization: Digest ",
        "Cookie: a=",
        "cookie=a=",
    ),
    *("mysql ", "mysql -x ", "docker login -u x ", "sshpass ", "curl -u ", "curl -u a:", "pass:"),
    *("login a password ", "neighbor a password ", "$6$", "aead a 0x", "certificate key ", "sig="),
    *("-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN ", "-----END "),
    *("-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\n", "AAAAAAAAAAAAAAAAAAAAAAAA\n"),
    *("-----END PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\n", "BEGIN", "Private-Lines: 1\n"),
    *(
        "kind: Secret\n",
        "data:\n",
        "kind: Secret\ndata:\n  a: b\n",
        "kind: Secret\n kind: Secret\n",
    ),
    *(
        '{"kind":"Secret","data":{"a":"b"}}',
        '{"kind":"Secret","data":{',
        '"data":{"a":"b"}',
        '"kind":"Secret"',
        "stringData:\n  a: |\n",
    ),
    *("- name: DB_PASSWORD\n  value: ", '"', "'", "\\", '\\"', "`", "[masked]", "\u201d", "\uff1a"),
    *("\n", " ", "\t", "\r", "\r\n", "> ", ">\n", "\x00", "\u202e", "\u0301", "\ud800", "\u3000"),
    *("x", "x" * 79 + "\n", "x" * 79 + " ", "x " * 39 + "x\n", "  x\n", "a-\n", "0123456789abcdef"),
    *("&", "&amp;", "&lt;", "<", ">", "<https://", "<https://a|", "<@", "\x1b[", "\x1b]", "[0m"),
    *("{", '{"msg":"', "[", "level=", 'time="', "```", "~~~", "Normal  a  1s  ", "(x1 over 1s)"),
    *("Name: a\n", "Name: a\nNode: b\nContainers:\n", "kind: Pod\nmetadata:\n", "name: a\n"),
    *("pod ", 'pod "', "pod a/", "a_", "a_b(", "k8s_a_b_", "namespace ", "namespace=", "命名空間 "),
    *(
        "a namespace ",
        "in the ",
        "kubectl ",
        "kubectl get ",
        "kubectl -n ",
        "kubectl exec ",
        "-n a ",
    ),
    *(
        "a.svc",
        "a.b.svc.",
        "lookup ",
        "resolve ",
        "dial tcp ",
        "->",
        "[::",
        "http://a",
        "://a.b:80",
    ),
    *("/apis/a/v1/", "/namespaces/a/", "namespaces/a/services/", "system:serviceaccount:", "--as="),
    *(
        " cannot ",
        'User "a" cannot get ',
        "service account a in ",
        "服務 a",
        "節點 a1",
        "can-i get ",
    ),
    *("assigned a/b to ", "Service a/b ", 'object="a/b" kind=', "plugin type=", "calico", "cni "),
    *(
        "docker://",
        "containerd",
        "runtime is ",
        "flannel.",
        "F0101 00:00:00.0 1 a.go:1] ",
        "a.go:1] ",
    ),
    *("connection refused ", "i/o timeout ", "dial tcp 10.96.0.1:443: i/o timeout\n", "網路", "İ"),
)

ENDS = ("", "x")
"""What stands behind the last piece: what hoped for an end of the line is disappointed."""


def families(size: int) -> Iterator[str]:
    """Yield one text of about this many characters for each piece and end."""
    for piece in _PIECES:
        for end in ENDS:
            yield piece * max(1, size // len(piece)) + end
