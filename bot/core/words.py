"""The words every surface uses for standings, verdicts and answers, in both languages."""

from collections.abc import Mapping

from bot.core.answer import Standing
from checks.model import Verdict
from checks.text import Text

STANDINGS: Mapping[Standing, Text] = {
    "confirmed": Text("confirmed", "已證實"),
    "likely": Text("likely", "可能"),
    "could-not-check": Text("could not check", "無法檢查"),
    "not-confirmed": Text("not confirmed", "未證實"),
}

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.FOUND: Text("found", "發現問題"),
    Verdict.CLEAR: Text("clear", "未見異常"),
    Verdict.BLIND: Text("could not look", "看不到"),
    Verdict.NOT_APPLICABLE: Text("not applicable", "不適用"),
    Verdict.BROKEN: Text("check broken (our bug)", "檢查程式故障（我們的問題）"),
}

ANSWERS: Mapping[str, Text] = {
    "match": Text("This looks like", "這看起來是"),
    "perhaps": Text("Perhaps", "或許是"),
    "nothing": Text(
        "Nothing in the knowledge base fits this paste.", "知識庫中沒有符合這段內容的條目。"
    ),
}

CHECKING = Text("checking", "檢查中")
EVIDENCE = Text("Evidence", "證據")
SHOW = Text("See it yourself", "自行確認")
FIX = Text("Fix", "修復")
CONFIRM = Text("Confirm", "確認方法")
OTHERWISE = Text("If that was not it", "如果不是這個原因")
REFERENCES = Text("References", "參考資料")
DANGER = Text("Danger", "危險")
NEEDS = Text("Needs", "需要")
LINE = Text("line {number}", "第 {number} 行")
LEDGER = Text("{requests} requests, {size}, {seconds} s", "{requests} 次請求，{size}，{seconds} 秒")
TROUBLE = Text("The cluster could not be looked at", "無法檢視叢集")
SEEN_FIRST = Text("Incident #{incident}: seen for the first time.", "事件 #{incident}：首次出現。")
SEEN_AGAIN = Text(
    "Incident #{incident}: seen {count} times, first {first}, last {last}.",
    "事件 #{incident}：已出現 {count} 次，首次 {first}，最近 {last}。",
)


def size(count: int) -> str:
    """Return bytes in words, decimal units: `812 kB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"
