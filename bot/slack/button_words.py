"""What the buttons under an answer and their modals say, in English and Traditional Chinese."""

from checks.text import Text
from knowledge.teaching import What

AGAIN = Text("Check again", "重新檢查")
EVIDENCE = Text("Evidence", "證據")
OWN = Text("I'm on it", "我來處理")
RESOLVE = Text("Resolve", "標示為已解決")
REJECT = Text("Not this cause", "不是這個原因")
TEACH = Text("Teach", "教我")
HELPFUL = Text("👍 Helpful", "👍 有幫助")
UNHELPFUL = Text("👎 Not helpful", "👎 沒有幫助")

WHOLE = Text(
    "What is cut off or left out here stands whole under *{evidence}*.",
    "這裡省略的內容，完整列於「{evidence}」。",
)
OWNED = Text("🙋 {who} is on it, since {when}", "🙋 {who} 正在處理，自 {when} 起")
MENDED = Text("✅ *Resolved* by {who} on {when}: {how}", "✅ *已解決*：{who} 於 {when}：{how}")
LAST_MENDED = Text(
    "🩹 Last mended by {who} on {when}: {how}", "🩹 上次由 {who} 於 {when} 修復：{how}"
)
SAYS_OTHER = Text(
    "↪️ {who} says it is not this cause but *{title}*", "↪️ {who} 認為不是這個原因，而是*{title}*"
)
SAYS_NONE = Text(
    "↪️ {who} says it is not this cause, nor another one I know",
    "↪️ {who} 認為不是這個原因，也不是其他已知原因",
)
TAUGHT = Text(
    "🎓 {who} taught me *{title}* from this paste; *{again}* uses it",
    "🎓 {who} 用這段內容教了我*{title}*；按「{again}」即可採用",
)
TAUGHT_HERE = Text("🎓 *{title}* was taught here by {who}", "🎓 *{title}* 由 {who} 在此教入")

OLD_BUTTON = Text(
    "This button was made by another version of netcheck than I am: paste the error again.",
    "這個按鈕由另一個版本的 netcheck 建立：請再貼一次錯誤訊息。",
)
RUNNING = Text("This is being checked already.", "已經在檢查了。")
THANKS = Text(
    "Noted: *{said}*. Press the other one to change it.", "已記下：*{said}*。按另一個即可更改。"
)
FAILED = Text(
    "That did not work, and it was our fault. The log has it under `{event}`.",
    "操作失敗，是系統的問題；紀錄中的編號為 `{event}`。",
)
NO_MODAL = Text(
    "Slack did not open the window ({error}): press the button again.",
    "Slack 沒有開啟視窗（{error}）：請再按一次按鈕。",
)

NOT_TAKEN = Text("Not possible", "無法進行")
LOADING = Text("One moment …", "請稍候…")
CLOSE = Text("Close", "關閉")
CANCEL = Text("Cancel", "取消")
PAGE = Text("Page {number} of {count}", "第 {number} 頁，共 {count} 頁")
BACK = Text("Previous", "上一頁")
NEXT = Text("Next", "下一頁")
READ_FROM = Text("Lines of the paste that led here", "判斷所依據的行")
SEEN_BY = Text("What the checks saw", "檢查結果")
NOTHING_SEEN = Text(
    "Nothing was checked, so there is nothing to show.", "沒有進行檢查，因此沒有證據可以顯示。"
)

RESOLVE_TITLE = Text("Resolve", "標示為已解決")
RESOLVE_HOW = Text("What mended it?", "如何修復的？")
RESOLVE_HINT = Text(
    "Shown in the reply, and when the trouble comes back.",
    "會顯示在回覆中，問題再次出現時也會提示。",
)
RESOLVE_EMPTY = Text("Say in a few words what mended it.", "請簡短說明如何修復。")

REJECT_TITLE = Text("Not this cause", "不是這個原因")
REJECT_SEND = Text("Send", "送出")
REJECT_RATHER = Text("What is it instead?", "那是什麼原因？")
REJECT_NONE = Text("None of those I know", "都不是")
REJECT_OTHER = Text("Or another entry, by its words", "或以文字搜尋其他條目")
REJECT_HINT = Text("A choice here goes before the one above.", "這裡的選擇優先於上面的選擇。")
REJECT_EMPTY = Text("Choose what it is instead, or none.", "請選擇真正的原因，或選「都不是」。")

TEACH_TITLE = Text("Teach", "教我")
TEACH_FROM = Text("*Line {number} of the paste*, masked:", "*內容的第 {number} 行*（已遮蔽機密）：")
TEACH_HOLES = Text("Holes in it: {holes}", "其中的變動部分：{holes}")
TEACH_LINE = Text("Another line", "改用另一行")
TEACH_NAME = Text("What is it?", "這是什麼問題？")
TEACH_NAME_HINT = Text("A title people will recognise.", "一看就懂的標題。")
TEACH_SIGNATURE = Text("Known again by", "辨認方式")
TEACH_SIGNATURE_HINT = Text(
    "The line, with what varies in <angle brackets>: <ip> <port> <name> <num> <path> <word> "
    "<text>, or <service:name> to name what it is. The longer, the surer.",
    "該行文字，變動部分以角括號表示：<ip> <port> <name> <num> <path> <word> <text>，"
    "或以 <service:name> 標明意義。越長越準確。",
)
TEACH_FIX = Text("What mends it?", "如何修復？")
TEACH_FIX_HINT = Text(
    "One step a line beginning with `-` or a number; commands on lines of their own.",
    "每個步驟以 `-` 或數字開頭；指令自成一行。",
)
TEACH_DANGER = Text("What can that break?", "這樣做可能造成什麼影響？")
TEACH_DANGER_HINT = Text(
    "Empty where it is harmless. Shown before the command.", "沒有影響時留空。會顯示在指令之前。"
)
TEACH_SEND = Text("Teach", "教入")

MISTAKES: dict[What, Text] = {
    "title-empty": Text("Give it a title.", "請輸入標題。"),
    "signature-empty": Text("Say how it is known again.", "請輸入辨認方式。"),
    "signature-hole": Text("{detail}", "{detail}"),
    "signature-broad": Text(
        "Too broad: only {detail} characters of it stay the same, or one word. Take more of the "
        "line.",
        "太籠統：固定的部分只有 {detail} 個字元，或只有一個詞。請保留更多文字。",
    ),
    "signature-misses": Text(
        "It does not meet the line above: change only what varies.",
        "與上面那一行不符：請只改動會變化的部分。",
    ),
    "signature-takes": Text(
        "It also meets a paste of the entry {detail}: take more of the line, or another line.",
        "也會符合條目 {detail} 的內容：請保留更多文字，或改用另一行。",
    ),
    "signature-answered": Text(
        "The entry {detail} goes before it for this line: take another line.",
        "這一行已由條目 {detail} 回覆：請改用另一行。",
    ),
    "fix-empty": Text("Say what mends it.", "請說明如何修復。"),
    "danger-unmarked": Text(
        "{detail}. Say here what it breaks.", "{detail}。請在此說明會造成什麼影響。"
    ),
    "page": Text("{detail}", "{detail}"),
}
