import pytest

from core.content.referrals import came_by
from core.messages.pieces import Referral

AD = Referral(
    "ad",
    id="1202",
    url="https://fb.me/boots",
    headline="Boots sale",
    body="Half price\nuntil Sunday",
    media="image",
    media_url="https://cdn.example/b.jpg",
    click_id="Aff-n8ZTODiE79d22KtAwQKj9e",
)


@pytest.mark.parametrize(
    ("referral", "line"),
    [
        (None, ""),
        (
            AD,
            "↗ Came by an ad: Boots sale · Half price until Sunday · image https://cdn.example/b.jpg · "
            "https://fb.me/boots · 1202",
        ),
        (Referral("ad", id="1202"), "↗ Came by an ad: 1202"),
        (Referral("ad", id="1202", greeting="Hi!\nSize?"), "↗ Came by an ad: 1202 · greeted with “Hi! Size?”"),
        (Referral("ad", id="1202", greeting=" "), "↗ Came by an ad: 1202"),
        (Referral("link", ref="spring-mail"), "↗ Came by a link: spring-mail"),
        (Referral("product", id="BOOT-42"), "↗ Asks about a product: BOOT-42"),
        (Referral("product", product_id="77"), "↗ Asks about a product: 77"),
        (Referral("get_started"), "↗ Opened the chat"),
        (Referral("pigeon", url="https://p.example"), "↗ Came by pigeon · https://p.example"),
    ],
)
def test_what_brought_the_customer_is_told_in_a_line(referral: Referral | None, line: str) -> None:
    assert came_by(referral) == line


def test_a_click_id_is_for_programs_only() -> None:
    assert AD.click_id not in came_by(AD)
