"""What drafts say in the handbook's own language where the handbook says nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from knowledge.model import Lang

_CHINESE_DANGERS = {
    "flushes or replaces packet filter rules": "會清空或取代封包過濾規則",
    "changes a default policy": "會改變預設政策",
    "replaces packet filter rules": "會取代封包過濾規則",
    "drops tracked connections": "會丟棄追蹤中的連線",
    "deletes files": "會刪除檔案",
    "switches off SELinux or AppArmor": "會關閉 SELinux 或 AppArmor",
    "opens files to everybody": "會把檔案開放給所有人",
    "switches off a firewall": "會關閉防火牆",
    "restarts or stops a service others stand on": "會重啟或停止其他程式所依賴的服務",
    "restarts or stops a machine": "會重啟或關閉機器",
    "kills processes": "會終止行程",
    "deletes objects": "會刪除物件",
    "empties a node": "會清空節點",
    "stops every replica": "會停止所有副本",
    "gives every right": "會給予所有權限",
    "resets a node": "會重設節點",
    "takes a network interface or route away": "會移除網路介面或路由",
    "changes a running kernel": "會改變執行中的核心設定",
    "deletes containers or images": "會刪除容器或映像檔",
    "rewrites the cluster's database": "會改寫叢集的資料庫",
    "writes over a disk": "會覆寫磁碟",
}


class Wording(msgspec.Struct, frozen=True):
    """The sentences of one language."""

    unsaid: Mapping[str, str]
    dangers: Mapping[str, str]
    join: str
    end: str

    def caution(self, dangers: Sequence[str]) -> str:
        """Return the text of a caution: what the commands can break; nothing for none."""
        said = [self.dangers.get(one, one) for one in dangers]
        if not said:
            return ""
        text = self.join.join(said)
        return f"{text[0].upper()}{text[1:]}{self.end}"


WORDINGS: Mapping[Lang, Wording] = {
    "en": Wording(
        unsaid={
            "meaning": "The handbook does not say what it means.",
            "confirm": "The handbook names no way to confirm it.",
            "fix": "The handbook names no fix.",
            "otherwise": "The handbook says nothing further.",
        },
        dangers={},
        join=", ",
        end=". Marked by the import: say what it breaks here.",
    ),
    "zh-TW": Wording(
        unsaid={
            "meaning": "手冊沒有說明意義。",
            "confirm": "手冊沒有提到確認方法。",
            "fix": "手冊沒有提到修復方法。",
            "otherwise": "手冊沒有其他說明。",
        },
        dangers=_CHINESE_DANGERS,
        join="，",
        end="。匯入時自動標示，請補上實際影響。",
    ),
}
