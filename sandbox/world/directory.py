"""Finds people and phones by id or by address."""

from collections.abc import Iterator

from sandbox.config import ACCOUNTS, MAIN
from sandbox.world import ids
from sandbox.world.numbers import wa_id
from sandbox.world.people import CHANNELS, UNREAD, Bubble, Person, Phone

AREA_CODES = "202 206 212 213 303 305 312 313 404 415 503 504 512 602 612 615 617 619 702 703 713 718 808 816 818 916"


class Directory:
    """Keeps all people and phones, to be found by id or by address."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.phones: dict[str, Phone] = {}
        self._addresses: dict[tuple[str, str, str], Phone] = {}
        self._numbers = self._fictional_numbers()

    def add(self, person: Person, channels: list[str], account: str = MAIN) -> list[Phone]:
        """Registers a person with one phone per channel ("whatsapp", or "whatsapp:second" for another account).

        Raises ValueError on an unknown channel or account, or a taken id.
        """
        wanted = [_split(channel, account) for channel in channels]
        if person.id in self.people:
            raise ValueError(f"person {person.id!r} exists")
        self.people[person.id] = person
        return [self.open(person, channel, on) for channel, on in wanted]

    def take_up(self, people: list[Person], phones: list[Phone]) -> None:
        """Goes on with people and phones that were there before."""
        self.people = {person.id: person for person in people}
        self.phones = {phone.id: phone for phone in phones}
        for phone in phones:
            self._register(phone)

    def under_way(self, channel: str, account: str) -> Iterator[tuple[Phone, Bubble]]:
        """Finds the store's messages that came to a phone and were not read yet."""
        for phone in self.phones.values():
            if (phone.channel, phone.account) == (channel, account):
                yield from ((phone, one) for one in phone.bubbles if one.direction == "out" and one.status in UNREAD)

    def more(self, person: Person, channels: list[str], account: str = MAIN) -> list[Phone]:
        """Adds phones to a person; those that exist stay as they are. Raises ValueError."""
        return [self.open(person, *_split(channel, account)) for channel in channels]

    def open(self, person: Person, channel: str, account: str) -> Phone:
        """Finds the phone of a person on an account, or makes it."""
        known = self.phones.get(_phone_id(person, channel, account))
        return known or self._add_phone(person, channel, account)

    def find(self, channel: str, address: str, account: str = MAIN) -> Phone | None:
        """Finds the phone with this address (or WhatsApp user id) on an account of a channel."""
        return self._addresses.get((channel, account, address))

    def renumber(self, phone: Phone, number: str) -> list[Phone]:
        """Gives a WhatsApp user a new number, and with it a new user id; returns all phones of this user."""
        user_id = f"{phone.country}.{ids.numeric('bsuid' + phone.person + number, 16)}"
        own = [self.phones[name] for name in self.people[phone.person].phones]
        changed = [one for one in own if one.channel == phone.channel]
        for one in changed:
            self._addresses = {key: owner for key, owner in self._addresses.items() if owner is not one}
            one.number, one.user_id = number, user_id
            one.address = wa_id(number) if one.channel == "whatsapp" else number
            self._register(one)
        return changed

    def free_number(self) -> str:
        """Finds an unused fictional US number (555-01xx)."""
        taken = {person.number for person in self.people.values()} | {phone.number for phone in self.phones.values()}
        return next(number for number in self._numbers if number not in taken)

    def _add_phone(self, person: Person, channel: str, account: str) -> Phone:
        sibling = next((self.phones[name] for name in person.phones if self.phones[name].channel == channel), None)
        number = sibling.number if sibling else person.number
        user_id = f"{person.country}.{ids.numeric('bsuid' + person.id, 16)}" if "whatsapp" in channel else ""
        phone = Phone(
            id=_phone_id(person, channel, account),
            person=person.id,
            channel=channel,
            name=person.name,
            address=_address(person.id, number, channel, account),
            number=number,
            account=account,
            user_id=sibling.user_id if sibling else user_id,
            country=person.country,
            locale=person.locale,
            hidden_number=bool(sibling and sibling.hidden_number),
        )
        self.phones[phone.id] = phone
        person.phones.append(phone.id)
        person.phones.sort(key=lambda name: self.phones[name].account != MAIN)
        self._register(phone)
        return phone

    def _register(self, phone: Phone) -> None:
        for address in filter(None, (phone.address, phone.user_id)):
            self._addresses[(phone.channel, phone.account, address)] = phone

    @staticmethod
    def _fictional_numbers() -> Iterator[str]:
        return (f"+1{area}55501{line:02d}" for area in AREA_CODES.split()[1:] for line in range(100))


def _split(channel: str, account: str) -> tuple[str, str]:
    name, _, own = channel.partition(":")
    account = own or account
    if name not in CHANNELS:
        raise ValueError(f"unknown channel {name!r}; one of {', '.join(CHANNELS)}")
    if account not in ACCOUNTS:
        raise ValueError(f"unknown account {account!r}; one of {', '.join(ACCOUNTS)}")
    return name, account


def _phone_id(person: Person, channel: str, account: str) -> str:
    return f"{person.id}-{channel}" + ("" if account == MAIN else f"-{account}")


def _address(person_id: str, number: str, channel: str, account: str) -> str:
    """Makes an address: page-scoped ids differ from page to page; numbers and Telegram's chat ids do not."""
    page = "" if account == MAIN else account
    by_channel = {
        "whatsapp": wa_id(number),
        "messenger": ids.numeric("psid" + person_id + page, 16),
        "telegram": ids.numeric("chat" + person_id, 10),
    }
    return by_channel.get(channel, number)
