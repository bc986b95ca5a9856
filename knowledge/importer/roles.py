"""Which part of an entry a piece of a handbook is: what its headings and first words say."""

import re
from typing import Literal

Role = Literal["meaning", "confirm", "fix", "otherwise"]

_BEFORE = (
    r"(?:\(?\d+(?:\.\d+)*[.)]?\s+|step \d+:?\s+|the |possible |probable |root |likely |common |"
    r"quick |suggested |recommended |proposed |how to |your |basic |initial |further |temporary |"
    r"permanent |(?:第?[一二三四五六七八九十\d]+[、.．步]\s*)|可能的?|常見的?|常见的?|問題的?|"
    r"问题的?|故障的?|具體的?|具体的?|臨時的?|临时的?|根本|如何|怎麼|怎么|經驗|经验|長期|长期|執行|执行|錯誤的?|错误的?)*"
)
_AFTER = (
    r"(?: steps?| it| this| the (?:problem|issue|error|cause)| procedure| options?| actions?|"
    r"的?(?:方法|方案|步驟|步骤|思路|辦法|办法|措施|流程|方式|說明|说明|過程|过程|描述|分析|訊息|信息|命令))*"
    r"\s*[:：?？。]?"
)
_WORDS: dict[Role, str] = {
    "meaning": (
        r"meaning|impact|symptoms?|description|problems?(?: statement)?|issues?|causes?|reasons?|"
        r"summary|overview|explanation|details|error(?: messages?)?|why(?: it happens)?|context|"
        r"what happened|意義|含義|含义|現象|现象|症狀|症状|問題|问题|描述|原因|根因|背景|影響|影响|"
        r"場景|场景|分析|報錯|报错|日誌|日志|概述|說明|说明|故障|錯誤|错误"
    ),
    "confirm": (
        r"diagnos(?:is|e|tics?|ing)|debug(?:ging)?|investigat(?:e|ion|ing)|checks?|"
        r"verif(?:y|ication)|confirm(?:ation)?|detect(?:ion)?|reproduc(?:e|tion)|"
        r"troubleshoot(?:ing)?(?: guide)?|診斷|诊断|排查|檢查|检查|確認|确认|驗證|验证|定位|排錯|"
        r"排错|重現|复现"
    ),
    "fix": (
        r"fix(?:e[sd]|ing)?|solutions?|solv(?:e|ing)|resolutions?|resolv(?:e|ing)|mitigations?|"
        r"mitigate|remed(?:y|iate|iation)|work-?arounds?|recover(?:y)?|repair|corrective actions?|"
        r"what to do|修復|修复|解決|解决|處理|处理|處置|处置|緩解|缓解|方案|對策|对策|恢復|恢复|"
        r"規避|规避|應對|应对|應急|应急"
    ),
    "otherwise": (
        r"if (?:that|this|it) (?:was not it|does(?:n't| not) (?:help|work))|"
        r"still (?:failing|not working)|see also|further reading|"
        r"(?:additional |more )?(?:resources|references?|links|information|reading)|"
        r"related(?: \w+)?|prevention|notes?|escalat(?:e|ion)|next steps?|其他|其它|"
        r"參考(?:文檔|文獻|資料|連結)?|参考(?:文档|文献|资料|链接)?|補充|补充|預防|预防|後續|后续|"
        r"延伸閱讀|相關連結|相关链接|備註|备注|風險(?:提示)?|风险(?:提示)?|總結|总结|"
        r"優化|优化"
    ),
}
_HEADINGS = {
    role: re.compile(f"{_BEFORE}(?:{words}){_AFTER}", re.IGNORECASE)
    for role, words in _WORDS.items()
}
_DECORATION = re.compile(r"^[^\w(（]+")  # emoji and other marks before the words
_NUMBERED = re.compile(r" ?(?:#? ?\d+|[一二三四五六七八九十]+)$")
_STEP = re.compile(
    r"(?:step|步驟|步骤) ?[\d一二三四五六七八九十]+|第[\d一二三四五六七八九十]+步", re.IGNORECASE
)
_LONGEST = 40  # characters of a label; arbitrary, what is longer is a sentence
_LABEL = re.compile(
    r"[*_]{0,3}([^*_:：\n]{1,30}?)\s*[:：]?[*_]{0,3}[:：]?(?P<rest>\s.*)?$", re.DOTALL
)
_OTHERWISE = re.compile(
    r"\s*[*_]*(?:其他可能|其它可能|除此之外|此外|另外|如果(?:還|还|仍|依然)|若(?:仍|還|还)|"
    r"更多|參考|参考|參見|参见|詳見|详见|"
    r"if (?:that|this|none|it still|the (?:problem|issue|error) (?:persists|remains))|otherwise|"
    r"other (?:possible )?(?:causes|reasons)|for more|see (?:also|the)|refer to|besides|"
    r"in addition)",
    re.IGNORECASE,
)
_LOOKED_AT = "檢查|检查|確認|确认|查看|驗證|验证"
_FIX = re.compile(
    r"解決|解决|修復|修复|改為|改为|改成|升級|升级|緩解|缓解|恢復|恢复|"
    rf"可以(?:通過|通过)(?![^。\n]{{0,80}}(?:{_LOOKED_AT}))|"
    r"可以(?:考慮|考虑|給|给|手動|手动|重新|將|将|增加)|"
    r"需要(?:給|给|增大|增加|修改|重啟|重启)|"
    r"\b(?:to (?:fix|solve|resolve|mitigate|work around)|"
    r"(?:fix|solution|resolution|workaround) (?:is|was)|"
    r"can be (?:fixed|solved|resolved|mitigated|worked around)|"
    r"(?:fixes|solves|resolves) (?:it|this|the)|(?:should|will) (?:fix|solve|resolve)|"
    r"upgrade (?:to|the)|workaround|you (?:need|have) to|restart the|re-?create|increase the|"
    r"set the|add the following|change the|clean up|should be able to|delete (?:the|any))\b",
    re.IGNORECASE,
)
_CONFIRM = re.compile(
    rf"{_LOOKED_AT}|排查|觀察|观察|"
    r"\b(?:check|verify|confirm|inspect|make sure|ensure|look at|find out|determine|examine|"
    r"to see)\b",
    re.IGNORECASE,
)


def heading_role(title: str) -> Role | None:
    """Return the part a heading names, as `Solution`, `解決方法` or `🛠 Fix 2: restart it`.

    What stands after a colon may be the trouble itself, unless it is how to look or what to do.
    """
    text = _DECORATION.sub("", title).strip(" *_#:：")
    role = _named(text)
    head, colon, _ = text.replace("：", ":").partition(":")
    if role is None and colon and _named(_NUMBERED.sub("", head)) in {"confirm", "fix"}:
        return _named(_NUMBERED.sub("", head))
    return role


def is_step(title: str) -> bool:
    """Whether a heading counts a step: `Step 2: look at the log`, `步驟三`."""
    return bool(_STEP.match(_DECORATION.sub("", title)))


def _named(text: str) -> Role | None:
    return next((role for role, one in _HEADINGS.items() if one.fullmatch(text)), None)


def label_role(text: str) -> tuple[Role | None, str]:
    """Return the part that a paragraph's label names, and what stands after the label.

    A label is all of a paragraph (`**Solution**`), or ends in a colon (`原因：內核太舊`).
    """
    found = _LABEL.match(text[:_LONGEST]) if len(text) <= _LONGEST else None
    role = heading_role(found[1]) if found and not found["rest"] else None
    if role:
        return role, ""
    head, colon, rest = text.partition(":" if ":" in text[:_LONGEST] else "：")
    role = heading_role(head) if colon and len(head) < _LONGEST else None
    return role, rest.lstrip("*_ ") if role else text


def sentence_role(text: str, *, only_looks: bool) -> Role | None:
    """Return what a paragraph is about by the words it uses, None when they tell nothing.

    `only_looks` says that commands follow, and that none of them changes anything.
    """
    if _OTHERWISE.match(text):
        return "otherwise"
    looks = bool(_CONFIRM.search(text))
    if _FIX.search(text) and not (looks and only_looks):
        return "fix"
    return "confirm" if looks or only_looks else None
