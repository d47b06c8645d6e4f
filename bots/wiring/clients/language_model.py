"""Builds the clients of the models that the settings name: of messages, translations and transcripts."""

from adapters.llm.chat import ChatModel
from adapters.llm.speech import SpeechModel
from adapters.transport.http import Http
from config.settings import Settings, reveal
from core.errors import ConfigurationError
from core.ports.language import LanguageModel, Transcriber


def build_language_model(settings: Settings, http: Http) -> LanguageModel | None:
    """Builds the one that says what messages mean; None without LLM_URL. Raises ConfigurationError for half of it."""
    if not settings.llm_url:
        if settings.llm_model and not settings.translate_url:
            raise ConfigurationError("LLM_URL is missing. Set LLM_URL and LLM_MODEL, or neither of them.")
        return None
    return _chat(settings, http, settings.llm_url, "LLM_URL")


def build_translator(settings: Settings, http: Http) -> LanguageModel | None:
    """Builds the one that translates; None without TRANSLATE_URL. Raises ConfigurationError for half of it."""
    return _chat(settings, http, settings.translate_url, "TRANSLATE_URL") if settings.translate_url else None


def build_transcriber(settings: Settings, http: Http) -> Transcriber | None:
    """Builds the one that writes down recordings; None without TRANSCRIBE_URL."""
    url = settings.transcribe_url
    return SpeechModel(http, url, reveal(settings.llm_api_key)) if url else None


def _chat(settings: Settings, http: Http, url: str, name: str) -> ChatModel:
    if not settings.llm_model:
        raise ConfigurationError(f"LLM_MODEL is missing. Set {name} and LLM_MODEL, or neither of them.")
    return ChatModel(http, url, settings.llm_model, reveal(settings.llm_api_key))
