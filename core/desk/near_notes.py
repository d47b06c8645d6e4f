"""Lists what a person would take for a note though it has no mark, as patterns over what is seen of a message.

What is seen is in small letters and half width (`core.desk.notes`). A long message costs no more than its length: what
stands at its beginning or end is looked for in a few characters there, what may stand anywhere by what it begins with.
"""

import re

LEAD = r"[\W_]*"
DRESS = r"[\s*_~>`•]*"  # around a mark: white space, quotes, bold type, the bullet of a list
_LINE_DRESS = r"[ \t*_~>`•]*"
OPEN, CLOSE = r"[(\[{<（【「『《〔\"“'‘]", r"[)\]}>）】」』》〕\"”'’]"
# What is written in place of a mark's colon; a comma and a full stop do where the word before them says enough.
COLON = r"(?:[:;|=→»)\]}】」』》〕]|-{1,3}>?(?=\s|$)|[–—~](?=\s|$|\w)|>|\n)"
STOP = rf"(?:[,.…。、]|/\s|{COLON})"

_WORD = r"(?<![a-z]){}(?![a-z])"
# Words for what stays inside, and words that only do beside one of these or as the first.
_INSIDE = (
    r"internal|confidential|intern[aeo]?|interne[rsn]?|interno|privado|privad[ao]|privée?|privat|staff only|team only"
    r"|внутренн\w*|内部|內部|社内|内部|私密|保密|机密|對內|对内"
)
_PRIVATE = rf"{_WORD.format('private')}|{_WORD.format(f'(?:{_INSIDE})')}"
_NOTE = (
    rf"{_WORD.format('(?:notes?[0-9]*|memo|notiz|notitie|nota|заметка)')}"
    r"|[备備][注註]|备忘录?|備忘|附注|批注|便签|便条|便條|小记|笔记|留言给同事|メモ|메모|ملاحظة"
)
_TEAM_NOTE = r"(?:desk|agent|staff|team|shift|handover)"
_WHOSE = rf"(?:(?:my|own|self|{_TEAM_NOTE})\s+){{0,2}}(?:工单|客服|售后|员工|团队|同事|私人|我的|交接)?"
_FEW = r"(?:[ \t]+[\w'’&]+){0,3}?"
_LOCK = "[🔒🔐🔏🤫🤐🙊]"
_TEAM = r"(?:team|colleagues?|co-?workers?|guys|staff)(?![a-z])"
_PEOPLE = r"(?:客户|顾客|买家|客人|顧客|客戶)"
_NOT = r"(?:别|不要|不能|不可|不得|不准|不许|勿|不)"

# Notes of this kind customers are told of: "Delivery note: attached".
_TOLD_NOTES = (
    r"(?:please|kindly|do|also|quick|short|side|delivery|gift|credit|order|release|important|one|small|final|last|take"
    r"|just|and|thank)(?![a-z])"
)
_NOTE_OF_OURS = r"\s+(?:that|the|your|our|we|i|you|it|this|these|those|there|also|how|down|please)(?![a-z])|\s+\d"
_PRIVATE_PEOPLE = (
    r"\s+(?:sellers?|customers?|persons?|individuals?|households?|address\w*|purchases?|sales?|labels?|orders?"
    r"|deliver\w+)(?![a-z])"
)

_MARKED = (
    rf"{LEAD}(?:{_LOCK}|[📝🗒])",
    r"[\W_]*?//",
    rf"{DRESS}(?:;;|\\\\|\|\||/(?![/\d])|[#!]\s*{_WHOSE}(?:{_PRIVATE}|{_NOTE}))",  # marks of other desks
    rf"{LEAD}{OPEN}[^)\]}}>）】」』》〕\n]{{0,30}}?(?:{_PRIVATE}|{_NOTE})",
    rf"(?:\W*\w[\w'’]*){{0,2}}?{LEAD}(?:{_PRIVATE}|internally){_FEW}\s*{STOP}",
    rf"{LEAD}{_WHOSE}(?:{_NOTE}){_FEW}\s*{STOP}",
    rf"{LEAD}note(?!{_NOTE_OF_OURS})(?=\s)",
    rf"{LEAD}private(?!{_PRIVATE_PEOPLE})(?=\s)",
    rf"{LEAD}(?:{_WORD.format(f'(?:{_INSIDE})')})",
    rf"{LEAD}(?:{_PRIVATE}|{_NOTE})\s*$",
    rf"{LEAD}(?:{_TEAM_NOTE} notes?(?![a-z])|(?:fyi|psa|p\.?s\.?)\W+(?:private|internal))",
    rf"{LEAD}(?!{_TOLD_NOTES})[\w'’]+[ \t]+(?:notes?|memo)\s*{COLON}",
    rf"{LEAD}(?:n\.?b\.?|p\.?n\.?|int|priv|prv|psa|remark|comment|whisper|hidden|aside|hand-?over)\s*{COLON}",
    rf"{LEAD}between (?:us|you and me)\s*{COLON}",
    rf"{LEAD}(?:私信|私聊|私下|私人|悄悄话|小声说?|留言|注|内)\s*{COLON}",
    rf"{LEAD}(?:[备備][注住主助柱著祝驻註]|[背被倍贝北杯]注)[\u3400-\u9fff]{{0,6}}\s*[:;-]",
)
_TO_OTHERS = (
    rf"{LEAD}(?:(?:hi|hey|hello|dear|heads[ -]?up|fyi|psa)\W+)?(?:all\s+)?{_TEAM}\s*{STOP}",
    rf"{LEAD}(?:to|for|fyi)\W+(?:(?:the|our|my|all)\s+)?{_TEAM}\s*{COLON}",
    rf"{LEAD}(?:fyi|psa|heads[ -]?up)\W+{_TEAM}",
    rf"{LEAD}(?:给|致|转|提醒|请|麻烦)?(?:各位|所有)?(?:同事|团队|小组|自己人)们?(?:请|看(?![了过到见])|注意|知悉|\s*{STOP})",
    rf"{LEAD}(?:给|转|提醒)同事",
)
_OF_THE_CUSTOMER = (
    rf"{LEAD}(?:cx|cust|customer|client|buyer)\s+(?:is|was|has|had|will|wants?|says?|said|lie[sd]|claims?|claimed"
    r"|seems|sounds|asked|called|keeps|does|did|doesn|didn|isn|wasn)(?![a-z])",
    rf"{LEAD}{_PEOPLE}(?![您你服经中端们朋至名姓编号评满关群反])",
    rf"{LEAD}(?:do not|don['’]?t|dont) (?:send|forward|reply|answer)(?: (?:this|it|yet))?\s*(?:[:!.,;…-]|$)",
)
_ANYWHERE = (
    r"(?<![\w.+/@-])@\w",  # a name that Slack did not make a mention
    r"(?<![a-z])(?:the|this|that) (?:customer|client|buyer)(?![a-z])(?!(?:['’]s)?\s+(?:service|care|support|account"
    r"|number|id|reviews?|portal|team|area|cent|experience|satisfaction|is always))",
    rf"(?:这个|该|此|那个|这位|那位){_PEOPLE}",
    r"internal(?:ly)? (?:only|use)|for internal|(?:staff|team) only|off the record"
    r"|(?:do not|don['’]?t|dont|never|not to be) (?:sen[dt]|forward|show|tell|share)\w*(?: this| it)?(?: to| with)?"
    r" (?:the )?customer|not for (?:the )?customer|customer must not",
    r"[仅只]供?内部|仅(?:供|限|对)?(?:员工|团队|自己|同事)|不对外(?!开放|营业|销售|出售)|[勿别不]外[发传]",
    rf"{_NOT}(?:发给?|转发给?|转给?|告诉|告知|让|给|对){_PEOPLE}|{_PEOPLE}(?:不可见|看不[到见]|不能看|[别勿]看|不要看)",
    # in a line of its own, or in brackets
    rf"\n{_LINE_DRESS}(?://|{_LOCK}|{OPEN}(?:{_PRIVATE}|{_NOTE}))",
    rf"(?:\n{_LINE_DRESS}|[.!?。] ?|{OPEN})(?:private|{_INSIDE}){_FEW}\s*[:;-]",
)
_AT_END = (
    rf"(?:{_LOCK}|{OPEN}(?:{_PRIVATE}|{_NOTE}){CLOSE}|#(?:internal|private|notes?|内部|备注)|[-–—]\s?(?:internal|内部))"
    r"[\W_]*$",
)
BEGINNING, END = 120, 60  # characters in which to look
AT_START = tuple(map(re.compile, (*_MARKED, *_TO_OTHERS, *_OF_THE_CUSTOMER)))
ANYWHERE = tuple(map(re.compile, _ANYWHERE))
AT_END = tuple(map(re.compile, _AT_END))

_CALLS = (  # somebody's name, and what follows it where it calls them
    r"(?:{names})(?:\s*[,:;!?.…、-]|\s+(?:can|could|would|will) you|\s+(?:please|pls|plz|fyi|you|look|take|check|see"
    r"|have a)(?![a-z])|\s*(?:你|请|帮|看|麻烦))",
    r"(?:hi|hey|hello|ok|okay|thanks|thx|yo|dear|请|麻烦)[\W_]+(?:{names})(?![a-z])",
    r"(?:to|for|cc|fyi|attn)\W+(?:{names})\s*[:;>|–—-]",
)


def calling(names: str) -> re.Pattern[str]:
    """Makes the pattern of a message that begins by calling one of these, who are parted by bars."""
    return re.compile(LEAD + "(?:" + "|".join(_CALLS).replace("{names}", names) + ")")
