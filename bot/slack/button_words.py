"""What the buttons under an answer and their modals say, in English and Traditional Chinese."""

from checks.text import Text

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
