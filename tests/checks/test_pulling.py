"""What a container runtime says of a failed pull."""

import pytest

from checks.pulling import host, reason


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "untold"),
        ('Back-off pulling image "nginx:1"', "untold"),
        ('Back-off pulling image "nginx:1": ErrImagePull: dial tcp: i/o timeout', "network"),
        ("Get https://registry-1.docker.io/v2/: EOF", "network"),
        ('failed to do request: Head "https://r.example/v2/x": EOF', "network"),
        ('httpReadSeeker: failed open: Get "https://r.example/x": unexpected EOF', "network"),
        ("image pull failed for r.example/x because the registry is unavailable.", "network"),
        ('Get "https://r.example/v2/": http: server gave HTTP response to HTTPS client', "network"),
        ('Get "https://r.example/v2/": x509: certificate has expired', "certificate"),
        ('Head "https://r.example/v2/x": proxyconnect tcp: dial tcp: no such host', "proxy"),
        ("failed to extract layer: no space left on device", "other"),
        ("context deadline exceeded", "other"),
        ("toomanyrequests: You have reached your pull rate limit", "other"),
        ('unexpected status from HEAD request to "https://r.example/v2/x": 503', "other"),
        ('image "r.example/i/o timeout"', "other"),
        ("dial unix /run/containerd/containerd.sock: connect: connection refused", "other"),
    ],
)
def test_the_reason_is_read_from_what_is_not_quoted(message: str, why: str) -> None:
    assert reason(message)[0] == why


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ('Head "https://r.example:5000/v2/x": dial tcp', "r.example"),
        ("dial tcp: lookup r.example on 10.0.0.2:53: no such host", "r.example"),
        ("dial tcp 192.0.2.1:443: i/o timeout", ""),
    ],
)
def test_the_host_that_was_asked_is_named(message: str, asked: str) -> None:
    assert host(message) == asked
