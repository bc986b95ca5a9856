"""Words to compare loose wording by: stems, pairs of words, pairs of Chinese signs."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[a-z][a-z0-9_']*(?:[-.][a-z0-9_]+){0,2}|[\u3400-\u4dbf\u4e00-\u9fff]+")
_STEM = 6  # characters; joins resolve, resolving and resolution
_LONGEST = 24  # a longer token is an id, not a word
_DIGITS = 3  # a token with more digits is an id, too
_STOP = frozenset(
    # English that says nothing, and what every log and every kubectl line holds.
    re.findall(
        r"\S+",
        "a an and are as at be been but by can could did do does don't for from get gets got had "
        "has have how i if in into is it it's its just like me my no not now of on or our out so "
        "some such than that the their them then there these they this those to too up us was we "
        "were what when where which while who why will with would you your am pm utc info error "
        "warning warn fatal debug normal level msg time log go code desc rpc err true false null "
        "none kubectl kubernetes k8s com io default name namespace kube-system http https www",
    )
)

_SIMPLIFIED = (
    "网络连务问访无报错误节点时间过来没为从对应开关启动设备实现这个们会说读写请响认证书权绑数据"
    "库显调试检确环变单级别类运异态状镜仓链获项记录统进协议负载压缩机丢断线还后发经给让该么样总"
    "两边当处换监听规则拦墙转构删脚杀满尽远标签选择东传输径余内盘专业术约组织终结续绪维缓编码"
)
_TRADITIONAL = (
    "網絡連務問訪無報錯誤節點時間過來沒為從對應開關啟動設備實現這個們會說讀寫請響認證書權綁數據"
    "庫顯調試檢確環變單級別類運異態狀鏡倉鏈獲項記錄統進協議負載壓縮機丟斷線還後發經給讓該麼樣總"
    "兩邊當處換監聽規則攔牆轉構刪腳殺滿盡遠標籤選擇東傳輸徑餘內盤專業術約組織終結續緒維緩編碼"
)
_FOLD = str.maketrans(_SIMPLIFIED, _TRADITIONAL)


def fold(text: str) -> str:
    """Return the text in lower case, common simplified signs as traditional ones.

    The table holds only signs of this field; it is the one place to widen.
    """
    return text.lower().translate(_FOLD)


def terms(text: str) -> frozenset[str]:
    """Return what the text is compared by; how often a term occurs does not count."""
    return frozenset(_terms(fold(text)))


def _terms(text: str) -> Iterator[str]:
    before = ""
    for token in _TOKEN.findall(text):
        if token[0] >= "\u3400":
            yield from _pairs(token)
            before = ""
        elif _is_word(token):
            stem = token[:_STEM]
            yield stem
            if len(token) > _STEM:
                yield token
            if before:
                yield f"{before} {stem}"
            before = stem


def _pairs(signs: str) -> Iterator[str]:
    if len(signs) == 1:
        yield signs
    for at in range(len(signs) - 1):
        yield signs[at : at + 2]


def _is_word(token: str) -> bool:
    return (
        1 < len(token) <= _LONGEST
        and token not in _STOP
        and sum(map(str.isdigit, token)) <= _DIGITS
    )
