"""From a kubeconfig to credentials, and one clear line when it does not work."""

import base64
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bot.cluster import connect as module
from bot.cluster.connect import connect, connect_in_cluster
from bot.cluster.reader import LiveCluster
from bot.core.errors import ClusterUnauthorizedError, ClusterUnknownError
from bot.core.ports import Budget
from checks.kinds import Pod
from checks.model import See
from tests.bot.cluster.fake_api import TOKEN, FakeApi, serving, shop
from tests.cluster.certificates import Authority

URL = "http://127.0.0.1:1"


def kubeconfig(folder: Path, user: dict[str, Any], url: str = URL, **cluster: object) -> Path:
    """Write a kubeconfig with the contexts `prod-eu` and `staging`."""
    path = folder / "config"
    sides = {"cluster": "one", "user": "me"}
    config = {
        "contexts": [{"name": name, "context": sides} for name in ("prod-eu", "staging")],
        "clusters": [{"name": "one", "cluster": {"server": url, **cluster}}],
        "users": [{"name": "me", "user": user}],
    }
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def program(folder: Path, answer: dict[str, Any], *, after: str = "") -> dict[str, Any]:
    """Write a program that signs in, as a kubeconfig names it; each run leaves a dot."""
    version = "client.authentication.k8s.io/v1"
    credential = {"apiVersion": version, "kind": "ExecCredential", "status": answer}
    script = folder / "sign-in.py"
    runs = folder / "runs"
    script.write_text(
        f"open({str(runs)!r}, 'a').write('.')\n{after}\nprint({json.dumps(credential)!r})\n",
        encoding="utf-8",
    )
    return {"exec": {"apiVersion": version, "command": sys.executable, "args": [str(script)]}}


async def looks(path: Path) -> bool:
    """Look through a kubeconfig's context; say whether anything was seen."""
    async with await connect(path, "staging") as wire:
        snapshot = await LiveCluster("staging", wire, Budget()).look([See(Pod)])
    return "pods" in snapshot.objects


async def test_a_token_signs_in(tmp_path: Path) -> None:
    async with serving(FakeApi(shop())) as api:
        assert await looks(kubeconfig(tmp_path, {"token": TOKEN}, api.url))


async def test_a_token_file_is_read_beside_the_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    async with serving(FakeApi(shop())) as api:
        assert await looks(kubeconfig(tmp_path, {"tokenFile": "token"}, api.url))


async def test_a_token_file_that_changes_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_SECONDS", 0)
    token = tmp_path / "token"
    token.write_text("yesterday's", encoding="utf-8")
    async with serving(FakeApi(shop())) as api:
        path = kubeconfig(tmp_path, {"tokenFile": "token"}, api.url)
        async with await connect(path, "staging") as wire:
            token.write_text(TOKEN, encoding="utf-8")
            snapshot = await LiveCluster("staging", wire, Budget()).look([See(Pod)])

            assert "pods" in snapshot.objects


async def test_a_program_signs_in(tmp_path: Path) -> None:
    async with serving(FakeApi(shop())) as api:
        user = program(tmp_path, {"token": TOKEN})
        assert await looks(kubeconfig(tmp_path, user, api.url))

    assert (tmp_path / "runs").read_text() == "."


async def test_a_program_that_fails_is_named_with_its_words(tmp_path: Path) -> None:
    user = program(tmp_path, {}, after="raise SystemExit('please run: aws sso login')")

    with pytest.raises(ClusterUnauthorizedError) as raised:
        await connect(kubeconfig(tmp_path, user), "staging")

    assert f"`{sys.executable}` gave no credentials" in raised.value.reason
    assert "please run: aws sso login" in raised.value.reason


async def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-sso"}}

    with pytest.raises(ClusterUnauthorizedError, match="`no-such-sso` gave no credentials"):
        await connect(kubeconfig(tmp_path, user), "staging")


async def test_the_kubeconfig_stays_as_it_was(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, program(tmp_path, {"token": TOKEN}))
    path.chmod(0o400)
    before = path.read_bytes()

    await (await connect(path, "staging")).close()

    assert path.read_bytes() == before


async def test_keys_in_the_kubeconfig_do_not_stay_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library writes them to temporary files, for that is what TLS can read."""
    authority = Authority(tmp_path)
    pair = authority.issue("me")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    user = {
        "client-certificate-data": encoded(Path(pair.certificate)),
        "client-key-data": encoded(Path(pair.key)),
    }
    ca = {"certificate-authority-data": encoded(Path(authority.path))}
    path = kubeconfig(tmp_path, user, "https://127.0.0.1:1", **ca)

    for _ in range(2):  # the library remembers the files it wrote, which are gone by then
        await (await connect(path, "staging")).close()
        assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "guess"), [("stagin", ": did you mean staging?"), ("zzz", "."), ("", ".")]
)
async def test_a_misspelt_context_names_the_nearest(name: str, guess: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterUnknownError) as raised:
        await connect(kubeconfig(tmp_path, {}), name)

    assert raised.value.reason == (
        f"no context is called {name!r}{guess} There are: prod-eu, staging. "
        "Choose one by `--context NAME`, or a saved one by `--snapshot FILE`"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contexts: [\n  {name: a\n", "config:3: not YAML: "),
        ("a: b: c", "config:1: not YAML: mapping values are not allowed here"),
        ("", "not a kubeconfig: Expected `object`, got `null`"),
        ("- a", "not a kubeconfig: Expected `object`, got `array`"),
        ("contexts: {a: b}", "not a kubeconfig: Expected `array | null`, got `object`"),
        ("contexts: [{name: a}]", "missing required field `context` - at `$.contexts[0]`"),
        ("clusters: [{name: a, cluster: {}}]", "missing required field `server`"),
        ("\0", "config: not YAML: cannot be read"),
    ],
)
async def test_a_file_that_is_no_kubeconfig(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ClusterUnknownError) as raised:
        await connect(path, "staging")

    assert words in raised.value.reason
    assert raised.value.reason.endswith("mend it, or name another by `--kubeconfig FILE`")


async def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnknownError, match=r"nowhere: no such file: .*`--snapshot FILE`"):
        await connect(tmp_path / "nowhere", "staging")


async def test_a_folder_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnknownError, match="is a directory"):
        await connect(tmp_path, "staging")


async def test_several_files_are_joined_and_a_missing_one_is_passed_over(tmp_path: Path) -> None:
    """As KUBECONFIG may name them."""
    path = kubeconfig(tmp_path, {"token": TOKEN})
    several = Path(os.pathsep.join([str(tmp_path / "nowhere"), str(path)]))

    await (await connect(several, "prod-eu")).close()


@pytest.mark.parametrize(
    ("user", "cluster"),
    [
        ({"client-certificate": "nowhere.crt", "client-key": "nowhere.key"}, {}),
        ({}, {"certificate-authority": "nowhere.crt"}),
        ({}, {"certificate-authority-data": "no base64"}),
        ({}, {"certificate-authority-data": "bm8gY2VydGlmaWNhdGU="}),
        ({"auth-provider": {"name": "oidc"}}, {}),
    ],
)
async def test_credentials_that_cannot_be_used(
    user: dict[str, str], cluster: dict[str, str], tmp_path: Path
) -> None:
    path = kubeconfig(tmp_path, user, "https://127.0.0.1:1", **cluster)

    with pytest.raises(ClusterUnknownError) as raised:
        await connect(path, "staging")

    assert raised.value.reason.startswith(f"{path}, context staging: ")
    assert "`--snapshot FILE`" in raised.value.reason


async def test_a_context_without_its_cluster(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, {})
    path.write_text(path.read_text().replace('"name": "one"', '"name": "two"'), encoding="utf-8")

    with pytest.raises(ClusterUnknownError, match=r"context staging: .*one"):
        await connect(path, "staging")


@pytest.mark.parametrize(
    ("change", "words"),
    [(('"name": "me"', '"name": "you"'), "user 'me' is not"), ((', "user": "me"', ""), "no user")],
)
async def test_a_context_without_its_user(
    change: tuple[str, str], words: str, tmp_path: Path
) -> None:
    path = kubeconfig(tmp_path, {"token": TOKEN})
    path.write_text(path.read_text().replace(*change), encoding="utf-8")

    with pytest.raises(ClusterUnknownError, match=f"context staging: .*{words}"):
        await connect(path, "staging")


async def test_there_is_no_account_outside_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)

    with pytest.raises(ClusterUnknownError, match=r"in-cluster: .*`--kubeconfig FILE`"):
        await connect_in_cluster()


def encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
