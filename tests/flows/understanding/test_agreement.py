"""Tests a yes or a no with more words than one."""

import pytest

from flows.engine.flowset import FlowSet
from flows.engine.session import Offered

SEND = (
    Offered("a", "yes", "Send it", "", ("send", "发送")),
    Offered("b", "no", "Don't send", "", ("do not send", "不要发送")),
    Offered("c", "change", "Change something"),
)


@pytest.mark.parametrize(
    "text",
    [
        *("ok do it", "yes please send it", "sure, send", "correct, thank you", "Yes, go ahead", "do it please"),
        *("yes yes yes", "Yup!! 👍🏽", "ok, that's correct, thanks", "👍🏿", "OK 👍", "please send it now"),
        *("好的，谢谢", "发送吧", "是的，没错", "好的好的", "行吧", "可以，麻烦您了"),
    ],
)
def test_a_yes_may_be_polite(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.agreement.read(text, SEND) is True


@pytest.mark.parametrize(
    "text", ["no, don't send it", "no thanks", "nope, not now", "不，不要发送", "不用了谢谢", "do not send it please"]
)
def test_a_no_too(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.agreement.read(text, SEND) is False


@pytest.mark.parametrize(
    "text",
    [
        *("yes, but not today", "yes but change the reason", "send it to my mother", "yes and no", "sure why not"),
        *("please", "thanks", "ok?", "send it?", "", "don't do it yet", "yes 2", "change something", "yesterday"),
        *("好的，但是改一下原因", "谢谢", "发送吗？", "不是的是", "好像不对", "🙏"),
    ],
)
def test_more_than_a_yes_is_neither(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.agreement.read(text, SEND) is None
