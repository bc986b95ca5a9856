from bot.core.words import dialed


def test_dials_are_told_after_the_other_figures_and_only_where_some_were_made() -> None:
    assert (dialed(54).en, dialed(54).zh_tw) == (", 54 dials", "，54 次連線測試")
    assert (dialed(0).en, dialed(0).zh_tw) == ("", "")
