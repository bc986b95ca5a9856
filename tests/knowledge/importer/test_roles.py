import pytest

from knowledge.importer.roles import heading_role, is_step, label_role, sentence_role


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Solution", "fix"),
        ("How to fix it", "fix"),
        ("Possible causes", "meaning"),
        ("2. Root cause", "meaning"),
        ("Diagnosis", "confirm"),
        ("See also", "otherwise"),
        ("解決方法", "fix"),
        ("可能的原因", "meaning"),
        ("排查步驟：", "confirm"),
        ("解决方案", "fix"),
        ("🛠 Fix 2: restart it", "fix"),
        ("🔍 二、排查思路", "confirm"),
        ("3.1.2 执行风险", "otherwise"),
        ("Problem: DNS is slow", None),
        ("Fix DNS in CoreDNS", None),
        ("DNS 無法解析", None),
        ("", None),
    ],
)
def test_a_heading_that_only_names_a_part_is_no_trouble_of_its_own(
    title: str, role: str | None
) -> None:
    assert heading_role(title) == role


def test_a_heading_may_count_a_step() -> None:
    assert is_step("Step 2: look at the log")
    assert is_step("第一步：檢查 CNI")
    assert not is_step("Steps towards a cure")


def test_a_label_ends_in_a_colon_or_is_all_there_is() -> None:
    assert label_role("解決方法") == ("fix", "")
    assert label_role("Fix: turn it off") == ("fix", "turn it off")
    assert label_role("The fix is in the mail") == (None, "The fix is in the mail")


@pytest.mark.parametrize(
    ("sentence", "only_looks", "role"),
    [
        ("升級核心即可解決", False, "fix"),
        ("可以通過下面的命令檢查是否正常", True, "confirm"),
        ("Check whether it runs, then restart the proxy", False, "fix"),
        ("Check whether you have to restart the proxy", True, "confirm"),
        ("Anything", True, "confirm"),
        ("其他可能的原因", False, "otherwise"),
        ("It is a bridge.", False, None),
    ],
)
def test_the_words_of_a_sentence_tell_what_it_is_about(
    sentence: str,
    only_looks: bool,  # noqa: FBT001
    role: str | None,
) -> None:
    assert sentence_role(sentence, only_looks=only_looks) == role
