"""Builds the language model's client that the settings ask for."""

from adapters.llm.chat import ChatModel
from adapters.transport.http import Http
from config.settings import Settings, reveal
from core.errors import ConfigurationError
from core.ports.language import LanguageModel


def build_language_model(settings: Settings, http: Http) -> LanguageModel | None:
    """Builds it; None without LLM_URL. Raises ConfigurationError for half of it."""
    if not settings.llm_url and not settings.llm_model:
        return None
    if not settings.llm_url or not settings.llm_model:
        missing = "LLM_MODEL" if settings.llm_url else "LLM_URL"
        raise ConfigurationError(f"{missing} is missing. Set LLM_URL and LLM_MODEL, or neither of them.")
    return ChatModel(http, settings.llm_url, settings.llm_model, reveal(settings.llm_api_key))
