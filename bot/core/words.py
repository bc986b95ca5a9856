"""The words every surface uses for standings, verdicts and answers, in both languages."""

from collections.abc import Mapping

from bot.core.answer import Standing
from checks.model import Verdict
from checks.text import Text

STANDINGS: Mapping[Standing, Text] = {
    "confirmed": Text("Confirmed", "已證實"),
    "likely": Text("Likely", "很可能"),
    "could-not-check": Text("Could not check", "無法檢查"),
    "not-confirmed": Text("Not confirmed", "未證實"),
}

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.FOUND: Text("found", "發現問題"),
    Verdict.CLEAR: Text("clear", "正常"),
    Verdict.BLIND: Text("could not look", "無法查看"),
    Verdict.NOT_APPLICABLE: Text("does not apply", "不適用"),
    Verdict.BROKEN: Text("failed on our side", "檢查程式本身出錯"),
}

ANSWERS: Mapping[str, Text] = {
    "match": Text("This looks like", "這看起來是"),
    "perhaps": Text("Perhaps", "或許是"),
    "nothing": Text(
        "Nothing in the knowledge base fits this paste.", "知識庫中沒有符合這段內容的條目。"
    ),
}

ELSEWHERE = Text(
    "It shows {what}, which is no network problem.", "內容顯示的是{what}，不是網路問題。"
)
NEAREST = Text("Nearest entries", "最接近的條目")
COLON = Text(": ", "：")
FIX = Text("Fix", "修復步驟")
CONFIRM = Text("Confirm", "確認方法")
OTHERWISE = Text("If that was not it", "如果不是這個原因")
REFERENCES = Text("References", "參考資料")
DANGER = Text("Danger", "有風險")
ALSO = Text("The same of {count} more", "同樣情形另有 {count} 個")
NEEDS = Text("Needs", "需要")
LINE = Text("line {number}", "第 {number} 行")
LEDGER = Text("{requests} requests, {size}, {seconds} s", "{requests} 次請求，{size}，{seconds} 秒")
DIALS = Text(", {dials} dials", "，{dials} 次連線測試")


def dialed(count: int) -> Text:
    """Return how many dials were made, after a ledger's other figures; nothing for none."""
    return DIALS.fill(dials=count) if count else Text("", "")


def size(count: int) -> str:
    """Return bytes in words, decimal units: `812 kB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"
