"""Payloads that Slack could sign and that nothing may stumble over: each is kept whole and acknowledged."""

REPLY = (
    '{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "channel": "C0SUPPORT", "user": "U1", '
    '"ts": "1796119260.000100", "thread_ts": "1796119200.000100", "text": "Hello", %s}}'
)
HOSTILE = {
    "arrays": "[" * 100_000 + "]" * 100_000,
    "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "arrays that never end": "[" * 100_000,
    "arrays within an event": REPLY % ('"blocks": ' + "[" * 5000 + "]" * 5000),
    "arrays within Python's limit": REPLY % ('"blocks": ' + "[" * 500 + "]" * 500),
    "messages in messages": REPLY % ('"message": {' * 300 + '"ts": "1"' + "}" * 300),
    "events in events": '{"event": ' * 400 + '{"type": "message"}' + "}" * 400,
    "authorizations in authorizations": '{"authorizations": [' * 400 + "{}" + "]}" * 400,
    "a number of 5,000 digits": REPLY % f'"files": [{{"id": "F1", "size": {"9" * 5000}}}]',
    "a number of 30 digits": REPLY % f'"files": [{{"id": "F1", "size": {"9" * 30}}}]',
    "a number beyond floats": REPLY % '"files": [{"id": "F1", "size": 1e999}]',
    "not a number": REPLY % '"files": [{"id": "F1", "size": NaN}]',
    "half an emoji": REPLY.replace("Hello", r"Hello \ud83d") % '"x": 1',
    "the other half": REPLY.replace("Hello", r"\udc4b Hello") % '"x": 1',
    "a time before all times": REPLY.replace("1796119260.000100", "-99999999999999") % '"x": 1',
    "an id of 300 characters": REPLY.replace("Ev1", "E" * 300) % '"x": 1',
    "a thread of 300 characters": REPLY.replace("1796119200.000100", "1" * 300) % '"x": 1',
}
