import time

from core.content.facts import facts, told


def test_words_numbers_and_links_are_read_by_their_names() -> None:
    payload = {
        "type": "hologram",
        "id": "178",
        "sha256": "ab12",
        "payload": {
            "title": "Winter  sale",
            "url": "https://shop.example/sale?a=1",
            "picture_id": 12,
            "price": {"amount": 12.5},
            "options": [{"id": 1, "text": "Red"}, {"id": 2, "text": "Blue"}],
            "is_new": True,
            "is_old": False,
            "none": None,
        },
    }
    assert facts(payload) == {
        "title": "Winter sale",
        "url": "https://shop.example/sale?a=1",
        "amount": "12.5",
        "text": "Red; Blue",
        "is new": "yes",
    }


def test_junk_of_any_form_is_read_without_harm() -> None:
    deep: object = "bottom"
    for _ in range(50):
        deep = {"below": [deep]}
    assert facts(deep) == {}
    assert facts("words alone") == {}
    assert facts({"token": "x", "blob": "a" * 4000, "": "x", 5: ["a", None, 3]}) == {"5": "a; 3"}
    assert len(facts({f"name {n}": "x" for n in range(99)})) < 20
    assert len(facts({"name": "word " * 999})["name"]) == 500


def test_words_come_first_and_links_last() -> None:
    assert told({"url": "https://a.example", "score": 3, "title": "Boots"}) == "Boots, score: 3, https://a.example"
    assert told({"street": "1 Main St, Springfield"}) == "street: 1 •••••ield"


def test_a_payload_without_end_is_read_as_far_as_it_pays() -> None:
    endless = {"title": "Hats", "pages": [{"n": [{} for _ in range(100)]} for _ in range(100_000)]}
    began = time.perf_counter()
    assert facts(endless) == {"title": "Hats"}
    assert time.perf_counter() - began < 1
