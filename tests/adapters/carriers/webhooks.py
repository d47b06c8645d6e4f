"""Makes webhooks of tracking services for tests: captured bodies, changed where a test says so, and signed."""

import base64
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from adapters.carriers.aftership import parse as aftership
from adapters.carriers.aftership import verify as aftership_door
from adapters.carriers.easypost import parse as easypost
from adapters.carriers.easypost import verify as easypost_door
from adapters.carriers.seventeentrack import parse as seventeentrack
from adapters.carriers.seventeentrack import verify as seventeentrack_door
from core.ports.webhooks import RawRequest

FIXTURES = Path(__file__).with_name("fixtures")
SECRET = "tracking-sécret"
SERVICES = ("aftership", "seventeentrack", "easypost")
PARSE: Mapping[str, ModuleType] = {"aftership": aftership, "seventeentrack": seventeentrack, "easypost": easypost}
DOOR: Mapping[str, ModuleType] = {
    "aftership": aftership_door,
    "seventeentrack": seventeentrack_door,
    "easypost": easypost_door,
}


def captured(name: str) -> dict[str, Any]:
    """Reads one captured body."""
    read: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return read


def raw(body: bytes, headers: Mapping[str, str] | None = None) -> RawRequest:
    """Makes the request that brings a body."""
    return RawRequest("POST", "https://desk.example/webhooks/x", dict(headers or {}), body)


def of(body: Any) -> RawRequest:
    """Makes the request that brings this as JSON, not signed."""
    return raw(json.dumps(body, ensure_ascii=False).encode())


def signed(service: str, body: bytes, secret: str = SECRET) -> RawRequest:
    """Makes the request as the service signs it."""
    return raw(body, {_SIGNS[service][0]: _SIGNS[service][1](body, secret)})


def _base64(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _plain(body: bytes, secret: str) -> str:
    return hashlib.sha256(body + f"/{secret}".encode()).hexdigest()


def _hex(body: bytes, secret: str) -> str:
    key = unicodedata.normalize("NFKD", secret).encode()
    return f"hmac-sha256-hex={hmac.new(key, body, hashlib.sha256).hexdigest()}"


_SIGNS: Mapping[str, tuple[str, Callable[[bytes, str], str]]] = {
    "aftership": ("aftership-hmac-sha256", _base64),
    "seventeentrack": ("sign", _plain),
    "easypost": ("x-hmac-signature", _hex),
}


def scan(service: str, status: str, at: datetime, number: str, event_id: str, **more: Any) -> dict[str, Any]:
    """Makes the body that tells of a parcel whose only scan says `status`, in the service's own word (`Tag_001`,
    `status.detail`). `more`: eta, carrier, signed_by."""
    moment = at.isoformat()
    word, coarse = status, status.partition("_")[0]
    eta, carrier = more.get("eta"), more.get("carrier", "ups")
    if service == "aftership":
        point = {"checkpoint_time": moment, "tag": coarse, "subtag": word, "message": word, "location": "Oceanside, CA"}
        tracking = {"tracking_number": number, "slug": carrier, "tag": coarse, "subtag": word, "checkpoints": [point]}
        tracking |= {"expected_delivery": eta, "signed_by": more.get("signed_by")}
        return {"event": "tracking_update", "event_id": event_id, "msg": tracking, "ts": int(at.timestamp())}
    if service == "seventeentrack":
        event = {"time_utc": moment, "description": word, "location": "Oceanside, CA", "sub_status": word}
        provider = {"provider": {"name": carrier}, "latest_sync_time": moment, "events": [event]}
        info = {"latest_status": {"status": coarse, "sub_status": word}, "tracking": {"providers": [provider]}}
        info["time_metrics"] = {"estimated_delivery_date": {"from": eta, "to": eta}}
        data = {"number": number, "carrier": 100002, "tag": event_id, "track_info": info}
        return {"event": "TRACKING_UPDATED", "data": data}
    state, _, detail = status.partition(".")
    details = {"status": state, "status_detail": detail, "datetime": moment, "message": word}
    tracker = {"tracking_code": number, "carrier": carrier, "status": state, "status_detail": detail}
    tracker |= {"tracking_details": [details], "updated_at": moment, "est_delivery_date": eta}
    tracker |= {"signed_by": more.get("signed_by")}
    return {"id": event_id, "description": "tracker.updated", "object": "Event", "result": tracker}
