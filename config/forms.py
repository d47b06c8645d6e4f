"""Makes fields of the settings of what each channel and the desk ask of the environment."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from adapters.channels import registry
from adapters.desks.slack.settings import FORM as SLACK
from config import values
from core.accounts import AccountForm, Kind, Setting


def _listed(value: Any) -> Any:
    """Reads `a,b` as two secrets, valid at once; the first one signs."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Secrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_listed)]
Url = Annotated[str, AfterValidator(values.url)]
_TYPES: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.PHONE: Annotated[str, AfterValidator(values.phone)],
    Kind.URL: Url,
    Kind.SECRET: SecretStr | None,
    Kind.SECRETS: Secrets,
    Kind.NUMBER: Annotated[float, Field(ge=0)],
    Kind.COUNT: Annotated[int, Field(ge=0)],
}
_NOTHING: dict[Kind, Any] = {Kind.SECRET: None, Kind.SECRETS: ()}


def forms() -> Mapping[str, AccountForm]:
    """Returns what an account needs, by the name it has in CHANNELS_FILE."""
    return {**{spec.name: spec.form for spec in registry.specs()}, SLACK.name: SLACK}


def fields() -> dict[str, Any]:
    """Maps each name to (type, field), for `pydantic.create_model`."""
    found = {each.name: each for spec in registry.specs() for each in spec.settings}
    for form in forms().values():
        found |= {form.variable(each.name).lower(): each for each in form.settings}
    return {name: _field(setting) for name, setting in found.items()}


def prefixes() -> tuple[str, ...]:
    """Lists how the names of their settings begin."""
    urls = [spec.api_url.name.partition("_")[0] for spec in registry.specs()]
    return tuple(dict.fromkeys(f"{name.upper()}_" for name in (*forms(), *urls)))


def _field(setting: Setting) -> tuple[Any, Any]:
    default = _NOTHING.get(setting.kind, setting.default)
    return _TYPES[setting.kind], Field(default, description=setting.description)
