"""Every setting, typed and described once. A wrong one is named with its cure; nothing is read anywhere else."""

import base64
import binascii
import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import ConfigurationError

PREFIXES = (
    "WHATSAPP_",
    "MESSENGER_",
    "TELEGRAM_",
    "TWILIO_",
    "SLACK_",
    "STORE_",
    "GRAPH_",
    "SHOPIFY_",
    "WOOCOMMERCE_",
    "MEDIA_",
)


def _listed(value: Any) -> Any:
    """`a,b` is two secrets, valid at once; the first one signs."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """The settings of one installation (environment or .env)."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address the web process listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port the web process listens on")
    public_url: str = Field("", description="The address providers know us by; default http://HOST:PORT")
    var_dir: Path = Field(Path("var"), description="Database, embedded Valkey, logs; one folder per instance")
    store_dir: Path = Field(Path("config/store"), description="Policies, calendars, templates, agents")
    channels_file: Path | None = Field(None, description="YAML list of further accounts")
    database_url: str = Field("", description="postgresql://… or sqlite:////…; default SQLite in VAR_DIR")
    redis_url: str = Field("", description="redis://… or rediss://…; default an embedded Valkey")
    secret_key: SecretStr | None = Field(None, description="Signs links; made and kept in VAR_DIR when not given")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR")
    max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Larger requests get 413")
    ambiguous_after: float = Field(45, gt=0, description="Seconds an unknown outcome waits for its receipt")
    join_seconds: float = Field(0, ge=0, description="Pending plain texts within so many seconds are read as one")
    care_seconds: float = Field(
        600, gt=0, description="Seconds between looks for missed messages, lost subscriptions and changed templates"
    )
    read_marks: bool = Field(True, description="Show customers that their message was read when it is answered")
    web_processes: int = Field(2, ge=1, le=64, description="Processes of the web server")
    web_threads: int = Field(16, ge=1, le=256, description="Threads of each web process")

    graph_api_url: str = Field("https://graph.facebook.com/v26.0", description="Graph API with its version")
    whatsapp_phone_number_id: str = Field("", description="The business number's id")
    whatsapp_access_token: SecretStr | None = Field(None, description="System user token")
    whatsapp_app_secret: Secrets = Field((), description="Signs Meta's webhooks; comma-separated while rotating")
    whatsapp_verify_token: SecretStr | None = Field(None, description="Your own word, typed in at Meta's webhook form")
    messenger_page_id: str = Field("", description="The page's id")
    messenger_access_token: SecretStr | None = Field(None, description="Page access token")
    messenger_app_secret: Secrets = Field((), description="Signs Meta's webhooks; comma-separated while rotating")
    messenger_verify_token: SecretStr | None = Field(None, description="Your own word, typed in at Meta's webhook form")
    telegram_api_url: str = Field("https://api.telegram.org", description="Host part of the Bot API")
    telegram_bot_token: SecretStr | None = Field(None, description="From @BotFather")
    telegram_webhook_secret: Secrets = Field((), description="Set: webhook; not set: polling")
    twilio_api_url: str = Field("https://api.twilio.com", description="Host part of Twilio's API")
    twilio_account_sid: str = Field("", description="AC…")
    twilio_auth_token: Secrets = Field((), description="Signs and sends; comma-separated while rotating")
    twilio_sms_from: str = Field("", description="Number that sends SMS, like +12025550100")
    twilio_whatsapp_from: str = Field("", description="WhatsApp number at Twilio, like +12025550100")

    media_max_bytes: int = Field(100 * 1024 * 1024, ge=1024, description="Larger files of customers are not fetched")
    media_keep_days: float = Field(90, gt=0, description="Days until a file is removed")
    media_link_days: float = Field(7, gt=0, description="Days a link to a file works")
    media_s3_bucket: str = Field("", description="Bucket for files; default a folder in VAR_DIR")
    media_s3_endpoint: str = Field("", description="https://… of an S3-compatible store; default Amazon's")
    media_s3_region: str = Field("us-east-1", description="Region of the bucket")
    media_s3_key_id: str = Field("", description="Access key; default the machine's own role")
    media_s3_secret: SecretStr | None = Field(None, description="Secret of the access key")

    slack_api_url: str = Field("https://slack.com/api/", description="Ends in /api/")
    slack_bot_token: SecretStr | None = Field(None, description="xoxb-…")
    slack_signing_secret: Secrets = Field((), description="Signs Slack's requests; comma-separated while rotating")
    slack_app_token: SecretStr | None = Field(None, description="xapp-…; set: Socket Mode")
    slack_channel: str = Field("", description="Id of the channel where cases open, like C0123456789")

    store_api_key: Secrets = Field((), description="Bearer keys of POST /api/v1/events")
    store_webhook_secret: Secrets = Field((), description="whsec_…; Standard Webhooks signature")
    shopify_webhook_secret: Secrets = Field((), description="For later")
    woocommerce_webhook_secret: Secrets = Field((), description="For later")
    aftership_webhook_secret: Secrets = Field((), description="For later")

    whatsapp_rate: float = Field(80, ge=0, description="Messages/s of one number; 0 = unlimited")
    whatsapp_pair_seconds: float = Field(6, ge=0, description="Seconds between messages to one recipient, burst 45")
    whatsapp_daily_limit: int = Field(
        0, ge=0, description="Customers written to first in 24 hours, all numbers together; 0 = unlimited"
    )
    messenger_rate: float = Field(40, ge=0, description="Messages/s of one page; 0 = unlimited")
    telegram_rate: float = Field(30, ge=0, description="Messages/s of one bot; 0 = unlimited")
    telegram_chat_seconds: float = Field(1, ge=0, description="Seconds between messages to one chat, burst 3")
    sms_rate: float = Field(1, ge=0, description="Messages/s of one number; 0 = unlimited")

    @field_validator("public_url", "graph_api_url", "telegram_api_url", "twilio_api_url", "media_s3_endpoint")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _one_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @property
    def base_url(self) -> str:
        """PUBLIC_URL, or where we listen."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def database(self) -> str:
        """DATABASE_URL, or the SQLite file in VAR_DIR."""
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'doorstep.db'}"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, from the environment and the file `.env` (ENV_FILE names another).

    Raises ConfigurationError that names each wrong one.
    """
    try:
        if environment is None:
            return Settings(_env_file=os.environ.get("ENV_FILE", ".env"))
        return Settings.model_validate({k.lower(): v for k, v in environment.items() if k.lower() in _known()})
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentence(fault) for fault in error.errors())) from None


def unknown_names(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each name that looks like a setting of ours and is none, with the nearest known one."""
    given = {**_file(), **os.environ} if environment is None else environment
    known = [name.upper() for name in _known()]
    strange = [name for name in given if name.startswith(PREFIXES) and name not in known]
    return [_suggestion(name, known) for name in sorted(strange)]


def check_store_secrets(secrets: Sequence[str]) -> None:
    """Raises ConfigurationError for a STORE_WEBHOOK_SECRET that cannot be one."""
    for secret in secrets:
        try:
            base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raise ConfigurationError(
                "STORE_WEBHOOK_SECRET: expected whsec_ and base64, as the sender shows it"
            ) from None


def reveal(secret: SecretStr | None) -> str:
    """The secret itself; empty when there is none."""
    return secret.get_secret_value() if secret else ""


def reveal_all(secrets: tuple[SecretStr, ...]) -> tuple[str, ...]:
    """The secrets themselves."""
    return tuple(secret.get_secret_value() for secret in secrets)


def _file() -> dict[str, str | None]:
    return dict(dotenv_values(os.environ.get("ENV_FILE", ".env")))


def _known() -> set[str]:
    return set(Settings.model_fields)


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0]).upper()
    field = Settings.model_fields.get(name.lower())
    hint = f" ({field.description})" if field and field.description else ""
    return f"{name}: {fault['msg']}{hint}"


def _suggestion(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no setting of Doorstep" + (f"; did you mean {near[0]}?" if near else "")
