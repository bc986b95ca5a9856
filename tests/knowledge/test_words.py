from knowledge.fold import fold
from knowledge.words import terms


def test_forms_of_a_word_meet_in_its_stem() -> None:
    assert "resolv" in terms("resolving") & terms("Resolved") & terms("resolver")


def test_simplified_and_traditional_signs_meet() -> None:
    assert fold("网络连接错误") == fold("網絡連接錯誤")
    assert "网络" in terms("pod 網路不通") & terms("pod 网络不通")


def test_neighbouring_words_are_terms() -> None:
    assert "connec refuse" in terms("connection refused")


def test_ids_and_words_of_every_log_are_no_terms() -> None:
    assert not terms("the 7f9c6d4b58 the e3b0c44298fc1c149afb error")


def test_repeats_do_not_count() -> None:
    assert terms("slow lookups") | {"lookup slow"} == terms("slow lookups " * 9)


def test_half_a_sign_beside_chinese_is_folded_too() -> None:
    assert fold("\u7db2\u8def\ud800") == fold("\u7db2\u8def?")
