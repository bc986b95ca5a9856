"""Words that tell trouble: in what programs print, and in what people write."""

import re

_ERROR = re.compile(
    r"\b(?:errors?|err|errno|fail(?:ed|s|ure|ures|ing)?|fatal|panic|denied|refused|time[ds]? ?out|"
    r"timeout|unreachable|forbidden|unauthorized|cannot|can[' ]?t|could ?n[o']t|couldn't|unable|"
    r"not (?:found|ready|allowed|running|permitted|available|supported|resolved?|initialized|"
    r"exist|trusted|valid|reachable|match|known|set|implemented|healthy|enough|open|connected)|"
    r"no (?:such|route|endpoints?|available|space|addresses|matches|servers|healthy|network|nodes?|"
    r"answer|valid|resources|chain|upstream)|does(?:n't| not)|did(?:n't| not)|isn't|wasn't|"
    r"invalid|unknown|unexpected|missing|exceeded|exhausted|killed|evicted|dropp(?:ed|ing)|"
    r"reset by peer|broken pipe|x509|nxdomain|servfail|eof|back-?off|unhealthy|conflicts?|"
    r"already (?:in use|exists?|allocated|has|taken|bound)|rejected|expired|aborted|crashed|"
    r"insufficient|violation|oomkilled|unavailable|mismatch|corrupt(?:ed)?|deadlock|stale|lost|"
    r"loop detected|bad (?:gateway|address|request|certificate)|too (?:many|large|long)|"
    r"table full|permission|not a directory|is not|are not|martian|overlaps?|100% packet loss)\b"
    r"|(?:CrashLoop|ImagePull)BackOff|ErrImage\w+|\w(?:Error|Exception|Failed|Failure)\b|"
    r"\bFailed[A-Z]\w+|\bNotReady\b|\bNetworkUnavailable\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:no|0|without) (?:errors?|failures?)\b|\b(?:errors?|failed|dropped)[:= ]+0\b|"
    r"if you don't see a command prompt|\b(?:errors?|fail(?:ed)?)[=:]false\b",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"<[a-z]{1,20}>")  # <unknown> in a column is no error
_HAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_ENGLISH = re.compile(
    r"\b(?:errors?|fail(?:ed|s|ure|ures|ing)?|cannot|can[’']?t|unable|not|isn't|doesn't|won't|no|"
    r"timeouts?|time(?:s|d)? out|refused|denied|forbidden|unreachable|crash(?:ed|es|ing)?|stuck|"
    r"down|slow|missing|lost|lose|wrong|issues?|problems?|troubles?|unhealthy|exceed(?:ed|s)?|broken|"
    r"unavailable|unresponsive|hangs?|hanging|drop(?:s|ped|ping)?|leak(?:s|ing)?|conflicts?|"
    r"mismatch(?:ed)?|expired|intermittent(?:ly)?|flap(?:s|ping)?|latency|pending|rejected|evicted|"
    r"invalid|unexpected|exhaust(?:ed|ion)|overload(?:ed)?|without|"
    r"restarting|disappear(?:s|ed|ing)?|deleted|keeps?)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(  # names of alerts and reasons
    r"(?<=[a-z])(?:BackOff|Errors?|Failed|NotReady|Down|Unavailable|Unreachable|Missing|Exceeded|"
    r"Mismatch|Throttling|Flapping|Pending|Stuck|High|Crash\w*|Full|Lost|Slow|Waiting)(?![a-z])"
    r"|NotReady\b|OOM|CrashLoop|ErrImage|BackOff"
)
_CHINESE = re.compile(
    "無法|无法|不能|失敗|失败|錯誤|错误|異常|异常|問題|问题|緩慢|缓慢|超時|超时|逾時|拒絕|拒绝|"
    "不通|不到|丟失|丢失|丟包|丢包|衝突|冲突|不可用|故障|卡住|卡在|崩潰|崩溃|重啟|重启|缺少|缺失|"
    "不足|耗盡|耗尽|溢出|延時|延时|延遲|延迟|不穩|不稳|中斷|中断|過期|过期|一直處於|一直处于|報錯|报错|不一致|"
    "沒有|没有|未就緒|未就绪|失效|阻塞|洩漏|泄漏|泄露|抖動|抖动|排錯|排错"
)


def is_error(line: str) -> bool:
    """Whether a line of output tells an error; lines with Chinese or Japanese are prose."""
    line = _PRINTED.sub("", line)
    return bool(_ERROR.search(line)) and not _HARMLESS.search(line) and not has_signs(line)


def tells_trouble(text: str) -> bool:
    """Whether people say here that something does not work."""
    return bool(_CHINESE.search(text) or _ENGLISH.search(text) or _NAMED.search(text))


def has_signs(text: str) -> bool:
    """Whether it holds Chinese, Japanese or Korean signs."""
    return bool(_HAN.search(text))
