"""Makes the folder of a new flow that can be tried at once: its steps, texts, phrases and conversations."""

import re
from collections.abc import Collection
from pathlib import Path

from core.errors import ConfigurationError

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")

_FLOW = """# What happens, step by step. docs/flows/language.md explains every field.
slots:
  NAME_answer: {type: choice, choices: [more, enough]}

flows:
  NAME:
    description: Say here in a few words what the customer wants
    triggers: [NAME]            # the intent in phrases.yaml
    read_only: true             # it changes nothing, so it may be asked for in the middle of something else
    steps:
      - collect: NAME_answer    # asks utter_ask_NAME_answer
        optional: true
        next:
          - if: slots.NAME_answer == 'more'
            then: {handoff: question}
          - if: slots.NAME_answer == 'enough'
            then: enough
          - else: END
      - id: enough
        utter: utter_NAME_enough
"""
_EN = """flow_name_NAME: your question
utter_ask_NAME_answer:
  - text: "This is what the bot says first. Is that enough?"
    choices:
      enough: {title: "Yes, thanks", synonyms: [enough, that's all]}
      more: {title: I have a question, synonyms: [more, a question]}
utter_NAME_enough: "Good! Write any time."
"""
_ZH = """flow_name_NAME: 您的问题
utter_ask_NAME_answer:
  - text: "这里是机器人先说的话。这样可以吗？"
    choices:
      enough: {title: 可以，谢谢, synonyms: [可以, 够了]}
      more: {title: 还有问题, synonyms: [还有, 有问题]}
utter_NAME_enough: "好的！有需要随时联系我们。"
"""
_PHRASES = """# What customers write for it: 25 or more for each language, as they really write. Until `doorstep flows
# train` has run, these are known word for word.
NAME:
  - tell me about WORDS
  - i have a question about WORDS
  - WORDS
  - 我想问一下WORDS
"""
_TESTS = """# Conversations that `doorstep flows test` plays. All steps should be reached.
cases:
  - case: somebody asks, and it is enough
    channel: [whatsapp, sms]
    steps:
      - user: tell me about WORDS
        flow_started: NAME
        said: utter_ask_NAME_answer
      - choose: enough
        said: utter_NAME_enough
        idle: true

  - case: somebody has a question
    steps:
      - user: tell me about WORDS
      - choose: more
        handed_off: question

  - case: in Chinese
    locale: zh
    channel: [whatsapp, sms]
    steps:
      - user: 我想问一下WORDS
        said: utter_ask_NAME_answer
        bot: 这样可以吗
"""
_FILES = {"flow.yaml": _FLOW, "en.yaml": _EN, "zh.yaml": _ZH, "phrases.yaml": _PHRASES, "tests.yaml": _TESTS}


def make(flows: Path, name: str, taken: Collection[str]) -> list[Path]:
    """Makes the folder `flows/<name>`; returns its files. Raises ConfigurationError for a name that cannot be."""
    if not NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r}: expected a name of a-z, 0-9 and _, like gift_wrap")
    folder = flows / name
    if name in taken or folder.exists():
        raise ConfigurationError(f"there is a flow or an intent {name!r} already; expected another name")
    folder.mkdir(parents=True)
    made = []
    for file, text in _FILES.items():
        path = folder / file
        path.write_text(text.replace("NAME", name).replace("WORDS", name.replace("_", " ")), encoding="utf-8")
        made.append(path)
    return made
