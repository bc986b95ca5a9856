"""What the Slack surfaces say in their own words, in English and Traditional Chinese."""

from bot.core.answer import Standing
from bot.core.ports import Watch
from checks.model import Verdict
from checks.text import Lang, Text

STANDING_MARKS: dict[Standing, str] = {
    "confirmed": "🔴",
    "likely": "🟠",
    "could-not-check": "⚪",
    "not-confirmed": "▫️",
}
VERDICT_MARKS: dict[Verdict, str] = {
    Verdict.FOUND: "🔴",
    Verdict.BLIND: "⚪",
    Verdict.BROKEN: "🛠️",
    Verdict.CLEAR: "🟢",
    Verdict.NOT_APPLICABLE: "▫️",
}

LOOKS_LIKE = Text("This looks like: {title} ({sure})", "這看起來是：{title}（{sure}）")
COLON = Text(": ", "：")
SURE = Text("sure", "確定")
PERHAPS = Text("perhaps", "可能")
LINE = Text("Because of line {number}:", "依據第 {number} 行：")
LINE_SURE = Text("Because of line {number} ({sure}):", "依據第 {number} 行（{sure}）：")
CHECKING = Text("checking", "檢查中")
SHOW_IT = Text("See it yourself", "自行查看")
NEEDS = Text("This permission would let me tell", "有下列權限才能判斷")
OTHERS = Text("Looked at and not confirmed", "檢查過但未證實")
STEPS_LEFT = Text(
    "(+{count} more: `netcheck kb show {entry}`)", "（另有 {count} 步：`netcheck kb show {entry}`）"
)
QUOTES_LEFT = Text("(+{count} more)", "（另有 {count} 筆）")
MORE_PARTS = Text("… ({count} more)", "…（另有 {count} 項）")
ASKED_BY = Text("asked by", "提問者")

UNKNOWN = Text(
    "I do not know this error, so I checked nothing.",
    "我不認得這個錯誤，因此沒有進行檢查。",
)
UNKNOWN_NEXT = Text(
    "Send the lines around it, for example the end of `kubectl describe pod NAME`, "
    "or look at everything with `/netcheck all -n NAMESPACE`.",
    "請貼上前後幾行，例如 `kubectl describe pod NAME` 的最後幾行，"
    "或用 `/netcheck all -n NAMESPACE` 全部檢查一次。",
)
NO_CAUSE = Text(
    "This looks familiar, but no check can prove a cause.",
    "這個錯誤看起來眼熟，但沒有檢查可以證實原因。",
)
CAUSES_FOUND = Text("Causes found: {count}", "找到的原因：{count} 個")
NOTHING_FOUND = Text("Nothing found", "沒有發現問題")
NOT_ALL_SEEN = Text("Nothing found, but I could not see everything", "沒有發現問題，但無法看到全部")
NONE_APPLIES = Text("No check applies here", "這裡沒有適用的檢查")
LOOKING = Text("Looking", "查看中")
NO_ANSWER = Text("There is nothing to say about this.", "沒有可以回報的內容。")

SEEN_ONCE = Text("First time seen · incident #{incident}", "首次出現 · 事件 #{incident}")
SEEN_AGAIN = Text(
    "Seen {count} times, first {first} · incident #{incident}",
    "已出現 {count} 次，首次 {first} · 事件 #{incident}",
)
LEDGER = Text("{requests} requests, {seconds} s", "{requests} 次請求，{seconds} 秒")
CLUSTER = Text("cluster {name}", "叢集 {name}")

BROKEN = Text(
    "Something broke on our side. The log has it under `{event}`; asking again may help.",
    "系統發生錯誤，紀錄中的編號為 `{event}`；可以再試一次。",
)
HOW_TO = Text(
    "Mention me with the error you see, and I name it and check the cluster:\n"
    "```\n@netcheck\nWarning  FailedCreatePodSandBox  … no IP addresses available in range\n```\n"
    "A first line `-n NAMESPACE in CLUSTER` narrows it. Without an error: `/netcheck help`.",
    "提及我並貼上錯誤訊息，我會說出原因並到叢集檢查。"
    "第一行可寫 `-n NAMESPACE in CLUSTER` 指定範圍；沒有錯誤訊息時請用 `/netcheck help`。",
)
NOT_INVITED = Text(
    "I am not in this channel, so I cannot answer here: say `/invite @netcheck` and ask again.",
    "我不在這個頻道，無法回覆：請輸入 `/invite @netcheck` 後再問一次。",
)
REFUSED = Text(
    "Slack did not take my answer (`{error}`), so it is not in the channel.",
    "Slack 拒絕了我的回覆（`{error}`），因此頻道中沒有答案。",
)
LINKED = Text(
    "This channel now asks about cluster `{cluster}`{namespace}.",
    "此頻道現在查詢叢集 `{cluster}`{namespace}。",
)
LINKED_NAMESPACE = Text(", namespace `{name}` unless another is named", "，預設命名空間為 `{name}`")

SHORTCUT = Text("Check this error", "檢查這個錯誤")
UNREADABLE_ABOVE = Text(
    "I cannot read the message above: the app lacks the scope `{scope}`. Use the shortcut "
    "*{shortcut}* of that message (its menu ⋮), or mention me with the error.",
    "我讀不到上面的訊息：應用程式缺少 `{scope}` 權限。請使用該訊息選單（⋮）中的捷徑"
    "「{shortcut}」，或提及我並貼上錯誤訊息。",
)
NOTHING_ABOVE = Text(
    "I find no text above this message. Mention me with the error you see.",
    "這則訊息上方沒有文字。請提及我並貼上錯誤訊息。",
)
NOTHING_THERE = Text("There is no text in this message.", "這則訊息沒有文字。")
SLACK_SILENT = Text(
    "Slack did not give me the message ({error}). Ask again in a minute.",
    "Slack 沒有把訊息給我（{error}）。請稍後再試一次。",
)

FORM_TITLE = Text("Check an error", "檢查錯誤")
FORM_SUBMIT = Text("Check", "檢查")
FORM_ERROR = Text("The error you see", "錯誤訊息")
FORM_LIMIT = Text(
    "At most 3,000 characters are taken here; mention me in a channel with more.",
    "這裡最多 3,000 字元；更長的內容請在頻道中提及我。",
)
FORM_CLUSTER = Text("Cluster", "叢集")
FORM_LINKED = Text(
    "Without one, the cluster the channel is linked to.", "未選時使用頻道連結的叢集。"
)
FORM_IN = Text("Namespace", "命名空間")
FORM_CHANNEL = Text("Answer in", "回覆到")
FORM_EMPTY = Text("Paste the error you see.", "請貼上錯誤訊息。")
FORM_NAMESPACE = Text(
    "A namespace has small letters, digits and dashes.", "命名空間只能有小寫字母、數字與連字號。"
)
FORM_WHICH = Text(
    "The channel is linked to no cluster: choose one.", "頻道尚未連結叢集：請選一個。"
)
FORM_SHUT = Text(
    "Slack did not open the form ({error}): try again, or `/netcheck ask TEXT`.",
    "Slack 沒有開啟表單（{error}）：請再試一次，或用 `/netcheck ask TEXT`。",
)

FILE_CUT = Text(
    "`{name}` is long: I read its beginning, up to 1 MB.", "`{name}` 太長：只讀了開頭，至多 1 MB。"
)
FILE_SCOPE = Text(
    "I could not read `{name}`: the app lacks the scope `files:read`. Paste the lines instead.",
    "我讀不到 `{name}`：應用程式缺少 `files:read` 權限。請直接貼上內容。",
)
FILE_BINARY = Text(
    "`{name}` is not text, so I did not read it: paste the error as text.",
    "`{name}` 不是文字檔，因此沒有讀取：請以文字貼上錯誤訊息。",
)
FILE_FOREIGN = Text(
    "`{name}` is not kept by Slack, so I did not fetch it.",
    "`{name}` 不在 Slack 上，因此沒有讀取。",
)
FILE_SILENT = Text(
    "Slack did not give me `{name}` ({error}).", "Slack 沒有把 `{name}` 給我（{error}）。"
)

WATCHED: dict[Watch, Text] = {
    "": Text(
        "This channel is not watched: I answer when I am asked.",
        "未監看此頻道：有人詢問時才回覆。",
    ),
    "people": Text(
        "I watch this channel: an error I am sure of is answered in its thread. Needs the app's "
        "`message.channels` or `message.groups` event, and me in the channel.",
        "正在監看此頻道：確定的錯誤會在討論串中回覆。應用程式需訂閱 `message.channels` "
        "或 `message.groups` 事件，且我在頻道內。",
    ),
    "all": Text(
        "I watch this channel, what bots post too: an error I am sure of is answered in its "
        "thread. Needs the app's `message.channels` or `message.groups` event, and me in the "
        "channel.",
        "正在監看此頻道，包括機器人的訊息：確定的錯誤會在討論串中回覆。應用程式需訂閱 "
        "`message.channels` 或 `message.groups` 事件，且我在頻道內。",
    ),
}


def say(text: Text, lang: Lang | None) -> str:
    """Return a sentence in a language, or in both where none is known."""
    return both(text) if lang is None else text.to(lang)


def label(text: Text, lang: Lang | None) -> str:
    """Return a few words in a language, or in both on one line; once where both are the same."""
    if lang is None and text.en != text.zh_tw:
        return f"{text.en} / {text.zh_tw}"
    return text.to(lang or "en")


def both(text: Text) -> str:
    """Return a sentence in both languages, for when there is no paste to tell which."""
    return f"{text.en}\n{text.zh_tw}"
