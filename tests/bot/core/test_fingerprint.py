import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.fingerprint import fingerprint, stable

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # apimachinery pkg/util/rand
SHA = "3f4c1f0d1d0d4b3bb0f36f3c7e3f2f8c9f7f4e2f1a0b9c8d7e6f5a4b3c2d1e0f"
LONG = "payments-reconciliation-service-with-a-very-long-release-"  # 57 characters

SAME = [
    ("Pod shop/cart-7d9fbc5d8-x2x9z", "Pod shop/cart-66bc5c9577-k8kwj"),
    ("Pod shop/cart-7d9fbc5d8-x2x9z", "Pod shop/cart"),
    ("Pod shop/web-frontend-5d78c9869d-2m4bc", "Pod shop/web-frontend"),
    ("Pod cart-7d9fbc5d8-x2x9z", "Pod cart-7d9fbc5d8-bbbbb"),
    ("Container shop/cart-7d9fbc5d8-x2x9z/istio-proxy", "Container shop/cart/istio-proxy"),
    ("ReplicaSet shop/cart-7d9fbc5d8", "ReplicaSet shop/cart-66bc5c9577"),
    ("Pod kube-flannel/kube-flannel-ds-zq8xn", "Pod kube-flannel/kube-flannel-ds-4t2wl"),
    ("Pod ops/backup-29384756-x7k2p", "Pod ops/backup-29386196-b9dzw"),
    ("Job ops/backup-29384756", "Job ops/backup-29386196"),
    ("Job ops/migrate-x7k2p", "Job ops/migrate-d4wvz"),
    ("Pod shop/db-0", "Pod shop/db-11"),
    ("EndpointSlice shop/cart-x7k2p", "EndpointSlice shop/cart-d4wvz"),
    (f"Pod shop/{LONG}7x2x9z", f"Pod shop/{LONG}7k8kwj"),
    (f"sandbox {SHA}", f"sandbox {SHA[::-1]}"),
    ("container 3f4c1f0d1d0d", "container 9e3b41b2c7aa"),
    (
        "netns cni-1f0c2a55-9c6e-4d4b-8a43-0d5b7f3ad7c1",
        "netns cni-7b0e9f44-2f0d-4a0c-9d52-6a1b2c3d4e5f",
    ),
    ("dial 10.244.1.5:43122->10.96.0.1:443", "dial 10.244.7.9:51880->10.96.0.1:443"),
    ("10.244.1.5:43122", "10.244.1.5:60999"),
    ("[fd00::5]:43122", "[fd00::5]:51880"),
    ("Node a at 2026-11-23T09:30:00.123Z", "Node a at 2026-11-24T10:31:59+08:00"),
    ("lookup at 09:30:00.5", "lookup at 23:59:59"),
    ("Service  shop/cart ", "Service shop/cart"),
    ("cart-7d9fbc5d8-x2x9z of shop", "cart-66bc5c9577-k8kwj of shop"),
]

DIFFERENT = [
    ("Pod shop/cart-7d9fbc5d8-x2x9z", "Pod shop/basket-7d9fbc5d8-x2x9z"),
    ("Pod shop/cart-7d9fbc5d8-x2x9z", "Pod test/cart-7d9fbc5d8-x2x9z"),
    ("Pod shop/cart", "Service shop/cart"),
    ("Pod shop/web-frontend", "Pod shop/web"),
    ("Pod shop/redis-cache", "Pod shop/redis"),
    ("Service shop/web-https", "Service shop/web"),
    ("Service shop/db-0", "Service shop/db-1"),
    ("Service shop/cart-x7k2p", "Service shop/cart-d4wvz"),
    ("Deployment shop/cart-7d9fbc5d8", "Deployment shop/cart"),
    ("Node worker-1", "Node worker-2"),
    ("Node ip-10-0-1-5", "Node ip-10-0-1-6"),
    ("Container shop/cart-7d9fbc5d8-x2x9z/app", "Container shop/cart-7d9fbc5d8-x2x9z/proxy"),
    ("10.96.0.10:53", "10.96.0.10:9153"),
    ("10.0.0.4:30080", "10.0.0.4:30443"),
    ("10.244.1.5:43122", "10.244.1.6:43122"),
    ("dial 10.244.1.5:43122->10.96.0.1:443", "dial 10.244.1.5:43122->10.96.0.10:53"),
    ("account 123456789012", "account 210987654321"),
    ("ServiceAccount shop/deadbeefface", "ServiceAccount shop/facefeedbeef"),
    ("", "Service shop/cart"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_changes_from_sighting_to_sighting_does_not_count(one: str, other: str) -> None:
    assert stable(one) == stable(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_tells_two_subjects_apart_counts(one: str, other: str) -> None:
    assert stable(one) != stable(other)


@given(st.integers(100_000, 2**32 - 1), st.text(ALPHABET, min_size=5, max_size=5))
def test_every_pod_of_a_deployment_is_known_by_it(number: int, suffix: str) -> None:
    """Kubernetes writes the template's hash, a uint32, in decimal and maps its digits."""
    template = "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(number))

    assert stable(f"Pod shop/cart-{template}-{suffix}") == "Pod shop/cart"


def test_a_subject_stays_readable() -> None:
    assert stable("Pod shop/cart-7d9fbc5d8-x2x9z") == "Pod shop/cart"


def test_what_is_stable_stays_as_it_is() -> None:
    for subjects in (*SAME, *DIFFERENT):
        for subject in map(stable, subjects):
            assert subject == stable(subject)


def test_cause_and_cluster_count_too() -> None:
    marks = {
        fingerprint("dns-pods-down", "staging", "Service a/b"),
        fingerprint("dns-pods-down", "production", "Service a/b"),
        fingerprint("dns-service-broken", "staging", "Service a/b"),
        fingerprint("dns-pods-downstaging", "", "Service a/b"),
    }

    assert len(marks) == 4


def test_a_fingerprint_is_the_same_in_every_release() -> None:
    """Changing it would open every incident anew: such a change needs a migration."""
    mark = fingerprint("service-no-endpoints", "staging", "Pod shop/cart-7d9fbc5d8-x2x9z")

    assert mark == "194ec5e2bff2a9e053f0d123687e70f3ecea5e539deb38a6360a95c71b610f1c"
