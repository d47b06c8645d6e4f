"""Tells people what a channel's limits cost a message. The codes are those of `Rendered.degradations`."""

_WORDS = {
    "title_shortened": "the choice {} was shortened",
    "description_shortened": "the description of {} was shortened",
    "link_title_shortened": "the link's title was shortened",
    "buttons_to_list": "the buttons became a list",
    "to_numbered_text": "the choices became numbered text",
    "options_to_keyboard": "the choices became words of a keyboard",
    "text_split": "the text became {} messages",
    "paged": "the menu became {} pages",
    "media_to_link": "the file {} became a link",
    "media_to_document": "the file {} is sent as a document",
    "request_to_text": "the {} is asked for in words, without a button",
    "no_link_preview": "the link's preview is not ours to choose there",
    "template_as_text": "the template has no id at the provider and is sent as text",
    "sms_segments": "the SMS costs {} segments",
    "sms_ucs2": "the letter {} makes each SMS segment shorter (70 instead of 160 letters)",
    "sms_keyword": "the word {} is one that carriers take for an instruction",
    "mms": "{} of it is MMS",
}

_CHINESE = {
    "title_shortened": "选项 {} 被缩短",
    "description_shortened": "{} 的说明被缩短",
    "link_title_shortened": "链接标题被缩短",
    "buttons_to_list": "按钮改为列表",
    "to_numbered_text": "选项改为带编号的文字",
    "options_to_keyboard": "选项改为键盘上的词",
    "text_split": "文字分成 {} 条消息",
    "paged": "菜单分成 {} 页",
    "media_to_link": "文件 {} 改为链接",
    "media_to_document": "文件 {} 以文档发送",
    "request_to_text": "{} 改为用文字询问，没有按钮",
    "no_link_preview": "链接预览在该渠道无法由我们决定",
    "template_as_text": "模板在服务商没有编号，以文字发送",
    "sms_segments": "短信按 {} 段计费",
    "sms_ucs2": "字符 {} 使每段短信变短（70 个字符，而非 160 个）",
    "sms_keyword": "{} 会被运营商当作指令",
    "mms": "其中 {} 为彩信",
}


def told(loss: str, language: str = "en") -> str:
    """Writes a clause for people: "title_shortened:size" is "the choice size was shortened"."""
    code, _, what = loss.partition(":")
    words = (_CHINESE if language == "zh" else _WORDS).get(code)
    return words.format(what) if words else loss.replace("_", " ")
