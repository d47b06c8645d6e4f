"""Describes every setting, typed and once. A wrong one is named with its cure; nothing is read anywhere else."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)

from adapters.channels import registry
from adapters.channels.spec import Spec
from config import forms, sources, values
from config.forms import Secrets, Url
from core.errors import ConfigurationError

DatabaseUrl = Annotated[
    str, AfterValidator(values.database_url("postgresql", "sqlite", "postgres", "postgresql+psycopg"))
]
SHIPPED_STORE = Path(__file__).parent / "store"
LogLevel = Annotated[str, AfterValidator(values.choice("DEBUG", "INFO", "WARNING", "ERROR"))]
Understanding = Annotated[str, AfterValidator(values.choice("full", "light"))]
Endpoint = Annotated[str, AfterValidator(values.endpoint)]
RedisUrl = Annotated[str, AfterValidator(values.database_url("redis", "rediss", "unix"))]
SmtpUrl = Annotated[SecretStr | None, AfterValidator(values.smtp_url)]
LlmUrl = Annotated[str, AfterValidator(values.llm_url)]
ShopifyShop = Annotated[str, AfterValidator(values.shopify_shop)]
ShopUrl = Annotated[str, AfterValidator(values.shop_url)]
MailFrom = Annotated[str, AfterValidator(values.mailbox)]
Mailboxes = Annotated[str, AfterValidator(values.mailboxes)]
PREFIXES = (
    "STORE_",
    "OUTGOING_",
    "SHOPIFY_",
    "WOOCOMMERCE_",
    "AFTERSHIP_",
    "SEVENTEENTRACK_",
    "EASYPOST_",
    "MEDIA_",
    "SMTP_",
    "MAIL_",
    "LLM_",
    "TRANSLATE_",
    "TRANSCRIBE_",
    "DASHBOARD_",
)  # beside those of channels and desk


class Settings(BaseModel):
    """The settings of one installation (environment or .env); those of channels and desk come from their forms."""

    model_config = ConfigDict(extra="ignore")

    host: str = Field("127.0.0.1", description="Address the web process listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port the web process listens on")
    public_url: Url = Field("", description="The address providers know us by; default http://HOST:PORT")
    var_dir: Path = Field(sources.HOME / "var", description="Database, embedded Valkey, logs; one folder per instance")
    store_dir: Path = Field(
        SHIPPED_STORE,
        description="The store's policies, calendars, templates, agents, own texts and flows (docs/store-folder.md)",
    )
    channels_file: Path | None = Field(None, description="YAML list of further accounts")
    database_url: DatabaseUrl = Field("", description="postgresql://… or sqlite:////…; default SQLite in VAR_DIR")
    redis_url: RedisUrl = Field("", description="redis://… or rediss://…; default an embedded Valkey")
    secret_key: SecretStr | None = Field(None, description="Signs links; made and kept in VAR_DIR when not given")
    log_level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Larger requests get 413")
    ambiguous_after: float = Field(45, gt=0, description="Seconds an unknown outcome waits for its receipt")
    join_seconds: float = Field(0, ge=0, description="Pending plain texts within so many seconds are read as one")
    burst_seconds: float = Field(
        1.5, ge=0, le=30, description="Seconds a greeting or fragment waits for what follows; both are one turn"
    )
    care_seconds: float = Field(
        600, gt=0, description="Seconds between looks for missed messages, lost subscriptions and changed templates"
    )
    understanding: Understanding = Field(
        "full", description="light: without the sentence encoder (90 MB), by n-grams alone"
    )
    llm_url: LlmUrl = Field(
        "", description="https://…/v1 of an OpenAI-compatible model that is asked what nobody here understood; off"
    )
    llm_model: str = Field("", description="Name of the model there")
    llm_api_key: SecretStr | None = Field(None, description="Key of the model's API, where it wants one")
    llm_daily_calls: int = Field(
        1000, ge=1, description="Calls of the model, and of each hook, in 24 hours; what is beyond is not asked"
    )
    translate_url: LlmUrl = Field(
        "", description="https://…/v1 of an OpenAI-compatible model (LLM_MODEL) that translates for agents; off"
    )
    transcribe_url: LlmUrl = Field(
        "", description="https://…/v1 of an OpenAI-compatible server that writes down voice notes for agents; off"
    )
    read_marks: bool = Field(True, description="Show customers that their message was read when it is answered")
    web_processes: int = Field(2, ge=1, le=64, description="Processes of the web server")
    web_threads: int = Field(32, ge=1, le=256, description="Threads of each web process")

    dashboard_password: SecretStr | None = Field(
        None, description="Opens /dashboard, with a name; without it only this machine does (docs/store/dashboard.md)"
    )

    media_max_bytes: int = Field(100 * 1024 * 1024, ge=1024, description="Larger files of customers are not fetched")
    media_keep_days: float = Field(90, gt=0, description="Days until a file is removed")
    media_link_days: float = Field(7, gt=0, description="Days a link to a file works")
    media_s3_bucket: str = Field("", description="Bucket for files; default a folder in VAR_DIR")
    media_s3_endpoint: Url = Field("", description="https://… of an S3-compatible store; default Amazon's")
    media_s3_region: str = Field("us-east-1", description="Region of the bucket")
    media_s3_key_id: str = Field("", description="Access key; default the machine's own role")
    media_s3_secret: SecretStr | None = Field(None, description="Secret of the access key")

    smtp_url: SmtpUrl = Field(
        None, description="smtp://user:pass@host:587 or smtps://…; sends one-time codes, receipts and alarms"
    )
    mail_from: MailFrom = Field("", description="Whom e-mails are from, like Northwind <help@shop.example>")

    alert_email: Mailboxes = Field(
        "", description="Who is told by e-mail when the desk or a channel fails, and when it works again; a list"
    )

    slack_api_url: Url = Field("https://slack.com/api/", description="Ends in /api/")

    store_api_key: Secrets = Field((), description="Bearer keys of POST /api/v1/events")
    store_webhook_secret: Secrets = Field((), description="whsec_…; Standard Webhooks signature")
    outgoing_webhook_url: Endpoint = Field(
        "", description="The store's address that is told facts and asked for actions"
    )
    outgoing_webhook_secret: Secrets = Field((), description="whsec_…; signs what goes there (docs/outgoing.md)")
    shopify_shop: ShopifyShop = Field("", description="name.myshopify.com of a store there (docs/store/shopify.md)")
    shopify_client_id: str = Field("", description="Client id of the app in the Dev Dashboard")
    shopify_client_secret: Secrets = Field((), description="Its secret: fetches tokens, and signs webhooks")
    shopify_access_token: SecretStr | None = Field(None, description="shpat_…; instead of client id and secret")
    shopify_webhook_secret: Secrets = Field((), description="Signs webhooks; default the client secret")
    shopify_api_url: Url = Field("", description="Default https://SHOPIFY_SHOP/admin/api/2026-10")
    woocommerce_url: ShopUrl = Field(
        "",
        description="https://… of a shop on WooCommerce (docs/store/woocommerce.md); "
        "one desk serves one shop, on Shopify or here",
    )
    woocommerce_key: SecretStr | None = Field(None, description="ck_…, a REST API key that may read and write")
    woocommerce_secret: SecretStr | None = Field(None, description="cs_…, its secret")
    woocommerce_webhook_secret: Secrets = Field((), description="A word of your own: the shop signs webhooks by it")
    aftership_webhook_secret: Secrets = Field(
        (), description="Signs AfterShip's webhooks (docs/store/carriers.md); comma-separated while rotating"
    )
    seventeentrack_key: Secrets = Field((), description="Key of the account at 17TRACK, which signs its webhooks")
    easypost_webhook_secret: Secrets = Field((), description="Signs EasyPost's webhooks; as above")

    @field_validator("slack_api_url")
    @classmethod
    def _one_slash(cls, value: str) -> str:
        return f"{value}/"

    @property
    def base_url(self) -> str:
        """Returns PUBLIC_URL, or where we listen."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def database(self) -> str:
        """Returns DATABASE_URL, or the SQLite file in VAR_DIR."""
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'doorstep.db'}"

    def value(self, name: str) -> Any:
        """Returns the value of a setting that a channel or the desk brought."""
        return getattr(self, name)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings of this process (`config.sources.given`), or those of `environment` alone.

    Raises ConfigurationError that names each wrong one.
    """
    model = _complete(registry.specs())
    found = sources.given() if environment is None else {k.lower(): v for k, v in environment.items() if v}
    try:
        return model.model_validate({name: value for name, value in found.items() if name in model.model_fields})
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentence(fault) for fault in error.errors())) from None


def described() -> dict[str, str]:
    """Describes every setting there is: name in lower case -> description."""
    return {name: field.description or "" for name, field in _complete(registry.specs()).model_fields.items()}


def prefixes() -> tuple[str, ...]:
    """Lists how a name begins that looks like a setting of ours."""
    return (*forms.prefixes(), *PREFIXES)


def check_webhook_secrets(settings: Settings) -> None:
    """Raises ConfigurationError for a secret of Standard Webhooks that cannot be one, and for half of the outgoing
    webhook."""
    _require_base64("STORE_WEBHOOK_SECRET", settings.store_webhook_secret, "as the sender shows it")
    how = "like `python -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\"` makes"
    _require_base64("OUTGOING_WEBHOOK_SECRET", settings.outgoing_webhook_secret, how)
    if settings.outgoing_webhook_url and not settings.outgoing_webhook_secret:
        raise ConfigurationError(f"OUTGOING_WEBHOOK_SECRET: is missing beside OUTGOING_WEBHOOK_URL; set one {how}")


def _require_base64(name: str, secrets: Sequence[SecretStr], how: str) -> None:
    for secret in reveal_all(tuple(secrets)):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not key:
            raise ConfigurationError(f"{name}: expected whsec_ and base64, {how}")


def reveal(secret: SecretStr | None) -> str:
    """Returns the secret itself; empty when there is none."""
    return secret.get_secret_value() if secret else ""


def reveal_all(secrets: tuple[SecretStr, ...]) -> tuple[str, ...]:
    """Returns the secrets themselves."""
    return tuple(secret.get_secret_value() for secret in secrets)


@cache
def _complete(_specs: tuple[Spec, ...]) -> type[Settings]:
    """Joins our own settings and those that channels and desk declare. Made once for the channels there are."""
    return create_model("Settings", __base__=Settings, **forms.fields())


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0])
    hint = f" ({described()[name]})" if described().get(name) else ""
    return f"{name.upper()}: {values.words(fault)}{hint}"
