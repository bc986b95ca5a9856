// The page's own words. What the bot says comes in its messages.

const WORDS = {
  en: {
    cluster: "Sample cluster",
    healthy: "nothing broken",
    custom: "several faults",
    example: "Paste its error",
    viewer: "You are",
    language: "Language",
    theme: "Theme",
    themes: { auto: "system", light: "light", dark: "dark" },
    connected: "bot connected",
    disconnected: "bot not connected",
    channels: "Channels",
    apps: "Apps",
    shortcuts: "Shortcuts",
    home: "Home",
    messages: "Messages",
    thread: "Thread",
    close: "Close",
    reply: "Reply in thread",
    replies: (count) => (count === 1 ? "1 reply" : `${count} replies`),
    edited: "(edited)",
    only: "Only visible to you",
    app: "APP",
    write: (name) => `Message ${name}`,
    send: "Send",
    attach: "Attach text files",
    remove: (name) => `Remove ${name}`,
    keys: "Enter sends, Shift+Enter starts a new line. Mention the bot with @netcheck; / for commands.",
    more: "More actions",
    show: "Show the file",
    choose: "Choose an option",
    search: "Search",
    optional: "(optional)",
    cancel: "Cancel",
    invalid: "This field is needed",
    trouble: "We had some trouble connecting. Try again?",
    lost: "The demo has ended; start it again to go on.",
    empty: "Nothing here yet.",
    homeEmpty: "The bot has published nothing here yet.",
    absent: "The bot is not in this channel. /invite @netcheck brings it in.",
    archived: "This channel is archived.",
    reacted: "Reaction",
  },
  "zh-TW": {
    cluster: "範例叢集",
    healthy: "一切正常",
    custom: "數個故障",
    example: "貼上它的錯誤",
    viewer: "你是",
    language: "語言",
    theme: "外觀",
    themes: { auto: "依系統", light: "淺色", dark: "深色" },
    connected: "機器人已連線",
    disconnected: "機器人未連線",
    channels: "頻道",
    apps: "應用程式",
    shortcuts: "捷徑",
    home: "首頁",
    messages: "訊息",
    thread: "討論串",
    close: "關閉",
    reply: "在討論串中回覆",
    replies: (count) => `${count} 則回覆`,
    edited: "（已編輯）",
    only: "只有你看得到",
    app: "應用程式",
    write: (name) => `傳訊息到 ${name}`,
    send: "傳送",
    attach: "附加文字檔",
    remove: (name) => `移除 ${name}`,
    keys: "Enter 送出，Shift+Enter 換行。用 @netcheck 提及機器人，/ 開頭是指令。",
    more: "更多動作",
    show: "顯示檔案",
    choose: "請選擇",
    search: "搜尋",
    optional: "（選填）",
    cancel: "取消",
    invalid: "此欄位必填",
    trouble: "連線時出了點問題，請再試一次。",
    lost: "示範已結束；重新啟動後才能繼續。",
    empty: "這裡還沒有訊息。",
    homeEmpty: "機器人還沒有在這裡發布內容。",
    absent: "機器人不在此頻道。用 /invite @netcheck 邀請它。",
    archived: "此頻道已封存。",
    reacted: "表情回應",
  },
};

export const LANGUAGES = { en: "English", "zh-TW": "繁體中文" };

let lang = "en";

export function speak(wanted) {
  lang = wanted in WORDS ? wanted : "en";
  document.documentElement.lang = lang;
}

export const spoken = () => lang;
export const say = (name, ...args) => {
  const word = WORDS[lang][name];
  return typeof word === "function" ? word(...args) : word;
};
// A text that the program gives in both languages.
export const told = (text) => text[lang] ?? text.en;
